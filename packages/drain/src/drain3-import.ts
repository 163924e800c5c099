import { Buffer } from 'node:buffer'
import { inflateSync } from 'node:zlib'
import { z } from 'zod'
import { Drain } from './drain.js'
import { DrainError } from './errors.js'
import { decodeJsonpickle } from './jsonpickle.js'
import type { DrainOptions } from './options.js'
import type { DrainSnapshot } from './snapshot.js'

/**
 * The miner that a Drain3 snapshot holds (what its persistence handlers save, compressed or not): it gives the
 * following lines the cluster ids that Drain3 would give them.
 *
 * The settings come from the snapshot, all but the masks, which Drain3 keeps in its configuration: give them as
 * `mask`. Drain3 forgets the text of evicted clusters, so their templates have an empty text and count 0.
 *
 * @param snapshot the file's bytes or text
 * @throws {DrainError} bad-snapshot when it is not a snapshot of Drain3's `Drain` engine
 */
export function importDrain3Snapshot(snapshot: Uint8Array | string, options: Pick<DrainOptions, 'mask'> = {}): Drain {
  const text = typeof snapshot === 'string' ? snapshot : Buffer.from(snapshot).toString('utf8')
  const parsed = drainSchema.safeParse(decode(text.trim()))
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]
    throw badSnapshot(`at ${path.join('.') || 'its top'}: ${message}`)
  }
  return Drain.restore(snapshotFromDrain3(parsed.data.attributes), options)
}

const stringOrNumber = z.union([z.string(), z.number()])

const nodeSchema = z.object({
  className: z.literal('drain3.drain.Node'),
  attributes: z.object({
    get key_to_child_node() {
      return z.map(stringOrNumber, nodeSchema)
    },
    cluster_ids: z.array(z.int()),
  }),
})

const clusterSchema = z.object({
  className: z.literal('drain3.drain.LogCluster'),
  attributes: z.object({ log_template_tokens: z.array(z.string()), cluster_id: z.int(), size: z.int() }),
})

const clustersSchema = z.map(stringOrNumber, clusterSchema)

const cacheSchema = z.object({
  className: z.literal('drain3.drain.LogClusterCache'),
  attributes: z.object({ _Cache__data: clustersSchema, _LRUCache__order: z.map(stringOrNumber, z.unknown()) }),
})

const drainSchema = z.object({
  className: z.literal('drain3.drain.Drain'),
  attributes: z.object({
    sim_th: z.number(),
    log_cluster_depth: z.int(),
    max_children: z.int(),
    max_clusters: z.int().nullable(),
    extra_delimiters: z.array(z.string()),
    param_str: z.string(),
    parametrize_numeric_tokens: z.boolean(),
    root_node: nodeSchema,
    id_to_cluster: z.union([clustersSchema, cacheSchema]),
    clusters_counter: z.int().min(0),
  }),
})

type Drain3Attributes = z.infer<typeof drainSchema>['attributes']
type Drain3Cluster = z.infer<typeof clusterSchema>['attributes']

function decode(text: string): unknown {
  try {
    return decodeJsonpickle(text.startsWith('{') ? text : inflateSync(Buffer.from(text, 'base64')).toString('utf8'))
  } catch (cause) {
    throw badSnapshot('which is neither JSON nor compressed JSON', { cause })
  }
}

function badSnapshot(seen: string, options?: ErrorOptions): DrainError {
  return new DrainError(
    'bad-snapshot',
    `Drain3 snapshot, ${seen}; expected what Drain3 0.9.10 or later saves of its engine "Drain"; ` +
      'save it again with such a version, or learn anew from the log',
    options,
  )
}

function snapshotFromDrain3(drain: Drain3Attributes): DrainSnapshot {
  const clusters = clustersByRecency(drain.id_to_cluster)
  const live = new Set(clusters.map((cluster) => cluster.cluster_id))
  const retired: DrainSnapshot['retired'] = []
  for (let id = 1; id <= drain.clusters_counter; id++) if (!live.has(id)) retired.push({ id, size: 0, text: '' })
  return {
    format: 'sp-drain',
    version: 1,
    settings: {
      similarityThreshold: drain.sim_th,
      depth: drain.log_cluster_depth,
      maxChildren: drain.max_children,
      maxClusters: drain.max_clusters,
      extraDelimiters: drain.extra_delimiters,
      parametrizeNumericTokens: drain.parametrize_numeric_tokens,
      wildcard: drain.param_str,
    },
    clusters: clusters.map(({ cluster_id, size, log_template_tokens }) => ({
      id: cluster_id,
      size,
      tokens: log_template_tokens,
    })),
    retired,
    nodes: nodesOf(drain.root_node, live),
  }
}

/** Clusters from the least to the most recently used, where Drain3 kept that order. */
function clustersByRecency(clusters: Drain3Attributes['id_to_cluster']): Drain3Cluster[] {
  if (clusters instanceof Map) return Array.from(clusters.values(), (cluster) => cluster.attributes)
  const { _Cache__data: held, _LRUCache__order: order } = clusters.attributes
  return Array.from(order.keys(), (id) => held.get(id)?.attributes).filter((cluster) => cluster !== undefined)
}

function nodesOf(root: z.infer<typeof nodeSchema>, live: ReadonlySet<number>): DrainSnapshot['nodes'] {
  const nodes: DrainSnapshot['nodes'] = []
  function visit(node: z.infer<typeof nodeSchema>, parent: number): void {
    for (const [key, child] of node.attributes.key_to_child_node) {
      const clusters = child.attributes.cluster_ids.filter((id) => live.has(id))
      visit(child, nodes.push({ parent, key: String(key), clusters }) - 1)
    }
  }
  visit(root, -1)
  return nodes
}
