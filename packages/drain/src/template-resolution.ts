import { createHash } from 'node:crypto'
import type { Template } from '@sp/log-table'
import { canonicalForm } from './canonical-form.js'
import { findDominant } from './dominant-slot.js'
import { type Key, keyText, MergeRounds } from './merge-rounds.js'
import type { MessageKind } from './message-kind.js'
import { SLOT } from './token-key.js'
import { joinValues, printValue } from './slot-value.js'

/** A template and the kinds of messages that it stands for. */
export interface ResolvedTemplate extends Template {
  /** Keys after merging, equal in canonical form; most templates have one. */
  readonly keys: readonly Key[]
  /** The smallest code of its kinds. */
  readonly code: number
}

/**
 * The templates of some kinds of messages: a function of their keys, values and counts, whatever their order.
 * Costs time linear in the number of kinds, some milliseconds a thousand.
 */
export class TemplateResolution {
  /** By code of a kind. */
  readonly templates: readonly ResolvedTemplate[]
  readonly #rounds: MergeRounds
  readonly #clusters: ReadonlyMap<string, Cluster>
  readonly #byForm: ReadonlyMap<string, ResolvedTemplate>

  /** Looks at all kinds, which stand by code. */
  constructor(kinds: readonly MessageKind[]) {
    this.#rounds = new MergeRounds(kinds.map(({ key }) => key))
    const clusterOf = kinds.map(({ key }) => this.#rounds.rewrite(key))
    this.#clusters = clustersOf(kinds, clusterOf)
    absorbRare(this.#clusters)
    this.#byForm = templatesOf(this.#clusters.values())
    this.templates = clusterOf.map((key) => this.#templateOf(this.#clusters.get(keyText(key))!))
  }

  /** The template of a key that was not among the kinds, if there is one that it fits. */
  find(key: Key): ResolvedTemplate | undefined {
    const rewritten = this.rewrite(key)
    const cluster = this.#clusters.get(keyText(rewritten))
    if (cluster !== undefined) return this.#templateOf(cluster)
    const known = this.#byForm.get(canonicalForm(rewritten))
    if (known !== undefined) return known
    const dominant = findDominant(rewritten, 1, (wider) => this.#clusters.get(keyText(wider))?.count ?? 0)
    return dominant === null ? undefined : this.#templateOf(this.#clusters.get(keyText(dominant.key))!)
  }

  /** A key with a slot where the kinds prove that a value stands. */
  rewrite(key: Key): Key {
    return this.#rounds.rewrite(key)
  }

  /** Every template once. */
  distinct(): Iterable<ResolvedTemplate> {
    return this.#byForm.values()
  }

  #templateOf(cluster: Cluster): ResolvedTemplate {
    return this.#byForm.get(canonicalForm(rootOf(cluster).key))!
  }
}

/** The kinds whose keys have become one. */
interface Cluster {
  readonly key: Key
  readonly kinds: MessageKind[]
  count: number
  /** Places where an absorbed cluster has something else. */
  readonly varied: Set<number>
  /** The cluster that has absorbed this one. */
  absorbedBy: Cluster | null
}

function clustersOf(kinds: readonly MessageKind[], keys: readonly Key[]): Map<string, Cluster> {
  const clusters = new Map<string, Cluster>()
  for (const [index, kind] of kinds.entries()) {
    const key = keys[index]
    const id = keyText(key)
    let cluster = clusters.get(id)
    if (cluster === undefined) {
      clusters.set(id, (cluster = { key, kinds: [], count: 0, varied: new Set(), absorbedBy: null }))
    }
    cluster.kinds.push(kind)
    cluster.count += kind.count
  }
  return clusters
}

function absorbRare(clusters: ReadonlyMap<string, Cluster>): void {
  for (const cluster of clusters.values()) {
    const dominant = findDominant(cluster.key, cluster.count, (key) => clusters.get(keyText(key))?.count ?? 0)
    if (dominant === null) continue
    cluster.absorbedBy = clusters.get(keyText(dominant.key))!
    cluster.absorbedBy.varied.add(dominant.place)
  }
}

/** Ends: who absorbs is ten times as frequent. */
function rootOf(cluster: Cluster): Cluster {
  return cluster.absorbedBy === null ? cluster : rootOf(cluster.absorbedBy)
}

function templatesOf(clusters: Iterable<Cluster>): Map<string, ResolvedTemplate> {
  const byForm = new Map<string, Cluster[]>()
  for (const cluster of clusters) {
    const form = canonicalForm(rootOf(cluster).key)
    const members = byForm.get(form)
    if (members) members.push(cluster)
    else byForm.set(form, [cluster])
  }
  return new Map([...byForm].map(([form, members]) => [form, templateOf(form, members)]))
}

function templateOf(form: string, members: readonly Cluster[]): ResolvedTemplate {
  const roots = members.filter(({ absorbedBy }) => absorbedBy === null)
  const kinds = members.flatMap((cluster) => cluster.kinds)
  return {
    id: templateId(form),
    text: roots.length === 1 ? textOf(roots[0]) : form.replaceAll(SLOT, '<*>'),
    count: members.reduce((sum, { count }) => sum + count, 0),
    keys: roots.map(({ key }) => key),
    code: kinds.reduce((least, { code }) => Math.min(least, code), Infinity),
  }
}

/** A name that the same template has in every log: the first 48 bits of a hash of its canonical form. */
function templateId(form: string): string {
  return `t${createHash('sha256').update(form).digest('hex').slice(0, 12)}`
}

function textOf({ key, kinds, varied }: Cluster): string {
  const pieces = key.map((token, place) => {
    if (!token.includes(SLOT)) return token
    const seen = kinds.map((kind) => kind.valueAt(place)).reduce(joinValues)
    const value = varied.has(place) ? { text: '', isConstant: false } : seen
    return printValue(value, { key: token, next: key[place + 1] })
  })
  return pieces.join('').replace(/ {2,}/g, ' ').trim()
}
