import type { Key } from './key-openings.js'
import type { MessageTokens } from './message-tokens.js'
import { joinText, joinValues, type SlotValue, UNKNOWN } from './slot-value.js'

/** The messages of one key: what is remembered of them. */
export class MessageKind {
  /** Messages learned. */
  count = 0

  /** A kind that has no messages yet. `values` stand by place, `null` for words and signs, which are their own text. */
  constructor(
    readonly code: number,
    readonly key: Key,
    readonly values: (SlotValue | null)[],
  ) {}

  /** The kind of a first message, which is not counted yet. */
  static of(code: number, { keys, texts }: MessageTokens): MessageKind {
    const values = texts.map((text, place) => (keys[place] === text ? null : { text, isConstant: true }))
    return new MessageKind(code, keys, values)
  }

  /** What stands in a place, word or value; of −1, no place, nothing is known. */
  valueAt(place: number): SlotValue {
    if (place < 0) return UNKNOWN
    return this.values[place] ?? { text: this.key[place], isConstant: true }
  }

  /** Takes note of another message of this kind, given by the texts of its tokens. */
  note(texts: readonly string[]): void {
    for (let place = 0; place < texts.length; place++) {
      const value = this.values[place]
      if (value !== null) this.values[place] = joinText(value, texts[place])
    }
  }

  /** Takes note of what is known of other messages of this kind. */
  join(values: readonly (SlotValue | null)[]): void {
    for (const [place, value] of values.entries()) {
      if (value !== null) this.values[place] = joinValues(this.values[place]!, value)
    }
  }
}
