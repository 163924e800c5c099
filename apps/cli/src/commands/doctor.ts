import { accessSync, constants } from 'node:fs'
import { availableParallelism, freemem, totalmem } from 'node:os'
import type { CommandModule } from 'yargs'
import type { EngineStatus } from '@sp/engine'
import { readRecords } from '@sp/log-reader'
import { outputOptions } from '../output-options.js'
import { runCommand } from '../run-command.js'
import { openInputs } from '../source-options.js'
import { percent, table } from '../text.js'
import { VERSION } from '../version.js'

interface Flags {
  readonly logs?: readonly string[]
  readonly json: boolean
}

/** One thing that was looked at. */
interface Check {
  readonly what: string
  readonly found: string
  readonly isFine: boolean
  /** What to do when it is not fine. */
  readonly remedy?: string
}

/** Oldest Node.js that the packages support, as their `engines` say. */
const MIN_NODE = [20, 19] as const

/** `sp doctor`: is this machine fit, what can train networks, and how would these logs be read? */
export const doctorCommand: CommandModule<object, Flags> = {
  command: 'doctor [logs..]',
  describe: 'check this machine, and how logs would be read',
  builder: (yargs) =>
    yargs
      .positional('logs', { type: 'string', array: true, describe: 'logs to look into' })
      .option('json', outputOptions.json) as never,
  handler: (flags) =>
    runCommand(flags, async ({ signal }) => {
      const checks = [nodeCheck(), memoryCheck(), folderCheck(), ...(await logChecks(flags.logs ?? [], signal))]
      const engines = await enginesHere()
      return { json: { version: VERSION, checks, engines }, text: `${checksText(checks)}\n\n${enginesText(engines)}` }
    }),
}

function nodeCheck(): Check {
  const [major, minor] = process.versions.node.split('.').map(Number)
  const isFine = major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1])
  const found = `${process.versions.node} on ${process.platform}-${process.arch}, ${availableParallelism()} cores`
  return { what: 'Node.js', found, isFine, remedy: `install Node.js ${MIN_NODE.join('.')} or newer` }
}

function memoryCheck(): Check {
  const [free, total] = [freemem(), totalmem()].map((bytes) => (bytes / 2 ** 30).toFixed(1))
  return {
    what: 'memory',
    found: `${free} of ${total} GiB free`,
    isFine: freemem() > 2 ** 29,
    remedy: 'free at least 0.5 GiB',
  }
}

function folderCheck(): Check {
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

async function logChecks(logs: readonly string[], signal: AbortSignal): Promise<Check[]> {
  if (logs.length === 0) return []
  const checks: Check[] = []
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

function checksText(checks: readonly Check[]): string {
  const rows = checks.map(({ what, found, isFine, remedy }) => [
    isFine ? 'ok' : '!!',
    what,
    isFine ? found : `${found}; ${remedy}`,
  ])
  return `sp ${VERSION}\n${table(rows, ['left', 'left', 'left'])}`
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
