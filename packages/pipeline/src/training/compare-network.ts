import {
  ensembleDetector,
  type FrameJudge,
  type MultivariateDetector,
  type MultivariateModel,
  type PlantedShock,
  plantShocks,
  scoreMultivariate,
  SHOCKS,
  trainMultivariate,
  type TrainMultivariateOptions,
} from '@sp/baseline'
import { type MultivariateSeries, sliceSeries } from '@sp/builders'

/** What a network adds to the ensemble on shocks planted into the held-out part of the user's own log. */
export interface NetworkComparison {
  readonly planted: number
  /** Found by the ensemble alone, with the whole budget. */
  readonly alone: number
  /** Found by either, with half of the budget each. */
  readonly joined: number
  readonly helps: boolean
  /** Points that the network needs before the end of a frame, itself included. */
  readonly history: number
}

/** With fewer shocks a difference may be chance. */
export const FEWEST_SHOCKS = 20
/** The part of the points that a network is fitted on; the rest is held out. */
const FITTED = 4 / 5

/**
 * Plants shocks into the part of the series that the network was not fitted on, and lets an ensemble that has not seen it
 * either look for them, alone and with the network. Shares of false alarms are equal: the budget is the same. The p-values
 * of both come from that very part without the shocks, so that what each finds is a little flattered, and alike; only which
 * finds more is decided by it.
 */
export async function compareNetwork<Parameters>(
  series: MultivariateSeries,
  {
    detector,
    model,
    alone,
  }: {
    readonly detector: MultivariateDetector<Parameters>
    readonly model: MultivariateModel<Parameters>
    /** How the ensemble is trained. */
    readonly alone: TrainMultivariateOptions & { readonly budget: number }
  },
): Promise<NetworkComparison> {
  const cut = Math.round(series.count * FITTED)
  const heldOut = sliceSeries(series, cut, series.count)
  const ensemble = ensembleDetector()
  const trial = await trainMultivariate(ensemble, sliceSeries(series, 0, cut), {
    ...alone,
    validation: heldOut,
    selfTest: false,
  })
  const [judge, network] = [
    await ensemble.open(trial.parameters, trial.options),
    await detector.open(model.parameters, model.options),
  ]
  const { frame } = model.options
  let [planted, found, joined] = [0, 0, 0]
  try {
    for (const shock of SHOCKS) {
      const history = Math.max(judge.history, network.history)
      const shocked = plantShocks(heldOut, { shock, frame, history })
      const byEnsemble = await alarmsOf(trial, judge, shocked.series)
      const byNetwork = await alarmsOf(model, network, shocked.series)
      for (const place of shocked.planted) {
        planted++
        found += Number(byEnsemble(place, alone.budget))
        joined += Number(byEnsemble(place, alone.budget / 2) || byNetwork(place, alone.budget / 2))
      }
    }
    const helps = planted >= FEWEST_SHOCKS && joined > found
    return { planted, alone: found, joined, helps, history: network.history }
  } finally {
    await judge.dispose()
    await network.dispose()
  }
}

/** Whether a frame that reaches into a shock is as rare as a share of normal ones. */
async function alarmsOf(model: MultivariateModel, judge: FrameJudge, series: MultivariateSeries) {
  const { start, end, pValue } = await scoreMultivariate(model, judge, series)
  return ({ from, to }: PlantedShock, share: number) =>
    pValue.some((p, f) => p <= share && start[f] < to && end[f] >= from)
}
