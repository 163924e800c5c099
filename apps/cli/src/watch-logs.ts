import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Finding } from '@sp/log-table'
import { type Bundle, openDetector, type Detector } from '@sp/pipeline'
import { explainIncident, IncidentGrouper, type Language, type ReportTraining, visibleText } from '@sp/report'
import { FileSource, type Intake, StreamSource } from '@sp/service'
import { EXIT } from './errors.js'
import { surroundingsOf } from './serve-surroundings.js'
import { STDIN } from './source-options.js'

/** How logs are watched. */
export interface WatchOptions {
  readonly logs: readonly string[]
  /** Findings as JSON, a line each; else one line for each incident that opens, and its first line. */
  readonly json: boolean
  readonly language: Language
  readonly failOnAnomaly: boolean
}

/** A record under way is taken as whole when nothing has come for so long. */
const FLUSH_MS = 1000

/**
 * Judges logs from their start and then as they grow, until the process is told to end: what is found goes to standard
 * output at once. Rotated, cut off and missing files are followed by name.
 */
export async function watchLogs(bundle: Bundle, { logs, failOnAnomaly, ...options }: WatchOptions): Promise<void> {
  const detector = await openDetector(bundle.path)
  const told = new Announcer(bundle, options)
  const intake = intakeOf(detector, (findings) => told.tell(findings))
  const surroundings = surroundingsOf(options.json)
  const paths = await Promise.all(logs.filter((path) => path !== STDIN).map(pattern))
  const sources = [
    ...(paths.length > 0 ? [new FileSource({ paths, fromStart: true })] : []),
    ...(logs.includes(STDIN) ? [new StreamSource(process.stdin)] : []),
  ]
  for (const source of sources) await source.open({ intake, surroundings })
  surroundings.tell({ level: 'info', code: 'watching', message: `watching ${logs.join(', ')}; Ctrl-C ends it` })
  const flushing = setInterval(() => void detector.flush().then((findings) => told.tell(findings)), FLUSH_MS)
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
  clearInterval(flushing)
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

function intakeOf(detector: Detector, tell: (findings: readonly Finding[]) => void): Intake {
  return {
    push: async ({ source, bytes }) => {
      const findings = await detector.push(bytes, { source, nowMs: Date.now() })
      tell(findings)
      return { findings: findings.length }
    },
    end: async (source) => tell(await detector.end(source)),
    positionOf: () => undefined,
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
