import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, temporaryFolder } from './run-cli.js'

// What is published is what is tested: each package is packed, unpacked alone with only what it declares, and loaded.
const folder = temporaryFolder()
const packages = readdirSync(join(ROOT, 'packages')).sort()
const env = { ...process.env, NODE_OPTIONS: '' }

interface Manifest {
  readonly name: string
  readonly dependencies?: Record<string, string>
}

function manifestOf(name: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, 'packages', name, 'package.json'), 'utf8'))
}

function pack(name: string): string {
  const target = mkdtempSync(join(folder, 'pack-'))
  const args = ['pack', '--silent', '--pack-destination', target]
  execFileSync('npm', args, { cwd: join(ROOT, 'packages', name), env, stdio: ['ignore', 'pipe', 'ignore'] })
  return join(target, readdirSync(target)[0])
}

const tarballs = new Map<string, string>()

beforeAll(() => {
  for (const name of packages) tarballs.set(name, pack(name))
}, 120_000)

/** An empty project that holds the packed package, the packed ones it needs, and nothing it does not declare. */
function installAlone(name: string): string {
  const project = mkdtempSync(join(folder, 'project-'))
  writeFileSync(join(project, 'package.json'), '{ "private": true }')
  addPackage(name, join(project, 'node_modules'))
  return project
}

function addPackage(name: string, modules: string): void {
  const target = join(modules, '@sp', name)
  if (existsSync(target)) return
  mkdirSync(target, { recursive: true })
  execFileSync('tar', ['xzf', tarballs.get(name)!, '--strip-components=1', '-C', target])
  for (const dependency of Object.keys(manifestOf(name).dependencies ?? {})) {
    if (dependency.startsWith('@sp/')) addPackage(dependency.slice('@sp/'.length), modules)
    else if (!existsSync(join(modules, dependency)))
      symlinkSync(join(ROOT, 'node_modules', dependency), join(modules, dependency))
  }
}

test.each(packages)('%s loads by import and by require, with the same names', (name) => {
  const project = installAlone(name)
  const esm = `import * as all from '@sp/${name}'; console.log(Object.keys(all).sort().join())`
  const cjs = `console.log(Object.keys(require('@sp/${name}')).sort().join())`
  const imported = spawnSync(process.execPath, ['--input-type=module', '-e', esm], {
    cwd: project,
    env,
    encoding: 'utf8',
  })
  const required = spawnSync(process.execPath, ['--input-type=commonjs', '-e', cjs], {
    cwd: project,
    env,
    encoding: 'utf8',
  })
  expect([imported.stderr, required.stderr]).toEqual(['', ''])
  expect(imported.stdout.trim().length).toBeGreaterThan(0)
  expect(required.stdout).toBe(imported.stdout)
})

test.each(packages)('%s holds its build, readme and licence, and no sources', (name) => {
  const files = execFileSync('tar', ['tzf', tarballs.get(name)!], { encoding: 'utf8' })
  for (const file of [
    'dist/index.js',
    'dist/index.cjs',
    'dist/index.d.ts',
    'dist/index.d.cts',
    'README.md',
    'LICENSE',
  ]) {
    expect(files).toContain(`package/${file}\n`)
  }
  expect(files).not.toMatch(/package\/(src|test|bench)\//)
})

test.each(packages)(
  '%s: types resolve for every kind of importer, and publint has nothing to say',
  (name) => {
    const bin = join(ROOT, 'node_modules/.bin')
    const attw = spawnSync(join(bin, 'attw'), [tarballs.get(name)!, '--format', 'ascii'], { env, encoding: 'utf8' })
    expect(`${attw.status} ${attw.status === 0 ? '' : attw.stdout}`).toBe('0 ')
    const publint = spawnSync(join(bin, 'publint'), ['run', tarballs.get(name)!, '--strict'], { env, encoding: 'utf8' })
    expect(`${publint.status} ${publint.status === 0 ? '' : publint.stdout}`).toBe('0 ')
  },
  60_000,
)

const KINDS = ['module', 'commonjs'] as const

/** The statement that loads names from a package. */
function load(type: (typeof KINDS)[number], names: string, name: string): string {
  return type === 'module' ? `import ${names} from '${name}'` : `const ${names} = require('${name}')`
}

test.each(KINDS)(
  'the packed pipeline reads a big log on two threads as %s',
  (type) => {
    const project = installAlone('pipeline')
    const log = join(project, 'big.log')
    writeFileSync(log, '2026-01-02 03:04:05 host app[7]: request 17 of user ann took 250 ms\n'.repeat(300_000))
    const program = `
    ${load(type, '{ EvidenceMiner }', '@sp/drain')}
    ${load(type, '{ openSources }', '@sp/log-reader')}
    ${load(type, '{ Masker }', '@sp/masking')}
    ${load(type, '{ parseLog }', '@sp/pipeline')}
    async function parse() {
      const [source] = await openSources(['big.log'])
      const options = { masker: Masker.create(), miner: EvidenceMiner.create(), workers: 2 }
      let rows = 0
      for await (const batch of parseLog([{ source }], options)) rows += batch.rowCount
      console.log(String(rows))
    }
    parse()`
    const run = spawnSync(process.execPath, [`--input-type=${type}`, '-e', program], {
      cwd: project,
      env,
      encoding: 'utf8',
    })
    expect([run.stderr, run.stdout]).toEqual(['', '300000\n'])
  },
  60_000,
)

test.each(KINDS)('the packed engine trains on two threads as %s', (type) => {
  const project = installAlone('engine')
  const program = `
    ${load(type, '{ fit, onnxruntimeEngine, squaredError }', '@sp/engine')}
    ${load(type, '{ GraphBuilder, ops }', '@sp/onnx-export')}
    async function train() {
      const builder = GraphBuilder.create('line')
      const x = builder.input('x', ['batch', 1])
      const y = ops.matMul(x, builder.parameter('slope', [1, 1], Float32Array.of(0)))
      builder.output('loss', squaredError(y, ops.mul(x, 3)))
      const inputs = { x: { data: Float32Array.of(1, 2, 3, 4), shape: [4, 1] } }
      const engine = onnxruntimeEngine({ workers: 2 })
      const training = fit({ graph: builder.build() }, { inputs }, { engine, epochs: 200, learningRate: 0.1, validationShare: 0 })
      for await (const record of training);
      console.log(training.engine, training.graph.initializers[0].data[0].toFixed(1))
    }
    train()`
  const run = spawnSync(process.execPath, [`--input-type=${type}`, '-e', program], {
    cwd: project,
    env,
    encoding: 'utf8',
  })
  expect([run.stderr, run.stdout]).toEqual(['', 'onnxruntime, 2 workers 3.0\n'])
})
