import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ensembleDetectors, HourCounter } from '@sp/baseline'
import type { ReadOptions, ReadSummary, Source } from '@sp/log-reader'
import {
  type Finding,
  type ParsedLog,
  ParsedLogWriter,
  previewRows,
  writeTable,
  writeTemplateTable,
} from '@sp/log-table'
import { type Language, type Report, ReportBuilder, type ReportOptions } from '@sp/report'
import { type Bundle, MEMBERS } from '../bundle/bundle.js'
import { Detector } from '../detector/detector.js'
import type { JudgedBatch, SourceDetector } from '../detector/source-detector.js'
import { jsonText } from '../json-file.js'
import type { OutputFolder } from '../output-folder.js'
import type { LogSegment } from '../parse-log.js'
import { PARSE_FILES, type ParseSummary } from '../parse-summary.js'
import type { RunControl } from '../progress.js'
import { earlierIncidents } from '../report/report-run.js'
import { unfitRemarks } from '../report/unfit-remark.js'
import { type ReportFormat, writeReport } from '../report/write-report.js'
import { hoursOfParsed, writeTemporal } from '../temporal-run.js'
import { FrameRows } from './frame-rows.js'
import { INFER_FILES, type InferSummary } from './infer-files.js'
import { LastingChanges } from './lasting-changes.js'
import { runFacts } from './run-facts.js'
import { RunTemplates } from './run-templates.js'
import { SessionRows } from './session-rows.js'
import { SourceTimes } from './source-times.js'
import { WindowRows } from './window-rows.js'

/** How a log is judged with a bundle, and what is written. */
export interface InferOptions extends ReportOptions, RunControl {
  readonly reading?: Pick<ReadOptions, 'format' | 'year' | 'bootTimeMs' | 'multiline'>
  /** Threads that read and mask large plain files, default 1; see `parseLog`. */
  readonly workers?: number
  /** The normal logs, where the bundle was learned in the same run: the report names them. */
  readonly normal?: readonly ReadSummary[]
  /** Whether the rows are written too (`parsed.parquet` and what goes with it); default true. */
  readonly tables?: boolean
  /** Whether its hours are judged too (`temporal_analysis/`); default true. */
  readonly hours?: boolean
  readonly formats?: readonly ReportFormat[]
  readonly language?: Language
  readonly title?: string
  /** Folder or `report.json` of an earlier run, whose incidents are named where these are like them. */
  readonly previous?: string
}

/** What an inference found. */
export interface Inference {
  readonly summary: InferSummary
  readonly report: Report
  /** How each log was read. */
  readonly sources: readonly ReadSummary[]
  /** What was judged: all windows, and the lines that speak against a session. */
  judged(): JudgedSpan[]
}

/** Lines that were judged together. */
export interface JudgedSpan {
  readonly source: string
  /** Line numbers, from 0, both included. */
  readonly firstLine: number
  readonly lastLine: number
  readonly isFlagged: boolean
}

/**
 * Judges logs with a bundle and writes what was found: `findings.ndjson`, `baseline_scores.parquet`,
 * `deeplog_sessions.parquet`, `mscred_infer.parquet`, the rows, the hours, and the report. The bundle is never changed.
 * Memory: one batch, the windows' and sessions' scores, and the report.
 * @throws {LogReaderError} what reading the logs throws
 */
export async function inferIntoFolder(
  folder: OutputFolder,
  bundle: Bundle,
  logs: readonly (Source | LogSegment)[],
  options: InferOptions = {},
): Promise<Inference> {
  const { reading, workers, signal, onProgress, title, previous } = options
  const earlier = previous === undefined ? [] : await earlierIncidents(previous)
  const detector = await Detector.open(bundle, { reading })
  const run = await InferRun.create(folder, bundle, options)
  try {
    const summaries: ReadSummary[] = []
    const scan = detector.scan(logs, {
      workers,
      signal,
      onProgress,
      isNearMiss: (strength) => run.isNearMiss(strength),
      onBatch: (source, batch, judge) => run.take(source, batch, judge),
      onSource: (summary) => void summaries.push({ ...summary }),
    })
    for await (const finding of scan) run.tell(finding)
    return await run.finish(detector, { summaries, title, earlier, options })
  } finally {
    await run.abort()
    await detector.close()
  }
}

