import { selectSessions } from '@sp/baseline'
import { type Sessions, Vocabulary } from '@sp/builders'
import { scoreDeepLog, updateDeepLog } from '@sp/deeplog'
import { evaluateFlags, openSessionProtocol, reweighted } from '@sp/evaluation'
import { train } from './deeplog-sessions.js'
import { encodeSessions } from './labelled-sets.js'

/**
 * What an update costs: a model learns the sessions of `hdfs_train` in which the block was not deleted, then those in
 * which it was, which it had not seen. F1 on test sessions of the first kind, before and after.
 */
export async function measureUpdate(data: string): Promise<object> {
  const set = await openSessionProtocol('hdfs', data)
  const { train: normal, test } = encodeSessions(set)
  const names = Vocabulary.from(set.train.flat())
  // 21 is the deletion of a block from the map.
  const deletion = names.indexOf('21')
  const old = selectSessions(normal, withEvent(normal, deletion, false))
  const fresh = selectSessions(normal, withEvent(normal, deletion, true))
  const oldTest = withEvent(test, deletion, false)
  const isAnomalous = Uint8Array.from(oldTest, (s) => set.isAnomalous[s])
  const truth = set.population ? reweighted(isAnomalous, set.population) : { isAnomalous }
  const judged = selectSessions(test, oldTest)
  const { model } = await train(old, names, { seed: 1, closed: set.closed })
  const before = evaluateFlags((await scoreDeepLog(model, judged)).fused.isAnomaly, truth).f1 ?? NaN
  const update = updateDeepLog(model, { sessions: fresh, vocabulary: names })
  for await (const _ of update) void _
  const after = evaluateFlags((await scoreDeepLog(update.model, judged)).fused.isAnomaly, truth).f1 ?? NaN
  const flagged = await falseAlarms(model, update.model, { test, fresh: withEvent(test, deletion, true), set })
  console.log(
    `\nupdate: F1 on old sessions ${before.toFixed(4)} → ${after.toFixed(4)}; normal sessions of the new kind flagged ` +
      `${(flagged.before * 100).toFixed(2)} % → ${(flagged.after * 100).toFixed(2)} %; ${JSON.stringify(update.report)}`,
  )
  return { updateF1Drop: before - after, update: { f1Before: before, f1After: after, freshFalseAlarms: flagged } }
}

function withEvent({ count, offsets, events }: Sessions, event: number, holds: boolean): number[] {
  return Array.from({ length: count }, (_, s) => s).filter(
    (s) => events.subarray(offsets[s], offsets[s + 1]).includes(event) === holds,
  )
}

/** Share of normal sessions of the new kind that each model flags. */
async function falseAlarms(
  before: Parameters<typeof scoreDeepLog>[0],
  after: Parameters<typeof scoreDeepLog>[0],
  { test, fresh, set }: { test: Sessions; fresh: readonly number[]; set: { isAnomalous: Uint8Array } },
): Promise<{ before: number; after: number }> {
  const normal = selectSessions(
    test,
    fresh.filter((s) => set.isAnomalous[s] === 0),
  )
  const [early, late] = [await scoreDeepLog(before, normal), await scoreDeepLog(after, normal)]
  function share(flags: Uint8Array): number {
    return flags.reduce((sum, flag) => sum + flag, 0) / normal.count
  }
  return { before: share(early.fused.isAnomaly), after: share(late.fused.isAnomaly) }
}
