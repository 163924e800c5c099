import type { TemplateTable } from '@sp/log-table'
import { DrainError } from './errors.js'
import { type EvidenceSnapshot, evidenceFromSnapshot, snapshotFromEvidence } from './evidence-snapshot.js'
import { keyDistance } from './key-distance.js'
import { LineCache } from './line-cache.js'
import { ListCache, type RepeatedMessages } from './list-cache.js'
import { keyText } from './merge-rounds.js'
import { MessageKind } from './message-kind.js'
import { type MessageTokens, tokeniseMessage } from './message-tokens.js'
import type { BaseMiner } from './template-miner.js'
import { kindText, TemplateResolution } from './template-resolution.js'
import { SLOT } from './token-key.js'

/** How an {@link EvidenceMiner} is set up; everything else it finds out. */
export interface EvidenceOptions {
  /**
   * Most kinds of messages remembered, default 100,000: what bounds the memory. A log of one program has hundreds.
   * Beyond it, a message of a new kind counts for the template that it fits, else for a last one, `<*>`; and only
   * then does the order of the messages matter.
   */
  readonly mostKinds?: number
  /** Applied to each message before anything else, e.g. a masker; default none. Not part of a snapshot. */
  readonly mask?: (message: string) => string
}

/** The template most like a message, and how unlike it is. */
export interface NearestTemplate {
  readonly code: number
  /** 0 for a message of the template, 1 for one that has nothing in common with it. */
  readonly distance: number
}

/** Lines whose kind is kept. Masked logs have few distinct lines: 222,579 of HDFS have 307 distinct ones. */
const CACHED_LINES = 16_384

/**
 * Groups messages by template without settings: messages are of one kind when their keys are equal, the tokens with
 * every value (masks, anything with a figure) left open, and kinds become one template when the kinds themselves
 * prove that they differ in values alone ({@link MergeRounds}). Words are text unless there is evidence against it.
 *
 * The templates are a function of the messages learned: neither their order nor how they were split among miners
 * matters. Codes stay valid: a code is a kind, and kinds of one template have the same id and text in `templates()`.
 * A template's id is a hash of its form, so it is the same in other logs; {@link EvidenceMiner.history} tells what
 * has become of ids given out earlier.
 *
 * Cheap: `learn`, one look-up for a line that repeats. Slow after `learn`: `templates`, `match` of a message of an
 * unknown kind, `nearest`; they look at all kinds again.
 *
 * @example
 * const miner = EvidenceMiner.create()
 * miner.learn('worker 7 started') // 0
 * miner.learn('worker 9 stopped') // 1
 * miner.learn('worker 8 started') // 0
 * miner.templates()[0].text // 'worker <*> started'
 */
export class EvidenceMiner implements BaseMiner {
  readonly #mostKinds: number
  readonly #mask: EvidenceOptions['mask']
  readonly #kinds: MessageKind[] = []
  readonly #byKey = new Map<string, MessageKind>()
  readonly #issued: Map<string, number>
  readonly #seen = new LineCache<MessageKind>(CACHED_LINES)
  readonly #seenInList = new ListCache<MessageKind>()
  /** Until anything is learned. */
  readonly #matched = new LineCache<number>(CACHED_LINES)
  /** Until anything is learned. */
  #resolution: TemplateResolution | null = null
  #routes: TemplateResolution | null = null

  private constructor(mostKinds: number, issued: ReadonlyMap<string, number>, mask: EvidenceOptions['mask']) {
    this.#mostKinds = mostKinds
    this.#issued = new Map(issued)
    this.#mask = mask
  }

  /**
   * A miner that has seen nothing.
   *
   * @throws {DrainError} bad-options when `mostKinds` is no whole number from 1 on
   */
  static create({ mostKinds = 100_000, mask }: EvidenceOptions = {}): EvidenceMiner {
    if (!(Number.isSafeInteger(mostKinds) && mostKinds >= 1)) {
      throw new DrainError('bad-options', `option mostKinds is ${mostKinds}; give a whole number from 1 on`)
    }
    return new EvidenceMiner(mostKinds, new Map(), mask)
  }

  /**
   * The miner that a snapshot was taken of: it goes on exactly as that one would have. A mask is a function and so no
   * part of the snapshot: give the same one again.
   *
   * @throws {DrainError} bad-snapshot when it is not a snapshot of this version, or contradicts itself
   */
  static restore(snapshot: unknown, { mask }: Pick<EvidenceOptions, 'mask'> = {}): EvidenceMiner {
    const { mostKinds, kinds, issued } = evidenceFromSnapshot(snapshot)
    const miner = new EvidenceMiner(mostKinds, issued, mask)
    for (const kind of kinds) miner.#add(kind)
    return miner
  }

