import type { Graph } from '@sp/onnx-export'
import { adamSettings, type AdamOptions } from './adam.js'
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from './checkpoint.js'
import { chooseEngine } from './choose-engine.js'
import {
  BatchReader,
  distinctExamples,
  exampleCount,
  RepeatMerger,
  requireInputs,
  type Dataset,
  type WeightedRows,
} from './dataset.js'
import { withParameters, type Engine, type Network, type Trainer, type TrainingState } from './engine.js'
import { EngineError } from './errors.js'
import { constantRate, type Schedule } from './learning-rate.js'
import { onnxruntimeEngine } from './onnxruntime-engine.js'
import { permutation, seededRandom } from './random.js'

/** How a network is trained. */
export interface FitOptions {
  /** Default `onnxruntimeEngine()`; `'auto'` takes what `chooseEngine()` takes. */
  readonly engine?: Engine | 'auto'
  /** Passes over the data, at most; default 10. */
  readonly epochs?: number
  /** Examples a step; default 256. */
  readonly batchSize?: number
  /** A fixed rate or a schedule; default 0.001, the published default of Adam. */
  readonly learningRate?: number | Schedule
  readonly adam?: AdamOptions
  /** Whole number from which the order of examples follows; default 0. */
  readonly seed?: number
  /** Share of the examples held out for validation: the last ones, since data is in time order. Default 0.1, 0 for none. */
  readonly validationShare?: number
  /** Epochs without a lower validation loss after which training stops; default 3. `Infinity` never stops early. */
  readonly patience?: number
  /** Equal examples of a batch are computed once, with their weights added: exact, and faster where logs repeat. Default true. */
  readonly mergeRepeats?: boolean
  /** Stops training between two steps with the reason of the signal. */
  readonly signal?: AbortSignal
  /** Bytes of `Training.checkpoint()`: goes on as if training had never been interrupted. */
  readonly resume?: Uint8Array
}

/** What one pass over the data gave. */
export interface EpochRecord {
  /** 1 is the first. */
  readonly epoch: number
  /** Weighted mean over the epoch's steps, each before its update. */
  readonly trainLoss: number
  /** Weighted mean over the held-out examples after the epoch; null without validation. */
  readonly validationLoss: number | null
  /** Of the last step. */
  readonly learningRate: number
  /** Whether this epoch has the lowest loss so far. */
  readonly improved: boolean
}

/** A training under way: iterate it to make it go on, one record per epoch. */
export interface Training extends AsyncIterable<EpochRecord> {
  /** The network with the best weights so far: of the lowest validation loss (of training where there is none). */
  readonly graph: Graph
  /** Name of the engine in use, with the reason where it was chosen; empty before the first step. */
  readonly engine: string
  /** The training after the last whole epoch as bytes (safetensors); a resumed one is bit-identical. */
  checkpoint(): Uint8Array
}

/**
 * Trains a network; nothing happens until the result is iterated, and each may be iterated once.
 * @throws {EngineError} `bad-data`, `bad-options`, `bad-checkpoint` at once; `not-finite` while iterating
 */
export function fit(network: Network, data: Dataset, options: FitOptions = {}): Training {
  return new FitTraining(network, data, settingsOf(options))
}

type Settings = Required<Omit<FitOptions, 'signal' | 'resume' | 'learningRate'>> &
  Pick<FitOptions, 'signal' | 'resume'> & { readonly schedule: Schedule }

class FitTraining implements Training {
  readonly #network: Network
  readonly #settings: Settings
  readonly #data: Dataset
  readonly #weights: Float32Array
  readonly #trainCount: number
  readonly #count: number
  readonly #merger: RepeatMerger | null
  /** Examples for validation, equal ones merged over all of them. */
  readonly #heldOut: WeightedRows
  readonly #reader: BatchReader
  #checkpoint: Checkpoint | null = null
  #started = false
  #engine = ''