/** The tables and the report of an inference while they grow. */
class InferRun {
  readonly #folder: OutputFolder
  readonly #bundle: Bundle
  readonly #builder: ReportBuilder
  readonly #templates: RunTemplates
  readonly #windows: WindowRows
  readonly #sessions = new SessionRows()
  readonly #frames: FrameRows
  readonly #changes: LastingChanges
  /** Lines that speak against sessions. */
  readonly #strangeLines: JudgedSpan[] = []
  readonly #names: readonly string[]
  readonly #rows: ParsedLogWriter | null
  readonly #hours = new HourCounter()
  readonly #times = new SourceTimes()
  /** Findings that were not written yet, as lines of JSON. */
  #pending: string[] = []
  #preview: ParsedLog | null = null
  readonly #findings: Awaited<ReturnType<typeof open>>

  private constructor(
    folder: OutputFolder,
    bundle: Bundle,
    files: { rows: ParsedLogWriter | null; findings: Awaited<ReturnType<typeof open>> },
    { maxIncidents, maxLines }: ReportOptions,
  ) {
    const { windows } = bundle
    this.#folder = folder
    this.#bundle = bundle
    this.#rows = files.rows
    this.#findings = files.findings
    this.#names = ensembleDetectors(windows)
    this.#builder = new ReportBuilder({ budget: windows.budget, maxIncidents, maxLines })
    this.#templates = new RunTemplates(bundle.templates.templates)
    this.#windows = new WindowRows(this.#names, windows.calibration.threshold)
    this.#frames = new FrameRows(bundle)
    this.#changes = new LastingChanges(bundle)
  }

  static async create(folder: OutputFolder, bundle: Bundle, options: InferOptions): Promise<InferRun> {
    const { tables = true } = options
    const rows = tables ? await ParsedLogWriter.create(folder.file(PARSE_FILES.parsed)) : null
    const findings = await open(folder.file(INFER_FILES.findings), 'w')
    return new InferRun(folder, bundle, { rows, findings }, options)
  }

  isNearMiss(strength: number): boolean {
    return strength > this.#builder.nearMissScore
  }

  tell(finding: Finding): void {
    this.#builder.addFinding(finding)
    if (finding.unit === 'session') this.#strangeLines.push(...spansOf(finding))
    this.#pending.push(JSON.stringify(finding) + '\n')
  }

  async take(source: string, batch: JudgedBatch, judge: SourceDetector): Promise<void> {
    if (batch.rows) await this.#takeRows(source, batch.rows, judge)
    this.#windows.add(source, batch.windows)
    this.#changes.add(source, batch.windows, (code) => judge.named(code))
    this.#sessions.add(source, batch.sessions)
    this.#frames.add(source, batch.frames)
    this.#addUnits(source, batch)
    for (const finding of batch.nearMisses) this.#builder.addNearMiss(finding)
    await this.#writeFindings()
  }