  /**
   * One miner that has learned what several had, for logs that were mined in parts. The templates, ids and counts are
   * those of one miner over all the lines, however these were split and in whatever order the snapshots stand.
   *
   * @throws {DrainError} bad-snapshot
   */
  static merge(snapshots: readonly unknown[], { mask }: Pick<EvidenceOptions, 'mask'> = {}): EvidenceMiner {
    const states = snapshots.map(evidenceFromSnapshot)
    const mostKinds = Math.max(1, ...states.map((state) => state.mostKinds))
    const merged = new EvidenceMiner(mostKinds, new Map(), mask)
    const all = states.flatMap(({ kinds }) => kinds).map((kind) => [keyText(kind.key), kind] as const)
    // In order of key, so that the order of the snapshots shows nowhere.
    for (const [id, kind] of all.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) {
      const known =
        merged.#byKey.get(id) ?? merged.#add(new MessageKind(merged.#kinds.length, kind.key, [...kind.values]))
      known.join(kind.values)
      known.count += kind.count
    }
    for (const { kinds, issued } of states) {
      for (const [id, code] of issued) {
        const { code: own } = merged.#byKey.get(keyText(kinds[code].key))!
        merged.#issued.set(id, Math.min(own, merged.#issued.get(id) ?? own))
      }
    }
    return merged
  }

  /** Takes a message for its kind, making one where it is new; returns the kind's code. */
  learn(message: string): number {
    const kind = this.#kindOf(message)
    kind.count++
    this.#resolution = null
    this.#matched.clear()
    return kind.code
  }

