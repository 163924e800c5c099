import { createHash } from 'node:crypto'
import type { Template } from '@sp/log-table'
import { canonicalForm, slotsOfForm } from './canonical-form.js'
import { findDominant } from './dominant-slot.js'
import { type Key, placesOf } from './key-openings.js'
import { keyText, MergeRounds } from './merge-rounds.js'
import type { MessageKind } from './message-kind.js'
import { joinValues, OPEN, printValue, type SlotValue } from './slot-value.js'
import { SLOT } from './token-key.js'

/** A template and the kinds of messages that it stands for. */
export interface ResolvedTemplate extends Template {
  /** Keys after merging, equal in canonical form; most templates have one. */
  readonly keys: readonly Key[]
  /** The code of its most frequent kind, the smallest of these. */
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

/** A kind as if it were a template of its own. */
export function kindText(kind: MessageKind): string {
  return textOf({ key: kind.key, kinds: [kind], count: 0, varied: new Map(), absorbedBy: null })
}

/** The kinds whose keys have become one. */
interface Cluster {
  readonly key: Key
  readonly kinds: MessageKind[]
  count: number
  /** What absorbed clusters have in a place, as far as it is known. */
  readonly varied: Map<number, SlotValue>
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
      clusters.set(id, (cluster = { key, kinds: [], count: 0, varied: new Map(), absorbedBy: null }))
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
    const { place, end } = dominant
    const { varied } = (cluster.absorbedBy = clusters.get(keyText(dominant.key))!)
    const beginning = cluster.key.slice(place, end).join('').split(SLOT, 1)[0]
    const value = { text: beginning, isConstant: false }
    varied.set(place, joinValues(varied.get(place) ?? value, value))
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
    text: roots.length === 1 ? textOf(roots[0]) : commonText(form, roots),
    count: members.reduce((sum, { count }) => sum + count, 0),
    keys: roots.map(({ key }) => key),
    code: kinds.reduce(moreFrequent).code,
  }
}

function moreFrequent(one: MessageKind, other: MessageKind): MessageKind {
  if (one.count === other.count) return one.code < other.code ? one : other
  return one.count > other.count ? one : other
}

/** A name that the same template has in every log: the first 48 bits of a hash of its canonical form. */
function templateId(form: string): string {
  return `t${createHash('sha256').update(form).digest('hex').slice(0, 12)}`
}

/** What is known of each slot of a cluster's key, in order; the slots are given by their places. */
function valuesOf({ key, kinds, varied }: Cluster, slots: readonly number[]): SlotValue[] {
  const places = kinds.map((kind) => placesOf(key, kind.key))
  return slots.map((slot) => {
    const values = kinds.map((kind, index) => kind.valueAt(places[index][slot]))
    const other = varied.get(slot)
    return (other === undefined ? values : [...values, other]).reduce(joinValues)
  })
}

function textOf(cluster: Cluster): string {
  const { key } = cluster
  const isWhole = key.length === 1
  const pieces = [...key]
  const places = [...key.keys()].filter((place) => key[place].includes(SLOT))
  for (const [index, value] of valuesOf(cluster, places).entries()) {
    const place = places[index]
    pieces[place] = printValue(value, { key: key[place], next: key[place + 1], isWhole })
  }
  return pieces.join('').replace(/ {2,}/g, ' ').trim()
}

/** The text of clusters that differ in length: the form, with a mask where all of them always have that mask. */
function commonText(form: string, clusters: readonly Cluster[]): string {
  const printed = clusters.map(printedSlots)
  let slot = -1
  return form.replaceAll(SLOT, () => {
    slot++
    const [first, ...others] = printed.map((slots) => slots[slot])
    return others.every((other) => other === first) ? first : OPEN
  })
}

/** What each slot of a cluster's canonical form is printed as. */
function printedSlots(cluster: Cluster): string[] {
  const { key } = cluster
  const places = key.flatMap((token, place) => Array.from(token.matchAll(SLOTS), () => place))
  const values = valuesOf(cluster, places)
  return slotsOfForm(key).map((slot) =>
    slot >= 0 && key[places[slot]] === SLOT ? printValue(values[slot], { key: SLOT }) : OPEN,
  )
}

const SLOTS = new RegExp(SLOT, 'g')
