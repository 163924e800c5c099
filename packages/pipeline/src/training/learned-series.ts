import { readFile } from 'node:fs/promises'
import { writeFileAtomically } from '@sp/log-table'
import { decodeMultivariate, encodeMultivariate } from '@sp/mscred'
import { floatsOfBytes } from '../bundle/bundle.js'
import type { BundleManifest } from '../bundle/manifest.js'
import type { SeriesMapping } from '../mscred/series-mapping.js'
import type { SeriesDetectorName } from '../series/series-detectors.js'
import type { NetworkComparison } from './compare-network.js'
import { SERIES_RESOLUTION, type TrainedSeries, type TrainedSeriesDetector } from './train-series.js'
import type { HeldOutRows } from './train-windows.js'
import type { TrainingState } from './training-state.js'

/** What a training over series leaves for a run that goes on: its arrays lie in files. */
export interface StoredSeries {
  readonly detectors: readonly { readonly name: SeriesDetectorName; readonly mapping: SeriesMapping }[]
  readonly network: TrainedSeries['network']
}

/** Keeps what was trained. */
export async function storeSeries(state: TrainingState, { detectors, network }: TrainedSeries): Promise<StoredSeries> {
  for (const { name, model, heldOut } of detectors) {
    const [modelFile, heldOutFile] = filesOf(state, name)
    await writeFileAtomically(modelFile, encodeMultivariate(model))
    await writeFileAtomically(heldOutFile, new Uint8Array(heldOut.buffer))
  }
  return { detectors: detectors.map(({ name, mapping }) => ({ name, mapping })), network }
}

/** Takes it from where it was kept, as it will be read from the bundle. */
export async function storedDetectors(
  state: TrainingState,
  { detectors }: StoredSeries,
): Promise<TrainedSeriesDetector[]> {
  return Promise.all(
    detectors.map(async ({ name, mapping }) => {
      const [modelFile, heldOutFile] = filesOf(state, name)
      const model = decodeMultivariate(await readFile(modelFile))
      return { name, mapping, model, heldOut: floatsOfBytes(await readFile(heldOutFile)) }
    }),
  )
}

/** What the detectors share the budget of windows with. */
export function heldOutOfSeries(detectors: readonly TrainedSeriesDetector[]): HeldOutRows[] {
  return detectors.map(({ name, heldOut }) => ({ name, scores: heldOut, resolution: SERIES_RESOLUTION }))
}

/** Whether the network was kept, and if not, why. */
export function networkChoice({ detectors, network }: StoredSeries): BundleManifest['detectors'] {
  if (detectors.some(({ name }) => name === 'mscredNetwork')) return { seriesNetwork: { trained: true, why: null } }
  const why = network === null ? 'it was not asked for' : 'why' in network ? network.why : comparisonText(network)
  return { seriesNetwork: { trained: false, why } }
}

function comparisonText({ planted, alone, joined }: NetworkComparison): string {
  return `of ${planted} shocks planted into held-out windows the ensemble alone finds ${alone}, with the network ${joined}`
}

function filesOf(state: TrainingState, name: SeriesDetectorName): [model: string, heldOut: string] {
  return [state.file(`${name}.safetensors`), state.file(`${name}-held-out.f64`)]
}
