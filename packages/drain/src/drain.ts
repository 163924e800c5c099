import type { Template, TemplateTable } from '@sp/log-table'
import { Cluster } from './cluster.js'
import { LineCache } from './line-cache.js'
import { type DrainOptions, type DrainSettings, settingsFromOptions } from './options.js'
import { PrefixNode, PrefixTree } from './prefix-tree.js'
import { RecencyList } from './recency-list.js'
import { mostSimilar, type SimilarityRule } from './similarity.js'
import { type DrainSnapshot, type DrainState, snapshotFromState, stateFromSnapshot } from './snapshot.js'
import type { BaseMiner } from './template-miner.js'
import { tokensOf } from './tokens.js'

/** Where `match` looks for a template that fits. */
export interface MatchOptions {
  /**
   * - `never` (default): only where the tree leads; fast, but a learned line may be missed, because its template
   *   has since become a wildcard in a place that the tree looks at
   * - `fallback`: where the tree finds nothing, among all templates of the line's length
   * - `always`: among all templates of the line's length, the one with the fewest misses and most wildcards
   */
  readonly search?: 'never' | 'fallback' | 'always'
}

/** Lines whose search results are kept. Masked logs have few distinct lines: 222,579 of HDFS have 307 distinct ones. */
const CACHED_LINES = 16_384

/**
 * The Drain log parser (He et al., ICWS 2017), equal to Drain3 0.9.11 line by line: groups messages by template in one
 * pass, with a tree of fixed depth instead of a comparison to every template.
 *
 * Cheap: `learn` and `match`, most of all for lines that repeat. Slow: `match` that searches beyond the tree, when it
 * misses; `templates` and `snapshot`, which build everything anew.
 *
 * Memory: bounded by `maxClusters` but for two things, which grow with the clusters ever made: the tree's nodes (as in
 * Drain3) and, so that codes stay valid, the texts and counts of evicted templates.
 *
 * @example
 * const drain = Drain.create()
 * drain.learn('user alice logged in') // 0
 * drain.learn('user bob logged in') // 0
 * drain.templates()[0].text // 'user <*> logged in'
 */
export class Drain implements BaseMiner {
  readonly #settings: DrainSettings
  readonly #mask: ((message: string) => string) | undefined
  readonly #tree: PrefixTree
  readonly #table: (Cluster | Template)[]
  readonly #recency: RecencyList | null
  readonly #learnRule: SimilarityRule
  readonly #matchRule: SimilarityRule
  readonly #learned = new LineCache<Cluster>(CACHED_LINES)
  readonly #matched = { never: newMatchCache(), fallback: newMatchCache(), always: newMatchCache() }

  private constructor(settings: DrainSettings, state: DrainState, mask: DrainOptions['mask']) {
    this.#settings = settings
    this.#mask = mask
    this.#tree = new PrefixTree(state.root, settings)
    this.#table = state.table
    this.#recency = state.recency
    const { similarityThreshold, wildcard } = settings
    this.#learnRule = { threshold: similarityThreshold, countWildcards: false, wildcard }
    this.#matchRule = { threshold: 1, countWildcards: true, wildcard }
  }

  /**
   * A miner that has seen nothing.
   *
   * @throws {DrainError} bad-options when an option lies outside its range
   */
  static create(options: DrainOptions = {}): Drain {
    const settings = settingsFromOptions(options)
    const recency = settings.maxClusters === null ? null : new RecencyList(settings.maxClusters)
    return new Drain(settings, { root: new PrefixNode(), table: [], recency }, options.mask)
  }

  /**
   * The miner that a snapshot was taken of: it goes on exactly as that one would have. A mask is a function and so no
   * part of the snapshot: give the same one again.
   *
   * @throws {DrainError} bad-snapshot when it is not a snapshot of this version, or contradicts itself
   */
  static restore(snapshot: unknown, options: Pick<DrainOptions, 'mask'> = {}): Drain {
    const { settings, state } = stateFromSnapshot(snapshot)
    return new Drain(settings, state, options.mask)
  }

  /** The options in force, the mask apart. */
  get settings(): DrainSettings {
    return this.#settings
  }

  /** What is applied to each message first, if anything. */
  get mask(): DrainOptions['mask'] {
    return this.#mask
  }

