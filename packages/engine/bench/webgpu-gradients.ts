/**
 * Gradients on webgpu, by tfjs and by the provider that onnxruntime brings along, against onnxruntime and PyTorch:
 *
 *   npm install --no-save --ignore-scripts webgpu @tensorflow/tfjs-backend-webgpu @sparticuz/chromium
 *   node --conditions=@sp/source --import tsx packages/engine/bench/webgpu-gradients.ts [--swiftshader] [--seeds 2]
 *
 * Without a graphics processor, `--swiftshader` takes SwiftShader, a Vulkan device in software that the package
 * `@sparticuz/chromium` brings along.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { brotliDecompressSync } from 'node:zlib'
import { gradientDistance } from '../src/choose-engine.js'
import { onnxruntimeEngine } from '../src/onnxruntime-engine.js'
import { loadTfjs } from '../src/tfjs-backends.js'
import { tfjsEngine } from '../src/tfjs-engine.js'
import { readFixture } from '../test/deeplog-fixture.js'
import { gradientGap, graphOfCase, OPERATOR_CASES } from '../test/operator-gradients.js'
import { torchParity } from '../test/torch-parity.js'

const { values: flags } = parseArgs({
  options: { swiftshader: { type: 'boolean', default: false }, seeds: { type: 'string', default: '2' } },
})
const seeds = Number(flags.seeds)
// The loader of Vulkan reads its environment when the process starts.
if (flags.swiftshader && !process.env.VK_ICD_FILENAMES) process.exit(startWithSwiftShader())

const engine = await tfjsEngine({ backend: 'webgpu' })
const gpu = (globalThis as unknown as { navigator: { gpu: { requestAdapter(): Promise<{ info: object }> } } }).navigator
  .gpu
const { vendor, architecture, description } = (await gpu.requestAdapter()).info as Record<string, string>
console.log(`${engine.name} on ${vendor} ${architecture} (${description}), Node ${process.version}`)

const probe = await gradientDistance(engine, onnxruntimeEngine())
console.log(`lookup, LSTM, convolution and softmax against onnxruntime: ${probe.toExponential(1)}`)

const native = onnxruntimeEngine({ executionProviders: ['webgpu', 'cpu'] })
const nativeProbe = await gradientDistance(native, onnxruntimeEngine())
console.log(`the same by the webgpu provider of onnxruntime: ${nativeProbe.toExponential(1)}`)

const { tf } = await loadTfjs('webgpu')
const operators: Record<string, number | string> = {}
for (const name of Object.keys(OPERATOR_CASES)) {
  try {
    const gaps: number[] = []
    for (let seed = 0; seed < seeds; seed++) gaps.push(await gradientGap(graphOfCase(name, seed), tf))
    operators[name] = Math.max(...gaps)
  } catch (error) {
    operators[name] = (error as Error).message.split('\n')[0]
  }
}
const failed = Object.entries(operators).filter(([, gap]) => !(typeof gap === 'number' && gap <= 1e-4))
const right = Object.values(operators).filter((gap): gap is number => typeof gap === 'number' && gap <= 1e-4)
console.log(`gradients of ${right.length} of ${Object.keys(operators).length} operators and layers are right`)
console.log(`the worst of them is off by ${Math.max(...right)}, relative to the largest element`)
for (const [name, gap] of failed) console.log(`  not ${name}: ${gap}`)

const parity = {
  'tfjs, 1 layer': await torchParity(readFixture(1), engine),
  'tfjs, 2 layers': await torchParity(readFixture(2), engine),
  'onnxruntime, 1 layer': await torchParity(readFixture(1), native),
  'onnxruntime, 2 layers': await torchParity(readFixture(2), native),
}
console.log('distance from PyTorch on webgpu')
console.table(parity)
console.log(JSON.stringify({ device: { vendor, architecture, description }, probe, nativeProbe, operators, parity }))
// The device keeps the process alive.
process.exit(0)

/** Runs this program again with the driver unpacked; gives its exit code. */
function startWithSwiftShader(): number {
  const require = createRequire(import.meta.url)
  const archive = join(dirname(require.resolve('@sparticuz/chromium')), '..', '..', 'bin', 'swiftshader.tar.br')
  const folder = mkdtempSync(join(tmpdir(), 'swiftshader-'))
  spawnSync('tar', ['xf', '-', '-C', folder], { input: brotliDecompressSync(readFileSync(archive)) })
  const env = { ...process.env, VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json'), LD_LIBRARY_PATH: folder }
  return (
    spawnSync(process.execPath, [...process.execArgv, ...process.argv.slice(1)], { env, stdio: 'inherit' }).status ?? 1
  )
}
