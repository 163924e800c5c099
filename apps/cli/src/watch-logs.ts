import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Finding } from '@sp/log-table'
import { type Bundle, type Detector, type DetectorOptions, openDetector } from '@sp/pipeline'
import { explainIncident, IncidentGrouper, type Language, type ReportTraining, visibleText } from '@sp/report'
import { FileSource, type Intake, type Judged, type LineBatch, StreamSource } from '@sp/service'
import { EXIT, UsageError } from './errors.js'
import { surroundingsOf } from './serve-surroundings.js'
import { openInputs, STDIN } from './source-options.js'

/** How logs are watched. */
export interface WatchOptions {
  readonly logs: readonly string[]
  /** Findings as JSON, a line each; else one line for each incident that opens, and its first line. */
  readonly json: boolean
  readonly language: Language
  readonly failOnAnomaly: boolean
  readonly reading: DetectorOptions['reading']
}

/** A record under way is taken as whole when nothing has come of its source for so long. */
const FLUSH_MS = 2000
const LOOK_MS = 500

/**
 * Judges logs from their start and then as they grow, until the process is told to end (or, where all is standard input,
 * that ends): what is found goes to standard output at once. Rotated, cut off and missing files are followed by name.
 */
export async function watchLogs(
  bundle: Bundle,
  { logs, failOnAnomaly, reading, ...options }: WatchOptions,
): Promise<void> {
  const files = logs.filter((path) => path !== STDIN)
  for (const file of files) await refuseWhatIsNoText(file)
  const surroundings = surroundingsOf(options.json)
  const detector = await openDetector(bundle.path, { reading })
  const watch = new Watch(detector, new Announcer(bundle, options))
  const ended = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
    if (files.length === 0) watch.onEnd = resolve
  })
  const paths = await Promise.all(files.map(pattern))
  const sources = [
    ...(paths.length > 0 ? [new FileSource({ paths, fromStart: true })] : []),
    ...(logs.includes(STDIN) ? [new StreamSource(process.stdin)] : []),
  ]
  for (const source of sources) await source.open({ intake: watch, surroundings })
  surroundings.tell({ level: 'info', code: 'watching', message: `watching ${logs.join(', ')}; Ctrl-C ends it` })
  const looking = setInterval(() => {
    watch.flushQuiet().catch((error: Error) => {
      surroundings.tell({ level: 'error', code: 'flush-failed', message: error.message })
    })
  }, LOOK_MS)
  await ended
  clearInterval(looking)
  await Promise.all(sources.map((source) => source.close()))
  const { lines, findings } = detector.stats()
  await detector.close()
  surroundings.tell({ level: 'info', code: 'closed', message: `${lines} lines judged, ${findings} findings` })
  process.exitCode = failOnAnomaly && findings > 0 ? EXIT.anomalies : EXIT.fine
}

/** A folder stands for the files in it. */
async function pattern(path: string): Promise<string> {
  const found = await stat(path).catch(() => null)
  return found?.isDirectory() ? join(path, '**/*') : path
}

/** Opened as `sp infer` opens it, so that it says what it says there; a file that is missing or empty may still come. */
async function refuseWhatIsNoText(path: string): Promise<void> {
  const found = await stat(path).catch(() => null)
  if (!found?.isFile() || found.size === 0) return
  const [source] = await openInputs([path])
  if ((await source.bytesFrom?.(0)) ?? null) return
  throw new UsageError(`${path} is compressed: it does not grow; judge it without --watch`)
}

/** Gives lines to the detector and says what it finds; remembers when each source was heard last. */
class Watch implements Intake {
  onEnd: () => void = () => undefined
  readonly #detector: Detector
  readonly #told: Announcer
  readonly #heard = new Map<string, number>()

  constructor(detector: Detector, told: Announcer) {
    this.#detector = detector
    this.#told = told
  }

  async push({ source, bytes }: LineBatch): Promise<Judged> {
    const findings = await this.#detector.push(bytes, { source, nowMs: Date.now() })
    this.#heard.set(source, Date.now())
    this.#told.tell(findings)
    return { findings: findings.length }
  }

  async end(source: string): Promise<void> {
    this.#told.tell(await this.#detector.end(source))
    this.onEnd()
  }

  positionOf(): unknown {
    return undefined
  }

  /** Takes the records under way of the sources that have been quiet. */
  async flushQuiet(): Promise<void> {
    for (const [source, heard] of this.#heard) {
      if (Date.now() - heard < FLUSH_MS) continue
      this.#heard.delete(source)
      this.#told.tell(await this.#detector.flush(source))
    }
  }
}

/** Says what was found: findings, or incidents when they open. */
class Announcer {
  readonly #training: ReportTraining
  readonly #options: Pick<WatchOptions, 'json' | 'language'>
  readonly #grouper: IncidentGrouper

  constructor({ manifest, templates, windows }: Bundle, options: Pick<WatchOptions, 'json' | 'language'>) {
    const { records: rows, firstTime, lastTime } = manifest.data
    this.#training = { rows, templates: templates.templates.length, firstTime, lastTime }
    this.#options = options
    this.#grouper = new IncidentGrouper({ budget: windows.budget })
  }

  tell(findings: readonly Finding[]): void {
    for (const finding of findings) {
      process.stdout.write(this.#options.json ? JSON.stringify(finding) + '\n' : this.#textOf(finding))
    }
  }

  #textOf(finding: Finding): string {
    const opened = this.#grouper.add(finding).filter(({ kind }) => kind === 'opened')
    return opened.map(({ id }) => this.#incidentText(id)).join('')
  }

  #incidentText(id: string): string {
    const incident = this.#grouper.incident(id)!
    const said = explainIncident(incident, { run: { training: this.#training } }, { language: this.#options.language })
    const line = incident.lines.find(({ role }) => role === 'evidence')
    const shown = line ? `  ${line.source}:${line.lineNo + 1}  ${visibleText(line.text)}\n` : ''
    return `${incident.severity}: ${said}\n${shown}`
  }
}
