import type { Options } from 'yargs'
import type { DeepLogOptions, PresetName } from '@sp/deeplog'
import { UsageError } from './errors.js'

/** Flags that set up the network and its training; `--seq-len` and `--epochs` carry the reference system's names. */
export const deepLogOptions = {
  preset: {
    choices: ['sessions', 'paper', 'reference'] as const,
    describe: 'sessions: whole sessions, for --session-key; paper: 2 × 64, window 10; reference: 64/128/1, window 50',
  },
  'seq-len': { type: 'number', describe: 'events the network reads (50; preset paper: 10)' },
  epochs: { type: 'number', describe: 'passes over the data (preset reference: 3)' },
  embedding: { type: 'number', describe: 'width of the embedding (64)' },
  hidden: { type: 'number', describe: 'units of each LSTM layer (64; preset reference: 128)' },
  layers: { type: 'number', describe: 'LSTM layers (2; preset reference: 1)' },
  'batch-size': { type: 'number', describe: 'windows a step' },
  'learning-rate': { type: 'number', describe: 'of Adam' },
  seed: { type: 'number', describe: 'weights and order follow from it; same seed, same bytes (0)' },
  budget: { type: 'number', describe: 'share of normal sessions that may be flagged (0.00075)' },
  'line-budget': { type: 'number', describe: 'share of normal lines that may lie outside the top k (0.01)' },
  k: { type: 'number', describe: 'events taken as possible; found on held-out normal sessions when left out' },
  closed: { type: 'boolean', describe: 'sessions are over, so that ends are judged; default: where a key names them' },
} as const satisfies Record<string, Options>

/** The values of {@link deepLogOptions}. */
export interface DeepLogFlags {
  readonly preset?: PresetName
  readonly seqLen?: number
  readonly epochs?: number
  readonly embedding?: number
  readonly hidden?: number
  readonly layers?: number
  readonly batchSize?: number
  readonly learningRate?: number
  readonly seed?: number
  readonly budget?: number
  readonly lineBudget?: number
  readonly k?: number
  readonly closed?: boolean
}

/** What the flags ask for; what they leave out is left to the preset. */
export function deepLogOptionsFrom(flags: DeepLogFlags): DeepLogOptions {
  const { preset, seqLen, epochs, embedding, hidden, layers, batchSize, learningRate, k, closed } = flags
  const given = {
    preset,
    window: seqLen,
    epochs,
    embedding,
    hidden,
    layers,
    batchSize,
    learningRate,
    seed: flags.seed,
    budget: flags.budget,
    lineBudget: flags.lineBudget,
    topK: k,
    closed,
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

/**
 * What the flags ask of an update: a model keeps its settings but for the epochs.
 * @throws {UsageError} where another flag was given, that would do nothing
 */
export function updateOptionsFrom(flags: DeepLogFlags): Pick<DeepLogOptions, 'epochs'> {
  const given = Object.keys(deepLogOptions).filter((name) => name !== 'epochs' && flags[camelCase(name)] !== undefined)
  if (given.length === 0) return deepLogOptionsFrom(flags)
  throw new UsageError(
    `--update keeps the settings of the model; leave ${given.map((name) => `--${name}`).join(', ')} out, or train a new one`,
  )
}

function camelCase(name: string): keyof DeepLogFlags {
  return name.replace(/-./g, (letter) => letter[1].toUpperCase()) as keyof DeepLogFlags
}
