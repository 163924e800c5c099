import { spawn } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { CommandModule } from 'yargs'
import { REPORT_FILES } from '@sp/pipeline'
import { UsageError } from '../errors.js'
import { outputOptions } from '../output-options.js'
import { runCommand } from '../run-command.js'

interface Flags {
  readonly where: string
  readonly json: boolean
}

/** `sp open`: the HTML report in the browser, or its path where there is none to open it with. */
export const openCommand: CommandModule<object, Flags> = {
  command: 'open <where>',
  describe: 'open the HTML report of a result folder in the browser; prints its path where there is none',
  builder: (yargs) =>
    yargs
      .positional('where', { type: 'string', demandOption: true, describe: 'result folder, or an HTML report' })
      .option('json', outputOptions.json) as never,
  handler: (flags) =>
    runCommand(flags, async () => {
      const path = await reportAt(flags.where)
      const opened = await openFile(path)
      return { json: { path, opened }, text: path }
    }),
}

async function reportAt(where: string): Promise<string> {
  const found = await stat(where).catch(() => null)
  const path = resolve(found?.isDirectory() ? join(where, REPORT_FILES.html) : where)
  if (found?.isFile() || (await stat(path).catch(() => null))?.isFile()) return path
  throw new UsageError(`there is no report ${path}; run "sp report --processed-dir ${where}" first`)
}

/** The program that opens a file as a click on it would, by platform; the file is an argument, never part of a command line. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}

/** Hands a file to the program of the platform. @returns whether one took it */
function openFile(path: string): Promise<boolean> {
  const [program, ...args] = OPENERS[process.platform] ?? ['xdg-open']
  const hasScreen = program !== 'xdg-open' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
  if (!hasScreen) return Promise.resolve(false)
  return new Promise((done) => {
    const child = spawn(program, [...args, path], { stdio: 'ignore', detached: true })
    child.once('error', () => done(false))
    child.once('spawn', () => {
      child.unref()
      done(true)
    })
  })
}
