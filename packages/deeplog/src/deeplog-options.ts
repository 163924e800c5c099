import { DeepLogError } from './errors.js'

/** Size of the network. */
export interface NetworkSize {
  /** Width of the embedding of an event. */
  readonly embedding: number
  /** Units of each LSTM layer. */
  readonly hidden: number
  /** LSTM layers. */
  readonly layers: number
  /** Events it reads, h. */
  readonly window: number
}

/** How a network is trained and its thresholds are found. All that is left out comes from the preset. */
export interface DeepLogOptions extends Partial<NetworkSize> {
  /** Default `sessions`. */
  readonly preset?: PresetName
  /**
   * `next`: the event after a window, as DeepLog does. `every`: at each step of the window what follows it, which trains
   * on whole sessions and sees all of a session that fits.
   */
  readonly predict?: 'next' | 'every'
  /**
   * Whether equal windows teach as often as they occur (`counted`) or once (`once`). Logs repeat: of 4,855 sessions of
   * HDFS 839 are different. Counted, a network spends its time on the commonest and finds rare normal sessions as strange
   * as abnormal ones.
   */
  readonly repeats?: 'counted' | 'once'
  /** Whether sessions are known to be over, so that stopping early is strange. Default true. */
  readonly closed?: boolean
  /** Passes over the data; default of preset `sessions`: as many as make about 500 steps, at least 3. */
  readonly epochs?: number
  /** Windows a step. */
  readonly batchSize?: number
  /** Of Adam; it falls to 0 along half a cosine where the preset says so. */
  readonly learningRate?: number
  /** Whole number from which weights and order follow; default 0. */
  readonly seed?: number
  /** Share of normal sessions that may alarm, above 0 and at most 0.1; default 0.00075, one in 1,333. */
  readonly budget?: number
  /** Share of normal lines that may lie outside the top k, above 0 and at most 0.1; default 0.01. k follows from it. */
  readonly lineBudget?: number
  /** Events that are taken as possible, by rank. Default: the fewest that keep `lineBudget`. */
  readonly topK?: number
  /** Parts that normal sessions are split into to be judged by a network that has not seen them; default 3. */
  readonly folds?: number
}

/** All settings, none left out but those that data decide. */
export interface DeepLogSettings extends Required<Omit<DeepLogOptions, 'epochs' | 'topK'>> {
  /** `null`: as many as make about 500 steps, at least 3. */
  readonly epochs: number | null
  /** `null`: found on held-out data. */
  readonly topK: number | null
  readonly schedule: 'constant' | 'cosine'
  /** Largest norm of the gradients; `null` for none. */
  readonly clipNorm: number | null
}

/** Name of a set of defaults. */
export type PresetName = keyof typeof PRESETS

type Preset = NetworkSize &
  Pick<DeepLogSettings, 'predict' | 'repeats' | 'epochs' | 'batchSize' | 'learningRate' | 'schedule' | 'clipNorm'>

/** Sets of defaults. */
export const PRESETS = {
  /** Whole sessions, each different one once: what found most on HDFS. */
  sessions: {
    embedding: 64,
    hidden: 64,
    layers: 2,
    window: 50,
    predict: 'every',
    repeats: 'once',
    epochs: null,
    batchSize: 32,
    learningRate: 4e-3,
    schedule: 'cosine',
    clipNorm: 1,
  },
  /** Du et al. 2017, §5.1: two layers of 64 units, windows of 10. The rate and the passes, which it does not give, are ours. */
  paper: {
    embedding: 64,
    hidden: 64,
    layers: 2,
    window: 10,
    predict: 'next',
    repeats: 'counted',
    epochs: 2,
    batchSize: 128,
    learningRate: 4e-3,
    schedule: 'cosine',
    clipNorm: 1,
  },
  /** The reference system: one layer of 128 units, windows of 50, three passes. */
  reference: {
    embedding: 64,
    hidden: 128,
    layers: 1,
    window: 50,
    predict: 'next',
    repeats: 'counted',
    epochs: 3,
    batchSize: 64,
    learningRate: 1e-3,
    schedule: 'constant',
    clipNorm: null,
  },
} as const satisfies Record<string, Preset>

/**
 * The settings with the defaults of their preset.
 * @throws {DeepLogError} `bad-options`
 */
export function deepLogSettings({ preset = 'sessions', ...given }: DeepLogOptions = {}): DeepLogSettings {
  if (!Object.hasOwn(PRESETS, preset)) {
    throw new DeepLogError('bad-options', `preset "${preset}", expected one of ${Object.keys(PRESETS).join(', ')}`)
  }
  const named = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const settings: DeepLogSettings = { ...OTHERS, ...PRESETS[preset], ...named, preset }
  for (const name of ['embedding', 'hidden', 'layers', 'batchSize', 'folds', 'window'] as const) {
    const least = name === 'folds' || name === 'window' ? 2 : 1
    requireOption(name, settings[name], { least, whole: true })
  }
  if (settings.epochs !== null) requireOption('epochs', settings.epochs, { least: 1, whole: true })
  if (settings.topK !== null) requireOption('topK', settings.topK, { least: 1, whole: true })
  requireOption('seed', settings.seed, { least: -Infinity, whole: true })
  for (const name of ['budget', 'lineBudget'] as const) requireOption(name, settings[name], { above: 0, most: 0.1 })
  requireOption('learningRate', settings.learningRate, { above: 0, most: Number.MAX_VALUE })
  return settings
}

const OTHERS = { closed: true, seed: 0, budget: 0.00075, lineBudget: 0.01, topK: null, folds: 3 } as const

function requireOption(
  name: string,
  value: number,
  {
    least = -Infinity,
    above = -Infinity,
    most = Infinity,
    whole = false,
  }: { least?: number; above?: number; most?: number; whole?: boolean },
): void {
  if (value >= least && value > above && value <= most && (!whole || Number.isInteger(value))) return
  const range = above > -Infinity ? `above ${above} and at most ${most}` : `of ${least} or more`
  throw new DeepLogError('bad-options', `${name} is ${value}; expected a ${whole ? 'whole ' : ''}number ${range}`)
}
