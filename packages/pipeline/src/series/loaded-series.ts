import { ensembleDetector, type FrameJudge, type MultivariateDetector } from '@sp/baseline'
import { channelCodes, type ChannelCodes } from '@sp/builders'
import type { Engine } from '@sp/engine'
import type { TemplateTable } from '@sp/log-table'
import { mscredDetector } from '@sp/mscred'
import { type SeriesDetector, windowMsOf } from './series-detectors.js'

/** A multivariate detector of a bundle, ready to judge: what the detectors of all sources share. */
export interface LoadedSeries {
  readonly detector: SeriesDetector
  readonly judge: FrameJudge
  /** By template codes of the bundle. */
  readonly codes: ChannelCodes
  readonly windowMs: number
}

/** Makes a detector ready to judge. */
export async function loadSeries(
  detector: SeriesDetector,
  { templates, engine }: { readonly templates: TemplateTable; readonly engine?: Engine },
): Promise<LoadedSeries> {
  const { name, model, mapping } = detector
  const kind = (
    name === 'mscred' ? ensembleDetector() : mscredDetector('predictive', { engine })
  ) as MultivariateDetector<unknown>
  return {
    detector,
    judge: await kind.open(model.parameters, model.options),
    codes: channelCodes(mapping.channels, templates),
    windowMs: windowMsOf(mapping),
  }
}