  async finish(
    detector: Detector,
    {
      summaries,
      title,
      earlier,
      options,
    }: {
      summaries: readonly ReadSummary[]
      title: string | undefined
      earlier: Awaited<ReturnType<typeof earlierIncidents>>
      options: InferOptions
    },
  ): Promise<Inference> {
    await this.#writeFindings()
    await this.#findings.close()
    await this.#writeTables(summaries)
    await this.#writeHours(options)
    const { sources, lines, records, unknown, windows, flaggedWindows, sessions, flaggedSessions, habitSessions } =
      detector.stats()
    const facts = runFacts(this.#bundle, {
      judged: summaries.map((summary) => ({ ...summary, ...this.#times.of(summary.source) })),
      normal: options.normal,
      changes: this.#changes.all(),
      remarks: unfitRemarks(unknown / Math.max(1, records)),
    })
    const report = this.#builder.report(facts, { title, earlier })
    await writeReport(this.#folder, report, options)
    const summary: InferSummary = {
      format: 'sp-infer',
      version: 1,
      bundle: options.normal === undefined ? this.#bundle.path : null,
      bundleHash: this.#bundle.manifest.hash,
      budget: this.#bundle.windows.budget,
      sessionBudget: this.#bundle.sequences?.model.settings.budget ?? null,
      ...{ sources, lines, records, unknown, windows, flaggedWindows, sessions, flaggedSessions, habitSessions },
      frames: this.#frames.count,
      flaggedFrames: this.#frames.flagged,
      findings: report.counts.findings,
      incidents: report.counts.incidents,
    }
    await writeFile(this.#folder.file(INFER_FILES.summary), jsonText(summary))
    return { summary, report, sources: summaries, judged: () => [...this.#windowSpans(), ...this.#strangeLines] }
  }

  #windowSpans(): JudgedSpan[] {
    return this.#windows.windows().map(({ source, startLine, endLine, isAnomaly }) => {
      return { source, firstLine: startLine, lastLine: endLine, isFlagged: isAnomaly }
    })
  }

  async abort(): Promise<void> {
    await this.#rows?.abort()
    await this.#findings.close().catch(() => undefined)
  }

  async #takeRows(source: string, rows: ParsedLog, judge: SourceDetector): Promise<void> {
    const own = { ...rows, template: this.#templates.codesOf(rows.template, judge) }
    this.#builder.addRows(own, this.#templates.table)
    this.#times.add(source, rows.timestamp)
    this.#hours.add(own)
    if (this.#rows === null) return
    this.#preview ??= own
    await this.#rows.write(own)
  }

  /** Every window by every detector, and every session: what the pictures of the report show. */
  #addUnits(source: string, { windows, sessions }: JudgedBatch): void {
    const { budget } = this.#bundle.windows
    for (const { startLine, startTime, scores, pValues, isAnomaly } of windows) {
      const time = Number.isNaN(startTime) ? null : startTime
      for (let d = 0; d < this.#names.length; d++) {
        const [detector, score, pValue] = [this.#names[d], scores[d], pValues[d]]
        const isFlagged = isAnomaly && pValue <= budget
        this.#builder.addUnit({ source, time, line: startLine, detector, score, pValue, isFlagged })
      }
    }
    for (const { startTime, rows, lines, score, pValue, isAnomaly } of sessions) {
      const line = lines.get(rows[0])!.lineNo
      const time = Number.isNaN(startTime) ? null : startTime
      this.#builder.addUnit({ source, time, line, detector: 'sessions', score, pValue, isFlagged: isAnomaly })
    }
  }

  async #writeFindings(): Promise<void> {
    if (this.#pending.length === 0) return
    const text = this.#pending.join('')
    this.#pending = []
    await this.#findings.writeFile(text)
  }

  async #writeTables(summaries: readonly ReadSummary[]): Promise<void> {
    const folder = this.#folder
    await writeTable(folder.file(INFER_FILES.windows), this.#windows.columns())
    if (this.#bundle.series.length > 0) await writeTable(folder.file(INFER_FILES.frames), this.#frames.columns())
    if (this.#sessions.count > 0) await writeTable(folder.file(INFER_FILES.sessions), this.#sessions.columns())
    if (this.#rows === null) return
    const templates = this.#templates.counted()
    const rowCount = this.#rows.rowCount
    await this.#rows.finish(templates)
    const present = templates.filter(({ count }) => count > 0)
    await writeTemplateTable(folder.file(PARSE_FILES.templates), present)
    const preview = this.#preview ? previewRows(this.#preview, { templates }) : []
    await writeFile(folder.file(PARSE_FILES.preview), jsonText(preview))
    const summary: ParseSummary = {
      format: 'sp-parse',
      version: 1,
      rows: rowCount,
      templates: present.length,
      target: summaries.map((segment) => ({ ...segment })),
    }
    await writeFile(folder.file(PARSE_FILES.summary), jsonText(summary))
  }

  async #writeHours({ hours = true, signal }: InferOptions): Promise<void> {
    if (!hours) return
    const { path, history } = this.#bundle
    const normal = history === null ? null : await hoursOfParsed(join(path, MEMBERS.history), { signal })
    const judged = this.#hours.finish(this.#templates.table)
    await writeTemporal(this.#folder, { judged, normal }, { into: INFER_FILES.temporal })
  }
}

/** The lines of evidence of a session, each by itself: a session is spread over the log. */
function spansOf({ source, lines }: Finding): JudgedSpan[] {
  const evidence = lines.filter(({ role }) => role === 'evidence')
  return evidence.map(({ lineNo }) => ({ source, firstLine: lineNo, lastLine: lineNo, isFlagged: true }))
}
