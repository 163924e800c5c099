import { stretchStarts, type MultivariateSeries } from '@sp/builders'
import { autoregressionResidual, fitAutoregression, type Autoregression, type PlainSeries } from './autoregression.js'
import { frameEnergies, residualDeviations } from './frame-energy.js'
import type { FitContext, FrameJudge, MultivariateDetector, PartScores } from './multivariate-detector.js'
import { componentResidual, fitPrincipalComponents, type PrincipalComponents } from './principal-components.js'
import { seriesScale, standardized, type SeriesScale } from './standardize.js'

/** Name of a part of the ensemble. */
export type EnsemblePart = 'autoregression' | 'components' | 'average'

/** What the ensemble learned: plain data, fit for JSON. */
export interface EnsembleParameters {
  readonly scale: SeriesScale
  readonly autoregression: Autoregression | null
  readonly components: PrincipalComponents | null
  /** Standard deviation of the residual of each series, by part. */
  readonly deviations: Readonly<Partial<Record<EnsemblePart, readonly number[]>>>
}

/** Past points that a series is predicted from, at most; as in the study of the published benchmark. */
const MOST_LAGS = 60
/** Points of training for each weight, at least. */
const POINTS_PER_LAG = 20
/** Smallest spread of a residual, in standard deviations of its series. */
const LEAST_RESIDUAL = 0.05

/**
 * Three cheap detectors: each series from its own past (an autoregression), the series from one another (principal
 * components), and from their mean. Where series are regular in time the first one sees a shock, where they are only
 * regular together the second.
 * @param parts those that are asked; default all
 */
export function ensembleDetector(
  parts: readonly EnsemblePart[] = ['autoregression', 'components', 'average'],
): MultivariateDetector<EnsembleParameters> {
  return {
    name: parts.length === 1 ? parts[0] : 'ensemble',
    refits: true,
    fit: (normal, context) => Promise.resolve(fitEnsemble(normal, context, parts)),
    open: (parameters, context) => Promise.resolve(openEnsemble(parameters, context)),
  }
}

function fitEnsemble(
  normal: MultivariateSeries,
  { counts }: FitContext,
  parts: readonly EnsemblePart[],
): EnsembleParameters {
  const scale = seriesScale(normal, counts)
  const plain = plainSeries(normal, scale)
  const order = Math.max(1, Math.min(MOST_LAGS, Math.floor(normal.count / POINTS_PER_LAG)))
  const learned = {
    scale,
    autoregression: parts.includes('autoregression') ? fitAutoregression(plain, order) : null,
    components: parts.includes('components') ? fitPrincipalComponents(plain) : null,
  }
  const deviations: Partial<Record<EnsemblePart, number[]>> = {}
  for (const part of parts) {
    deviations[part] = residualDeviations(residualOf(part, { plain, learned, first: 0 }), plain.size, LEAST_RESIDUAL)
  }
  return { ...learned, deviations }
}

function openEnsemble(parameters: EnsembleParameters, { frame }: { readonly frame: number }): FrameJudge {
  const order = parameters.autoregression?.order ?? 0
  return {
    history: frame + order,
    judge: (series, end) => Promise.resolve(judgeFrames(parameters, series, { end, frame })),
    dispose: () => Promise.resolve(),
  }
}

function judgeFrames(
  parameters: EnsembleParameters,
  series: MultivariateSeries,
  { end, frame }: { readonly end: Int32Array; readonly frame: number },
): PartScores[] {
  const plain = plainSeries(series, parameters.scale)
  const starts = stretchStarts(series)
  // Of a stream only the last points are new.
  const first = Math.max(0, end.reduce((least, last) => Math.min(least, last), series.count) - frame + 1)
  return (Object.keys(parameters.deviations) as EnsemblePart[]).map((name) => {
    const lags = name === 'autoregression' ? parameters.autoregression!.order : 0
    return frameEnergies(residualOf(name, { plain, learned: parameters, first }), end, {
      name,
      size: plain.size,
      frame,
      deviations: parameters.deviations[name]!,
      firstEnd: (point) => starts[point] + lags + frame - 1,
    })
  })
}

/** What a part does not expect of the points from `first` on. */
function residualOf(
  part: EnsemblePart,
  {
    plain,
    learned: { autoregression, components },
    first,
  }: {
    readonly plain: PlainSeries
    readonly learned: Pick<EnsembleParameters, 'autoregression' | 'components'>
    readonly first: number
  },
): Float64Array {
  if (part === 'autoregression') return autoregressionResidual(plain, autoregression!, first)
  if (part === 'components') return componentResidual(plain, components!, first)
  return plain.values
}

function plainSeries(series: MultivariateSeries, scale: SeriesScale): PlainSeries {
  const { count, names, starts } = series
  return { count, size: names.length, values: standardized(series, scale), starts }
}