  /** As {@link EvidenceMiner.learn} of each message in turn. */
  learnAll({ values, codes }: RepeatedMessages): Int32Array {
    const kinds = this.#seenInList.of(values)
    const found = new Int32Array(codes.length)
    for (let row = 0; row < codes.length; row++) {
      const code = codes[row]
      const kind = (kinds[code] ??= this.#kindOf(values[code]))
      kind.count++
      found[row] = kind.code
    }
    this.#resolution = null
    this.#matched.clear()
    return found
  }

  /** The code of a kind whose template the message fits, −1 for none; every message learned fits. Changes nothing. */
  match(message: string): number {
    const line = this.#mask === undefined ? message : this.#mask(message)
    let code = this.#matched.get(line)
    if (code === undefined) {
      const { keys } = tokeniseMessage(line)
      const known = this.#byKey.get(keyText(keys)) ?? this.#routed().find(keys) ?? this.#overflow()
      code = known?.code ?? -1
      this.#matched.set(line, code)
    }
    return code
  }

  /** The template that is most like a message, `null` while there is none. Changes nothing. */
  nearest(message: string): NearestTemplate | null {
    const code = this.match(message)
    if (code >= 0) return { code, distance: 0 }
    const line = this.#mask === undefined ? message : this.#mask(message)
    const key = this.#resolved().rewrite(tokeniseMessage(line).keys)
    let nearest: NearestTemplate | null = null
    for (const { keys, code: candidate } of this.#resolved().distinct()) {
      const distance = Math.min(...keys.map((other) => keyDistance(key, other)))
      if (nearest === null || distance < nearest.distance) nearest = { code: candidate, distance }
    }
    return nearest
  }

  /** By code, the template of each kind: kinds of one template repeat its id, text and count. */
  templates(): TemplateTable {
    return this.#issue().map(({ id, text, count }) => ({ id, text, count }))
  }

  /** By code, each kind as if it were a template of its own: what {@link EvidenceMiner.templates} has merged. */
  kinds(): TemplateTable {
    const { templates } = this.#resolved()
    return this.#kinds.map((kind) => ({ id: templates[kind.code].id, text: kindText(kind), count: kind.count }))
  }

  /**
   * Ids that were given out by `templates` or `snapshot`, with the ids that the same messages have now: an id that still
   * stands for a template is its own. When further evidence has taken a template apart, its id leads to where most of its
   * messages went; what a single message has become is told exactly by its code, or by matching it again.
   */
  history(): ReadonlyMap<string, string> {
    const { templates } = this.#resolved()
    const present = new Set(templates.map(({ id }) => id))
    return new Map([...this.#issued].map(([id, code]) => [id, present.has(id) ? id : templates[code].id]))
  }

  /**
   * The ids of another miner's templates → the ids that most of their messages have here; without those that are the
   * same, or not known here. So two states compare although neither has learned from the other.
   */
  renamed(snapshot: unknown): ReadonlyMap<string, string> {
    const other = EvidenceMiner.restore(snapshot)
    const here = this.codesOf(snapshot)
    const own = this.#resolved().templates
    const lines = new Map<string, number>()
    const renamed = new Map<string, string>()
    for (const [code, { id, count }] of other.kinds().entries()) {
      if (here[code] < 0) continue
      const now = own[here[code]].id
      const pair = `${id} ${now}`
      lines.set(pair, (lines.get(pair) ?? 0) + count)
      if (lines.get(pair)! > (lines.get(`${id} ${renamed.get(id)}`) ?? -1)) renamed.set(id, now)
    }
    return new Map([...renamed].filter(([id, now]) => id !== now))
  }

  /** The code that a message of another miner's kind has here, by that miner's codes; −1 where it is not known. */
  codesOf(snapshot: unknown): Int32Array {
    const { kinds } = evidenceFromSnapshot(snapshot)
    return Int32Array.from(kinds, ({ key }) => this.#byKey.get(keyText(key))?.code ?? -1)
  }

  /** The whole state but the mask as plain JSON, to be kept in a file and given to {@link EvidenceMiner.restore}. */
  snapshot(): EvidenceSnapshot {
    this.#issue()
    return snapshotFromEvidence({ mostKinds: this.#mostKinds, kinds: this.#kinds, issued: this.#issued })
  }

  /** An independent miner in the same state, with the same mask. */
  copy(): EvidenceMiner {
    return EvidenceMiner.restore(this.snapshot(), { mask: this.#mask })
  }

  /** A miner with the same settings and mask that has seen nothing. */
  fresh(): EvidenceMiner {
    return new EvidenceMiner(this.#mostKinds, new Map(), this.#mask)
  }

  #kindOf(message: string): MessageKind {
    const line = this.#mask === undefined ? message : this.#mask(message)
    let kind = this.#seen.get(line)
    if (kind === undefined) {
      const tokens = tokeniseMessage(line)
      const id = keyText(tokens.keys)
      kind = this.#byKey.get(id)
      if (kind === undefined) kind = this.#newKind(tokens, id)
      else kind.note(tokens.texts)
      this.#seen.set(line, kind)
    }
    return kind
  }

  #newKind(tokens: MessageTokens, id: string): MessageKind {
    const code = this.#kinds.length
    if (code < this.#mostKinds) return this.#add(MessageKind.of(code, detached(tokens)), id)
    const fitting = this.#routed().find(tokens.keys)
    if (fitting !== undefined) return this.#kinds[fitting.code]
    return this.#overflow() ?? this.#add(MessageKind.of(code, ANYTHING))
  }

  #add(kind: MessageKind, id = keyText(kind.key)): MessageKind {
    this.#kinds.push(kind)
    this.#byKey.set(id, kind)
    this.#resolution = null
    return kind
  }

  #overflow(): MessageKind | undefined {
    return this.#kinds[this.#mostKinds]
  }

  #resolved(): TemplateResolution {
    return (this.#resolution ??= new TemplateResolution(this.#kinds))
  }

  /**
   * Where messages of new kinds belong. Once no more kinds are remembered this follows from the keys alone, counts left
   * out: else it would have to be found again for every message.
   */
  #routed(): TemplateResolution {
    if (this.#kinds.length < this.#mostKinds) return this.#resolved()
    return (this.#routes ??= new TemplateResolution(this.#kinds.slice(0, this.#mostKinds).map(countedOnce)))
  }

  #issue(): TemplateResolution['templates'] {
    const { templates } = this.#resolved()
    for (const { id, code } of templates) if (!this.#issued.has(id)) this.#issued.set(id, code)
    return templates
  }
}

function countedOnce({ code, key, values }: MessageKind): MessageKind {
  return Object.assign(new MessageKind(code, key, values), { count: 1 })
}

/** What stands for whatever fits nothing once no more kinds are remembered. */
const ANYTHING: MessageTokens = { keys: [SLOT, ' ', SLOT], texts: ['0', ' ', '0'] }

/**
 * Copies that keep nothing else alive. V8 makes a substring of 13 characters or more a view of the string it was cut
 * from, so a key would hold on to the whole text that its first line came from. Of two strings that were joined, V8
 * makes one before it cuts anything from them.
 */
function detached({ keys, texts }: MessageTokens): MessageTokens {
  const own = texts.map(detachedText)
  // A word is its own key: one copy serves both.
  return { keys: keys.map((key, place) => (key === texts[place] ? own[place] : detachedText(key))), texts: own }
}

function detachedText(text: string): string {
  return text.length < 13 ? text : ` ${text}`.slice(1)
}
