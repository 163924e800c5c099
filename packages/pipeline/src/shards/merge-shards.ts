import { EvidenceMiner, type EvidenceSnapshot } from '@sp/drain'

/**
 * One miner that has learned what the miners of all shards have. It is the very miner of one process that has read the
 * corpus from its beginning to its end: kinds of messages stand in the order in which they first appear in the corpus,
 * and of the template ids that a shard may have given out on its own evidence nothing is left. (Up to `mostKinds` kinds;
 * beyond them, what a miner remembers depends on the order of the messages.)
 * @param snapshots of the shards, in their order
 */
export function mergeShards(snapshots: readonly EvidenceSnapshot[]): EvidenceMiner {
  const merged = EvidenceMiner.merge(snapshots.map((snapshot) => ({ ...snapshot, issued: [] }))).snapshot()
  const byKey = new Map(merged.kinds.map((kind) => [keyOf(kind), kind]))
  const inOrder = new Map<string, EvidenceSnapshot['kinds'][number]>()
  for (const { kinds } of snapshots) {
    for (const kind of kinds) inOrder.set(keyOf(kind), byKey.get(keyOf(kind))!)
  }
  return EvidenceMiner.restore({ ...merged, kinds: [...inOrder.values()], issued: [] })
}

function keyOf({ key }: EvidenceSnapshot['kinds'][number]): string {
  return JSON.stringify(key)
}
