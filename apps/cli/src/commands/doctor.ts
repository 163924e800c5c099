import { accessSync, constants } from 'node:fs'
import { availableParallelism, freemem, totalmem } from 'node:os'
import type { CommandModule } from 'yargs'
import type { EngineStatus } from '@sp/engine'
import { readRecords } from '@sp/log-reader'
import { type BundleDiagnosis, dataIdentity, diagnoseBundle, type Diagnosis, findBundles } from '@sp/pipeline'
import { outputOptions } from '../output-options.js'
import { runCommand } from '../run-command.js'
import { openInputs } from '../source-options.js'
import { percent, table } from '../text.js'
import { VERSION } from '../version.js'

interface Flags {
  readonly logs?: readonly string[]
  readonly json: boolean
}

/** Oldest Node.js that the packages support, as their `engines` say. */
const MIN_NODE = [20, 19] as const

/** `sp doctor`: is this machine fit, what can train networks, are these bundles well, how would these logs be read? */
export const doctorCommand: CommandModule<object, Flags> = {
  command: 'doctor [logs..]',
  describe: 'check this machine, bundles, and how logs would be read',
  builder: (yargs) =>
    yargs
      .positional('logs', {
        type: 'string',
        array: true,
        describe: 'logs to look into, bundles, folders of bundles; a log beside a bundle is held against it',
      })
      .option('json', outputOptions.json) as never,
  handler: (flags) =>
    runCommand(flags, async ({ signal }) => {
      const { bundles, logs } = await bundlesAmong(flags.logs ?? [])
      const checks = [nodeCheck(), memoryCheck(), folderCheck(), ...(await logChecks(logs, signal))]
      const diagnoses = await diagnosesOf(bundles, logs, signal)
      const identity = await dataIdentity(bundles)
      const engines = await enginesHere()
      const text = [
        `sp ${VERSION}\n${checksText(checks)}`,
        ...diagnoses.map((diagnosis) => `${diagnosis.bundle}\n${checksText(diagnosis.checks)}`),
        ...(identity.length > 0 ? [checksText(identity)] : []),
        enginesText(engines),
      ]
      const json = { version: VERSION, checks, bundles: diagnoses, identity, engines }
      return { json, text: text.join('\n\n'), broken: damageOf(diagnoses) }
    }),
}

/** Sorts what was named into bundles (or folders of them) and logs. */
async function bundlesAmong(names: readonly string[]): Promise<{ bundles: string[]; logs: string[] }> {
  const [bundles, logs]: [string[], string[]] = [[], []]
  for (const name of names) {
    const found = await findBundles(name)
    if (found.length > 0) bundles.push(...found)
    else logs.push(name)
  }
  return { bundles, logs }
}

async function diagnosesOf(
  bundles: readonly string[],
  logs: readonly string[],
  signal: AbortSignal,
): Promise<BundleDiagnosis[]> {
  const diagnoses: BundleDiagnosis[] = []
  for (const bundle of bundles) {
    const log = logs.length > 0 ? await openInputs(logs) : []
    diagnoses.push(await diagnoseBundle(bundle, { log, signal }))
  }
  return diagnoses
}

/** What is wrong with the first bundle that is not whole: nothing can be done with it. */
function damageOf(diagnoses: readonly BundleDiagnosis[]): string | undefined {
  return diagnoses.find(({ isWhole }) => !isWhole)?.checks[0].found
}

function nodeCheck(): Diagnosis {
  const [major, minor] = process.versions.node.split('.').map(Number)
  const isFine = major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1])
  const found = `${process.versions.node} on ${process.platform}-${process.arch}, ${availableParallelism()} cores`
  return { what: 'Node.js', found, isFine, remedy: `install Node.js ${MIN_NODE.join('.')} or newer` }
}

function memoryCheck(): Diagnosis {
  const [free, total] = [freemem(), totalmem()].map((bytes) => (bytes / 2 ** 30).toFixed(1))
  return {
    what: 'memory',
    found: `${free} of ${total} GiB free`,
    isFine: freemem() > 2 ** 29,
    remedy: 'free at least 0.5 GiB',
  }
}

function folderCheck(): Diagnosis {
  const folder = process.cwd()
  try {
    accessSync(folder, constants.W_OK)
    return { what: 'results', found: `${folder} can be written`, isFine: true }
  } catch {
    return {
      what: 'results',
      found: `${folder} cannot be written`,
      isFine: false,
      remedy: 'give --out-dir a folder you own',
    }
  }
}

async function logChecks(logs: readonly string[], signal: AbortSignal): Promise<Diagnosis[]> {
  if (logs.length === 0) return []
  const checks: Diagnosis[] = []
  for (const source of await openInputs(logs)) {
    const stream = readRecords(source, { signal })
    for await (const batch of stream) if (batch.rowCount > 0) break
    const { format, confidence, records, timestamps } = stream.summary
    const share = records === 0 ? 0 : timestamps / records
    checks.push({
      what: source.name,
      found: `${format} (fits ${percent(confidence)}), ${percent(share)} of the first ${records} records have a time`,
      isFine: confidence >= 0.9,
      remedy: 'choose a format with --format ("sp formats" lists them)',
    })
  }
  return checks
}

function checksText(checks: readonly Diagnosis[]): string {
  const rows = checks.map(({ what, found, isFine, remedy }) => [
    isFine ? 'ok' : '!!',
    what,
    isFine || remedy === undefined ? found : `${found}; ${remedy}`,
  ])
  return table(rows, ['left', 'left', 'left'])
}

/** Loaded only here: no other command of this size needs a native library at its start. */
async function enginesHere(): Promise<readonly EngineStatus[]> {
  try {
    const { engineStatus } = await import('@sp/engine')
    return await engineStatus()
  } catch (error) {
    const detail = `its library does not load: ${error instanceof Error ? error.message.split('\n')[0] : error}`
    return [{ name: 'onnxruntime', available: false, gpu: false, detail, command: 'npm install onnxruntime-node' }]
  }
}

/** No checks: one engine is enough, and the others are a choice. */
function enginesText(engines: readonly EngineStatus[]): string {
  const rows = engines.map(({ name, available, gpu, detail }) => [
    available ? 'ok' : '--',
    name,
    `${detail}${gpu ? ', on a graphics processor' : ''}`,
  ])
  return `engines that train networks\n${table(rows, ['left', 'left', 'left'])}`
}
