import type { Remark } from '@sp/report'

/** Share of unknown templates beyond which a model was made for another log, or its logs were parsed in another way. */
export const UNFIT = 0.5

/** What is to be said of a log of which so large a share is unknown. */
export function unfitRemarks(unknownShare: number): Remark[] {
  return unknownShare > UNFIT ? [{ kind: 'unfit', unknownShare }] : []
}
