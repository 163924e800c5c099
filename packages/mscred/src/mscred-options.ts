import { MscredError } from './errors.js'

/** How a network over signature matrices is built and trained. */
export interface MscredOptions {
  /** Channels of the four levels of the encoder. */
  readonly widths?: readonly [number, number, number, number]
  /** Points of each signature matrix, ascending; default 10, 30, 60. The first one is scored. */
  readonly scales?: readonly number[]
  /** Points from one frame that the network reads to the next; default 10. */
  readonly gap?: number
  /** Frames that are read, h; default 5. */
  readonly steps?: number
  /** Passes over the data. */
  readonly epochs?: number
  /** Of Adam; default 0.001. */
  readonly learningRate?: number
}

/** All settings, none left out; plain data. */
export type MscredSettings = Required<MscredOptions> & {
  readonly mode: 'published' | 'predictive'
  /** Whether each element of the matrices is centred on its mean in training and all are divided by one deviation. */
  readonly centred: boolean
}

const SHARED = { scales: [10, 30, 60], gap: 10, steps: 5, learningRate: 1e-3 } as const

/**
 * Defaults by mode: the published size, trained for three passes; and an eighth of it, which finds
 * as much in a fraction of the time (a quarter of it takes twice as long for three points of F1 on the published series).
 */
export const MSCRED_PRESETS = {
  published: { mode: 'published', centred: false, widths: [32, 64, 128, 256], epochs: 3, ...SHARED },
  predictive: { mode: 'predictive', centred: true, widths: [4, 8, 16, 32], epochs: 6, ...SHARED },
} as const satisfies Record<string, MscredSettings>

/**
 * The settings of a mode, with what is given in their place.
 * @throws {MscredError} `bad-options`
 */
export function mscredSettings(mode: MscredSettings['mode'], given: MscredOptions): MscredSettings {
  const named = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const settings: MscredSettings = { ...MSCRED_PRESETS[mode], ...named }
  const { widths, scales, gap, steps, epochs, learningRate } = settings
  requireCounts('widths', widths)
  requireCounts('scales', scales)
  requireCounts('gap', [gap])
  requireCounts('steps', [steps])
  requireCounts('epochs', [epochs])
  if (widths.length !== 4) throw new MscredError('bad-options', `${widths.length} widths, expected 4`)
  if (!(learningRate > 0)) throw new MscredError('bad-options', `learningRate ${learningRate}, expected more than 0`)
  return settings
}

/** Refuses what is no count. @throws {MscredError} `bad-options` unless all are whole numbers of 1 or more */
export function requireCounts(name: string, values: readonly number[]): void {
  const wrong = values.find((value) => !Number.isInteger(value) || value < 1)
  if (wrong === undefined && values.length > 0) return
  throw new MscredError('bad-options', `${name} ${wrong ?? 'of nothing'}, expected whole numbers of 1 or more`)
}
