import type { FrameJudge, MultivariateDetector } from '@sp/baseline'

/**
 * Several detectors as one: each gives its parts, and the strangest part of a frame is its score. All are fitted once, on the
 * same data, and judged on the same held-out rest.
 */
export function joinedDetector(members: readonly MultivariateDetector<unknown>[]): MultivariateDetector<unknown[]> {
  return {
    name: 'joined',
    refits: false,
    needs: members.reduce((most, { needs = 1 }) => Math.max(most, needs), 1),
    async fit(normal, context) {
      const parameters: unknown[] = []
      for (const member of members) parameters.push(await member.fit(normal, context))
      return parameters
    },
    async adjust(parameters, heldOut, context) {
      const adjusted: unknown[] = []
      for (const [m, member] of members.entries()) {
        adjusted.push((await member.adjust?.(parameters[m], heldOut, context)) ?? parameters[m])
      }
      return adjusted
    },
    async open(parameters, context): Promise<FrameJudge> {
      const judges: FrameJudge[] = []
      for (const [m, member] of members.entries()) judges.push(await member.open(parameters[m], context))
      return {
        history: Math.max(...judges.map(({ history }) => history)),
        async judge(series, end) {
          const parts = []
          for (const judge of judges) parts.push(...(await judge.judge(series, end)))
          return parts
        },
        async dispose() {
          for (const judge of judges) await judge.dispose()
        },
      }
    },
  }
}
