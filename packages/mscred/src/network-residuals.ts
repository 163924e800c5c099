import type { MultivariateSeries } from '@sp/builders'
import { withParameters, type Batch, type Engine, type Predictor } from '@sp/engine'
import { CHUNK, normalize, readRuns, stepOf, type Reading } from './frame-reader.js'
import { MSCRED_VALUES, mscredNetwork } from './mscred-network.js'

/** A trained network over signature matrices: plain data and arrays. */
export interface TrainedNetwork extends Reading {
  readonly weights: Readonly<Record<string, Float32Array>>
}

/** What a network leaves of signature matrices. */
export class NetworkResiduals {
  readonly #network: TrainedNetwork
  readonly #engine: Engine
  #predictor: Promise<Predictor> | null = null

  constructor(network: TrainedNetwork, engine: Engine) {
    this.#network = network
    this.#engine = engine
  }

  /** Calls with the place of each frame that has enough past, and its residual `[S, N, N]`, which is reused. */
  async each(
    series: MultivariateSeries,
    end: Int32Array,
    visit: (place: number, residual: Float32Array) => void,
  ): Promise<void> {
    const { scales, series: size } = this.#network.size
    const residual = new Float32Array(scales * size ** 2)
    for (const read of readRuns(series, end, this.#network)) {
      normalize(read, this.#network)
      const { asked } = read.run
      for (let from = 0; from < asked.length; from += CHUNK) {
        const { batch } = stepOf(read, from, this.#network)
        const there = batch[MSCRED_VALUES.targets].data as Float32Array
        const expected = await this.#expected(batch[MSCRED_VALUES.frames])
        for (let i = 0; i < CHUNK && from + i < asked.length; i++) {
          const at = i * residual.length
          for (let k = 0; k < residual.length; k++) residual[k] = there[at + k] - expected[at + k]
          visit(asked[from + i], residual)
        }
      }
    }
  }

  /** Frees the network. */
  async dispose(): Promise<void> {
    await (await this.#predictor)?.dispose()
    this.#predictor = null
  }

  async #expected(frames: Batch[string]): Promise<Float32Array> {
    this.#predictor ??= this.#load()
    const outputs = await (await this.#predictor).run({ [MSCRED_VALUES.frames]: frames })
    return outputs[MSCRED_VALUES.expected]
  }

  #load(): Promise<Predictor> {
    const { size, weights } = this.#network
    const graph = withParameters(mscredNetwork(size, CHUNK), weights)
    return this.#engine.predictor(graph, { outputs: [MSCRED_VALUES.expected] })
  }
}
