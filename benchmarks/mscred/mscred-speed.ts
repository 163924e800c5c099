import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { normalArray, onnxruntimeEngine, seededRandom, tfjsEngine, type Engine } from '@sp/engine'
import { MSCRED_PRESETS, MSCRED_VALUES, mscredNetwork, type MscredSettings, type MscredSize } from '@sp/mscred'
import { median } from '../machine.js'

/** Frames a step. */
const CHUNK = 8

/** Seconds of CPU that a step takes, by mode, here and elsewhere; ratios above 1: faster here. */
export interface StepSpeed {
  readonly seconds: number
  readonly vsTorch: number | null
  readonly vsTfjsWasm: number | null
}

/** Measures training steps of a mode at its default size, taking turns with PyTorch, and one with tfjs wasm. */
export async function stepSpeed(
  mode: MscredSettings['mode'],
  { python, turns, withTfjs }: { readonly python: string; readonly turns: number; readonly withTfjs: boolean },
): Promise<StepSpeed> {
  const { scales, steps, widths } = MSCRED_PRESETS[mode]
  const size: MscredSize = { mode, series: 30, scales: scales.length, steps, widths, seed: 0 }
  const own: number[] = []
  const theirs: (number | null)[] = []
  for (let turn = 0; turn < turns; turn++) {
    own.push(await secondsAStep(onnxruntimeEngine(), size, 4))
    theirs.push(torchSeconds(python, { ...size, rounds: 4 }))
  }
  const seconds = median(own)
  const torch = theirs.filter((value): value is number => value !== null)
  const wasm = withTfjs ? await secondsAStep(await tfjsEngine({ backend: 'wasm' }), size, 1) : null
  return {
    seconds,
    vsTorch: torch.length === 0 ? null : median(torch) / seconds,
    vsTfjsWasm: wasm === null ? null : wasm / seconds,
  }
}

async function secondsAStep(engine: Engine, size: MscredSize, rounds: number): Promise<number> {
  const random = seededRandom(1)
  const shape = [size.scales, size.series, size.series]
  const elements = shape.reduce((product, dim) => product * dim, 1)
  const frames = CHUNK + size.steps - 1
  const batch = {
    [MSCRED_VALUES.frames]: { data: normalArray(random, frames * elements), shape: [frames, ...shape] },
    [MSCRED_VALUES.targets]: { data: normalArray(random, CHUNK * elements), shape: [CHUNK, ...shape] },
  }
  const weights = new Float32Array(CHUNK).fill(1)
  const trainer = await engine.trainer({ graph: mscredNetwork(size, CHUNK) }, { clipNorm: 1 })
  await trainer.step(batch, weights, 1e-3)
  const start = process.cpuUsage()
  for (let round = 0; round < rounds; round++) await trainer.step(batch, weights, 1e-3)
  const { user, system } = process.cpuUsage(start)
  await trainer.dispose()
  return (user + system) / 1e6 / rounds
}

/** Seconds a step in PyTorch; `null` where there is none. */
function torchSeconds(python: string, request: MscredSize & { readonly rounds: number }): number | null {
  const script = fileURLToPath(new URL('../peers/torch_mscred.py', import.meta.url))
  const run = spawnSync(python, [script], { encoding: 'utf8', input: JSON.stringify(request) + '\n' })
  const last = run.stdout?.trim().split('\n').at(-1)
  if (run.status !== 0 || last === undefined) return null
  return (JSON.parse(last) as { seconds: number }).seconds / request.rounds
}
