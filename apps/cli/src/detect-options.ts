import type { Options } from 'yargs'
import type { DetectRunOptions } from '@sp/pipeline'

/** Flags that set up the window detector; window and stride default as in the reference system. */
export const detectOptions = {
  'window-size': { type: 'number', default: 50, describe: 'records a window' },
  stride: { type: 'number', default: 25, describe: 'records from one window’s start to the next' },
  budget: { type: 'number', default: 0.005, describe: 'share of normal windows that may be flagged' },
  'train-share': { type: 'number', default: 0.5, describe: 'first part of the log taken as normal without --train' },
} as const satisfies Record<string, Options>

/** The values of {@link detectOptions}. */
export interface DetectFlags {
  readonly windowSize: number
  readonly stride: number
  readonly budget: number
  readonly trainShare: number
}

/** The detector options that the flags ask for. */
export function detectOptionsFrom(flags: DetectFlags): DetectRunOptions {
  return { windowSize: flags.windowSize, stride: flags.stride, budget: flags.budget, trainShare: flags.trainShare }
}
