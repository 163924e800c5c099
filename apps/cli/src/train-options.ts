import type { Options } from 'yargs'
import { OPTIONAL_DETECTORS, type TrainSettingsInput } from '@sp/pipeline'
import { UsageError } from './errors.js'

/** Flags that set up what is learned; what is left out has a default that the bundle records. */
export const learningOptions = {
  'window-size': { type: 'number', describe: 'records a window (50)' },
  stride: { type: 'number', describe: 'records from one window’s start to the next (25)' },
  budget: {
    type: 'number',
    describe: 'share of normal windows that may be flagged, by all detectors together (0.005)',
  },
  'session-budget': { type: 'number', describe: 'share of normal sessions that may be flagged (0.00075)' },
  'session-key': {
    type: 'string',
    describe: 'what groups lines: auto, none (a process), a rule such as hdfs-block, or a regular expression (auto)',
  },
  'session-timeout': { type: 'number', describe: 'seconds of silence that end a session (found in the normal logs)' },
  'most-rows': {
    type: 'number',
    describe: 'records that detectors learn from at most; of a log that has more a sample (all)',
  },
  detectors: {
    type: 'array',
    string: true,
    choices: OPTIONAL_DETECTORS,
    describe: 'which join the window detector (lines and sequences)',
  },
  'series-window': { type: 'number', describe: 'seconds of a window of time that series are counted by (60)' },
  'series-network': {
    choices: ['auto', 'never', 'always'],
    describe: 'whether the network over series joins their ensemble; auto: where it finds more planted shocks (auto)',
  },
  epochs: { type: 'number', describe: 'passes of the DeepLog network (as many as make about 500 steps)' },
  seed: { type: 'number', describe: 'same logs, settings and seed: the same bundle (0)' },
} as const satisfies Record<string, Options>

/** The same, and what of the logs a bundle keeps. */
export const trainOptions = {
  ...learningOptions,
  sample: { type: 'boolean', describe: 'keep the last 10,000 normal lines in the bundle, for "sp validate" (true)' },
} as const satisfies Record<string, Options>

/** The values of {@link trainOptions}. */
export interface TrainFlags {
  readonly windowSize?: number
  readonly stride?: number
  readonly budget?: number
  readonly sessionBudget?: number
  readonly sessionKey?: string
  readonly sessionTimeout?: number
  readonly mostRows?: number
  readonly detectors?: readonly (typeof OPTIONAL_DETECTORS)[number][]
  readonly seriesWindow?: number
  readonly seriesNetwork?: TrainSettingsInput['seriesNetwork']
  readonly epochs?: number
  readonly seed?: number
  readonly sample?: boolean
}

/** The settings that the flags ask for. */
export function trainSettingsFrom(flags: TrainFlags): TrainSettingsInput {
  const { sessionKey, sessionTimeout, detectors, epochs } = flags
  if (sessionTimeout !== undefined && !(sessionTimeout > 0)) {
    throw new UsageError(`--session-timeout ${sessionTimeout} is no time; give seconds above 0`)
  }
  if (flags.seriesWindow !== undefined && !(flags.seriesWindow > 0)) {
    throw new UsageError(`--series-window ${flags.seriesWindow} is no time; give seconds above 0`)
  }
  return {
    windowSize: flags.windowSize,
    stride: flags.stride,
    budget: flags.budget,
    sessionBudget: flags.sessionBudget,
    sessionKey: sessionKey === 'none' ? null : sessionKey,
    sessionTimeoutMs: sessionTimeout === undefined ? undefined : sessionTimeout * 1000,
    mostRows: flags.mostRows,
    detectors: detectors && [...detectors],
    seriesWindowMs: flags.seriesWindow === undefined ? undefined : flags.seriesWindow * 1000,
    seriesNetwork: flags.seriesNetwork,
    deeplogEpochs: epochs,
    seed: flags.seed,
    sample: flags.sample,
  }
}
