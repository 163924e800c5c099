import type { Template } from '@sp/log-table'
import { z } from 'zod'
import { Cluster } from './cluster.js'
import { DrainError } from './errors.js'
import { type DrainSettings, settingsSchema } from './options.js'
import { PrefixNode } from './prefix-tree.js'
import { RecencyList } from './recency-list.js'

/** What a miner remembers. */
export interface DrainState {
  readonly root: PrefixNode
  /** By code: a cluster while it lives, afterwards what is left of it. */
  readonly table: (Cluster | Template)[]
  /** `null` where nothing is ever evicted. */
  readonly recency: RecencyList | null
}

const count = z.int().min(0)

const snapshotSchema = z.object({
  format: z.literal('sp-drain'),
  version: z.literal(1),
  settings: settingsSchema,
  /** Live clusters, from the least to the most recently used; in order of id where nothing is ever evicted. */
  clusters: z.array(z.object({ id: count, size: count, tokens: z.array(z.string()) })),
  /** Evicted clusters in order of id. */
  retired: z.array(z.object({ id: count, size: count, text: z.string() })),
  /**
   * The tree, a node before its children, children in order of making; `parent` is an index, −1 for the root. A live
   * cluster may be in no node: jsonpickle loses nodes whose token it takes for one of its own tags (`py/object`), and
   * Drain3 goes on without finding the clusters that were in them.
   */
  nodes: z.array(z.object({ parent: z.int().min(-1), key: z.string(), clusters: z.array(count) })),
})

/** The state of a {@link Drain} as plain JSON, version 1. */
export type DrainSnapshot = z.infer<typeof snapshotSchema>

/** Writes a state down: the same state gives the same bytes. */
export function snapshotFromState(settings: DrainSettings, state: DrainState): DrainSnapshot {
  const live = state.recency ?? state.table.filter((entry) => entry instanceof Cluster)
  const retired = state.table.filter((entry): entry is Template => !(entry instanceof Cluster))
  return {
    format: 'sp-drain',
    version: 1,
    settings: { ...settings, extraDelimiters: [...settings.extraDelimiters] },
    clusters: Array.from(live, ({ id, size, tokens }) => ({ id, size, tokens: [...tokens] })),
    retired: retired.map((entry) => ({ id: Number(entry.id), size: entry.count, text: entry.text })),
    nodes: nodesOf(state.root),
  }
}

/**
 * Reads a state that {@link snapshotFromState} wrote.
 *
 * @throws {DrainError} bad-snapshot when it is not one, or contradicts itself
 */
export function stateFromSnapshot(snapshot: unknown): { settings: DrainSettings; state: DrainState } {
  const parsed = snapshotSchema.safeParse(snapshot)
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]
    throw badSnapshot(`at ${path.join('.') || 'its top'}: ${message}`)
  }
  const { settings, clusters, retired, nodes } = parsed.data
  const table = tableFromEntries([
    ...clusters.map(({ id, size, tokens }) => Object.assign(new Cluster(id, tokens), { size })),
    ...retired.map(({ id, size, text }) => ({ id: String(id), count: size, text })),
  ])
  const root = treeFromNodes(nodes, table)
  return { settings, state: { root, table, recency: recencyOf(clusters, table, settings.maxClusters) } }
}

function badSnapshot(seen: string): DrainError {
  return new DrainError(
    'bad-snapshot',
    `drain snapshot, ${seen}; expected what Drain.snapshot() wrote (format sp-drain, version 1); ` +
      'take the snapshot again, or learn anew from the log',
  )
}

function nodesOf(root: PrefixNode): DrainSnapshot['nodes'] {
  const nodes: DrainSnapshot['nodes'] = []
  function visit(node: PrefixNode, parent: number): void {
    for (const [key, child] of node.children) {
      const clusters = child.clusters.filter((cluster) => cluster.isAlive).map((cluster) => cluster.id)
      visit(child, nodes.push({ parent, key, clusters }) - 1)
    }
  }
  visit(root, -1)
  return nodes
}

function tableFromEntries(entries: readonly (Cluster | Template)[]): DrainState['table'] {
  const table: DrainState['table'] = []
  for (const entry of entries) {
    const code = Number(entry.id) - 1
    if (code < 0 || code >= entries.length || table[code] !== undefined) {
      throw badSnapshot(`cluster id ${entry.id} among ${entries.length} clusters: ids must be 1, 2, …, each once`)
    }
    table[code] = entry
  }
  return table
}

function treeFromNodes(nodes: DrainSnapshot['nodes'], table: DrainState['table']): PrefixNode {
  const root = new PrefixNode()
  const made: { node: PrefixNode; length: number }[] = []
  const housed = new Set<number>()
  for (const [index, { parent, key, clusters }] of nodes.entries()) {
    const above = parent === -1 ? { node: root, length: Number(key) } : made[parent]
    if (above === undefined || above.node.children.has(key)) throw badSnapshot(`tree node ${index} has no place`)
    const node = new PrefixNode()
    node.clusters = clusters.map((id) => {
      const cluster = table[id - 1]
      const fits = cluster instanceof Cluster && cluster.tokens.length === above.length && !housed.has(id)
      if (!fits) throw badSnapshot(`tree node ${index} holds cluster ${id}, which does not belong there`)
      housed.add(id)
      return cluster
    })
    above.node.children.set(key, node)
    made.push({ node, length: above.length })
  }
  return root
}

function recencyOf(
  clusters: DrainSnapshot['clusters'],
  table: DrainState['table'],
  maxClusters: number | null,
): RecencyList | null {
  if (maxClusters === null) return null
  if (clusters.length > maxClusters) throw badSnapshot(`${clusters.length} live clusters, maxClusters ${maxClusters}`)
  const recency = new RecencyList(maxClusters)
  for (const { id } of clusters) recency.add(table[id - 1] as Cluster)
  return recency
}