  /**
   * Assigns a message to the most similar template, which becomes a wildcard where the message differs; where none is
   * similar enough, the message becomes a template itself. Returns the code.
   */
  learn(message: string): number {
    const line = this.#mask === undefined ? message : this.#mask(message)
    const cached = this.#learned.get(line)
    if (cached !== undefined) return this.#assign(cached)
    const tokens = tokensOf(line, this.#settings.extraDelimiters)
    const cluster = this.#search(tokens, this.#learnRule)
    if (cluster === null) return this.#create(tokens)
    if (generalize(cluster.tokens, tokens, this.#settings.wildcard)) this.#forgetSearches()
    else this.#learned.set(line, cluster)
    return this.#assign(cluster)
  }

  /** The code of the template that a message fits in every token, −1 for none. Never changes the state. */
  match(message: string, { search = 'never' }: MatchOptions = {}): number {
    const line = this.#mask === undefined ? message : this.#mask(message)
    const cache = this.#matched[search]
    let code = cache.get(line)
    if (code === undefined) {
      const cluster = this.#findFitting(tokensOf(line, this.#settings.extraDelimiters), search)
      code = cluster === null ? -1 : cluster.id - 1
      cache.set(line, code)
    }
    return code
  }

  /**
   * All templates ever made, by code; a template's id is the cluster id that Drain3 would give it, `"1"`, `"2"`, ….
   * A template whose cluster was evicted keeps its last text and count.
   */
  templates(): TemplateTable {
    return this.#table.map((entry) => (entry instanceof Cluster ? templateOf(entry) : entry))
  }

  /** The whole state but the mask as plain JSON, to be kept in a file and given to {@link Drain.restore}. */
  snapshot(): DrainSnapshot {
    return snapshotFromState(this.#settings, { root: this.#tree.root, table: this.#table, recency: this.#recency })
  }

  /** An independent miner in the same state, with the same mask. */
  copy(): Drain {
    return Drain.restore(this.snapshot(), { mask: this.#mask })
  }

  /** A miner with the same settings and mask that has seen nothing. */
  fresh(): Drain {
    return Drain.create({ ...this.#settings, mask: this.#mask })
  }

  #findFitting(tokens: readonly string[], search: 'never' | 'fallback' | 'always'): Cluster | null {
    const byTree = search === 'always' ? null : this.#search(tokens, this.#matchRule)
    if (byTree !== null || search === 'never') return byTree
    return mostSimilar(this.#tree.clustersOfLength(tokens.length), tokens, this.#matchRule)
  }

  #search(tokens: readonly string[], rule: SimilarityRule): Cluster | null {
    return mostSimilar(this.#tree.candidates(tokens), tokens, rule)
  }

  #assign(cluster: Cluster): number {
    cluster.size++
    this.#recency?.touch(cluster)
    return cluster.id - 1
  }

  #create(tokens: readonly string[]): number {
    const cluster = new Cluster(this.#table.length + 1, detached(tokens))
    const evicted = this.#recency?.add(cluster) ?? null
    if (evicted !== null) this.#retire(evicted)
    this.#table.push(cluster)
    this.#tree.add(cluster)
    this.#forgetSearches()
    return cluster.id - 1
  }

  #retire(cluster: Cluster): void {
    this.#table[cluster.id - 1] = templateOf(cluster)
    cluster.isAlive = false
    cluster.tokens.length = 0
  }

  #forgetSearches(): void {
    this.#learned.clear()
    this.#matched.never.clear()
    this.#matched.fallback.clear()
    this.#matched.always.clear()
  }
}

function newMatchCache(): LineCache<number> {
  return new LineCache<number>(CACHED_LINES)
}

function templateOf(cluster: Cluster): Template {
  return { id: String(cluster.id), text: cluster.text, count: cluster.size }
}

/** Writes a wildcard wherever template and line differ; says whether the template changed. */
function generalize(template: string[], line: readonly string[], wildcard: string): boolean {
  let isChanged = false
  for (let i = 0; i < line.length; i++) {
    if (template[i] === line[i] || template[i] === wildcard) continue
    template[i] = wildcard
    isChanged = true
  }
  return isChanged
}

/**
 * Copies of tokens that keep nothing else alive. V8 makes a long substring a view of the string it was cut from, so a
 * template would hold on to the whole batch that its first line came from; parsing JSON makes fresh strings.
 */
function detached(tokens: readonly string[]): string[] {
  return JSON.parse(JSON.stringify(tokens))
}
