import { ensembleDetector, type MultivariateDetector } from '@sp/baseline'
import type { Engine } from '@sp/engine'
import { countsDetector } from './counts-detector.js'
import { joinedDetector } from './joined-detector.js'
import { mscredDetector } from './mscred-detector.js'
import { MscredError } from './errors.js'

/** Every mode by its name, with what it is. */
export const MULTIVARIATE_MODES = {
  ensemble: 'an autoregression a series, principal components and the average; no network',
  joined: 'the ensemble and the predictive network together',
  predictive: 'a network that expects the next signature matrices',
  published: 'MSCRED as published: a network that rebuilds signature matrices',
  counts: 'the autoencoder of the reference system over window counts',
  autoregression: 'each series from its own past',
  components: 'series from one another, by principal components',
  average: 'each series from its mean',
} as const

/** Name of a mode. */
export type MultivariateMode = keyof typeof MULTIVARIATE_MODES

/**
 * The detector of a mode.
 * @param options of its network, where it has one
 * @throws {MscredError} `bad-options` when there is no such mode
 */
export function detectorOfMode(
  mode: string,
  options: { readonly epochs?: number; readonly engine?: Engine } = {},
): MultivariateDetector<unknown> {
  switch (mode as MultivariateMode) {
    case 'ensemble':
      return ensembleDetector() as MultivariateDetector<unknown>
    case 'autoregression':
    case 'components':
    case 'average':
      return ensembleDetector([mode as 'average']) as MultivariateDetector<unknown>
    case 'predictive':
    case 'published':
      return mscredDetector(mode as 'published', options) as MultivariateDetector<unknown>
    case 'counts':
      return countsDetector(options) as MultivariateDetector<unknown>
    case 'joined':
      return joinedDetector([
        ensembleDetector(),
        mscredDetector('predictive', options),
      ] as MultivariateDetector<unknown>[])
    default: {
      const known = Object.keys(MULTIVARIATE_MODES).join(', ')
      throw new MscredError('bad-options', `mode "${mode}", expected one of ${known}`)
    }
  }
}