  constructor(network: Network, data: Dataset, settings: Settings) {
    this.#network = network
    this.#settings = settings
    this.#data = data
    requireInputs(network.graph.inputs, data.inputs)
    this.#count = exampleCount(data)
    this.#trainCount = this.#count - Math.floor(this.#count * settings.validationShare)
    if (this.#trainCount === 0) throw new EngineError('bad-data', `no examples to train on: ${this.#count} given`)
    this.#weights = data.weights ?? new Float32Array(this.#count).fill(1)
    if (!this.#weights.every((weight) => weight > 0)) {
      throw new EngineError('bad-data', 'a weight is not positive; leave examples out instead')
    }
    this.#merger = settings.mergeRepeats
      ? new RepeatMerger(distinctExamples(data.inputs, this.#count), this.#weights)
      : null
    const heldOut = this.#count - this.#trainCount
    this.#heldOut = this.#weighted(Int32Array.from({ length: heldOut }, (_, i) => this.#trainCount + i))
    this.#reader = new BatchReader(data.inputs, Math.min(settings.batchSize, this.#count))
    if (settings.resume) this.#checkpoint = decodeCheckpoint(settings.resume, this.#identity())
  }

  get graph(): Graph {
    return this.#checkpoint ? withParameters(this.#network.graph, this.#checkpoint.best) : this.#network.graph
  }

  get engine(): string {
    return this.#engine
  }

  checkpoint(): Uint8Array {
    if (this.#checkpoint === null) {
      throw new EngineError('bad-checkpoint', 'no epoch is finished yet; take a checkpoint after the first record')
    }
    return encodeCheckpoint(this.#checkpoint, this.#identity())
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<EpochRecord> {
    if (this.#started) throw new EngineError('bad-options', 'this training was iterated before; call fit again')
    this.#started = true
    const { adam, epochs, patience, signal } = this.#settings
    signal?.throwIfAborted()
    const trainer = await (await this.#chosenEngine()).trainer(this.#network, adam)
    try {
      if (this.#checkpoint) trainer.restore(this.#checkpoint.state)
      let done = this.#checkpoint?.epoch ?? 0
      while (done < epochs && done - (this.#checkpoint?.bestEpoch ?? 0) < patience) {
        const { trainLoss, learningRate } = await this.#epoch(trainer, done)
        const validationLoss = this.#trainCount < this.#count ? await this.#validate(trainer) : null
        done++
        const improved = this.#keep(await trainer.state(), done, validationLoss ?? trainLoss)
        yield { epoch: done, trainLoss, validationLoss, learningRate, improved }
      }
    } finally {
      await trainer.dispose()
    }
  }

  async #chosenEngine(): Promise<Engine> {
    const { engine } = this.#settings
    const choice = engine === 'auto' ? await chooseEngine() : { engine, reason: engine.name }
    this.#engine = choice.reason
    return choice.engine
  }

  async #epoch(trainer: Trainer, epoch: number): Promise<{ trainLoss: number; learningRate: number }> {
    const { batchSize, seed, epochs, schedule, signal } = this.#settings
    const order = permutation(seededRandom(seed, epoch), this.#trainCount)
    const steps = Math.ceil(this.#trainCount / batchSize)
    const mean = new WeightedMean()
    let learningRate = 0
    for (let step = 0; step < steps; step++) {
      signal?.throwIfAborted()
      const { rows, weights } = this.#weighted(order.subarray(step * batchSize, (step + 1) * batchSize))
      learningRate = schedule(epoch * steps + step, epochs * steps)
      const loss = await trainer.step(this.#reader.take(rows), weights, learningRate)
      requireFinite(loss, { where: `step ${step + 1} of epoch ${epoch + 1} at learning rate ${learningRate}` })
      mean.add(loss, weights)
    }
    return { trainLoss: mean.value, learningRate }
  }

  async #validate(trainer: Trainer): Promise<number> {
    const { batchSize, signal } = this.#settings
    const mean = new WeightedMean()
    const { rows, weights } = this.#heldOut
    for (let from = 0; from < rows.length; from += batchSize) {
      signal?.throwIfAborted()
      const part = weights.slice(from, from + batchSize)
      const loss = await trainer.evaluate(this.#reader.take(rows.subarray(from, from + batchSize)), part)
      requireFinite(loss, { where: 'validation' })
      mean.add(loss, part)
    }
    return mean.value
  }

  #weighted(rows: Int32Array): WeightedRows {
    return this.#merger?.merge(rows) ?? { rows, weights: Float32Array.from(rows, (row) => this.#weights[row]) }
  }

  #keep(state: TrainingState, epoch: number, loss: number): boolean {
    for (const [name, values] of Object.entries(state.parameters)) {
      const wrong = values.find((value) => !Number.isFinite(value))
      requireFinite(wrong ?? 0, { what: `a value of parameter "${name}"`, where: `after epoch ${epoch}` })
    }
    const improved = loss < (this.#checkpoint?.bestLoss ?? Infinity)
    const best = improved
      ? { best: state.parameters, bestEpoch: epoch, bestLoss: loss }
      : { best: this.#checkpoint!.best, bestEpoch: this.#checkpoint!.bestEpoch, bestLoss: this.#checkpoint!.bestLoss }
    this.#checkpoint = { ...best, epoch, state }
    return improved
  }

  /** What a checkpoint must share with this training. Engine, epochs and patience may change. */
  #identity() {
    const { graph } = this.#network
    const { batchSize, seed, validationShare, mergeRepeats, adam } = this.#settings
    return {
      shapes: Object.fromEntries(
        graph.parameters.map((name) => [name, graph.values.get(name)!.shape as readonly number[]]),
      ),
      settings: JSON.stringify({
        network: graph.nodes.map(({ op }) => op).join(' '),
        examples: this.#count,
        data: hashOf(this.#data, this.#weights),
        batchSize,
        seed,
        validationShare,
        mergeRepeats,
        adam: { ...adamSettings(adam), clipNorm: String(adam.clipNorm) },
      }),
    }
  }
}

/** Mean of losses weighted by the weights of their examples, in double precision. */
class WeightedMean {
  #sum = 0
  #weight = 0

  get value(): number {
    return this.#sum / this.#weight
  }

  add(loss: number, weights: Float32Array): void {
    const weight = weights.reduce((sum, value) => sum + value, 0)
    this.#sum += loss * weight
    this.#weight += weight
  }
}

function settingsOf({ learningRate = 1e-3, ...options }: FitOptions): Settings {
  const settings = {
    epochs: 10,
    batchSize: 256,
    adam: {},
    seed: 0,
    validationShare: 0.1,
    patience: 3,
    mergeRepeats: true,
    schedule: typeof learningRate === 'number' ? constantRate(learningRate) : learningRate,
    ...options,
    engine: options.engine ?? onnxruntimeEngine(),
  }
  requireOption('epochs', settings.epochs, { least: 1, whole: true })
  requireOption('batchSize', settings.batchSize, { least: 1, whole: true })
  requireOption('seed', settings.seed, { least: -Infinity, whole: true })
  requireOption('validationShare', settings.validationShare, { least: 0, below: 1 })
  requireOption('patience', settings.patience, { least: 1 })
  adamSettings(settings.adam)
  return settings
}

function requireOption(
  name: string,
  value: number,
  { least, below = Infinity, whole = false }: { least: number; below?: number; whole?: boolean },
): void {
  const inside = value >= least && (value < below || below === Infinity) && (!whole || Number.isInteger(value))
  if (inside) return
  const kind = whole ? 'a whole number' : 'a number'
  throw new EngineError(
    'bad-options',
    `${name} is ${value}; expected ${kind} from ${least}${below < Infinity ? ` to below ${below}` : ''}`,
  )
}

function requireFinite(value: number, { what = 'the loss', where }: { what?: string; where: string }): void {
  if (Number.isFinite(value)) return
  throw new EngineError(
    'not-finite',
    `${what} is ${value} (${where}); lower the learning rate, set adam.clipNorm, or look for extreme values in the inputs`,
  )
}

/** FNV-1a over the words of all inputs and weights. */
function hashOf({ inputs }: Dataset, weights: Float32Array): number {
  let hash = 0x811c9dc5
  for (const data of [...Object.values(inputs).map((input) => input.data), weights]) {
    const words = new Int32Array(data.buffer, data.byteOffset, data.byteLength / 4)
    for (let i = 0; i < words.length; i++) hash = Math.imul(hash ^ words[i], 0x01000193)
  }
  return hash >>> 0
}
