import {
  EnsembleScorer,
  type EnsembleScorerSnapshot,
  judgeWindow,
  WindowHighest,
  type WindowHighestSnapshot,
  type WindowOpinion,
  type WindowVerdict,
} from '@sp/baseline'
import { UNK } from '@sp/builders'
import { DeepLogStream, type DeepLogStreamSnapshot, type JudgedSession, type StreamedEvent } from '@sp/deeplog'
import type { Finding, ParsedLog } from '@sp/log-table'
import type { MaskedRows } from '../parse-in-blocks.js'
import { type LoadedBundle, SEQUENCE_DETECTOR } from './loaded-bundle.js'
import { CONTEXT_LINES } from './finding-lines.js'
import { RecentRows, type RecentRow, rowOf } from './recent-rows.js'
import { sessionFinding } from './session-finding.js'
import { SourceTemplates, type SourceTemplatesSnapshot } from './source-templates.js'
import { type JudgedFrame, SeriesStream, type SeriesStreamSnapshot } from '../series/series-stream.js'
import { type StrangeFrame, StrangeFrames } from './strange-frames.js'
import { SurprisingEvents, type SurprisingEvent } from './surprising-events.js'
import { windowFinding } from './window-finding.js'

/** What was said of a batch of rows. */
export interface JudgedBatch {
  /** In the order in which they could be told. */
  readonly findings: readonly Finding[]
  /** The rows, with the templates that the detector gave them. */
  readonly rows: ParsedLog | null
  readonly windows: readonly WindowVerdict[]
  readonly sessions: readonly JudgedSession<RecentRow>[]
  /** Those more surprising than {@link SourceOptions.tellAbove}. */
  readonly events: readonly StreamedEvent[]
  /** Windows of time, by multivariate detectors. */
  readonly frames: readonly JudgedFrame[]
  /** Windows that are not strange, as findings, where somebody asked for them. */
  readonly nearMisses: readonly Finding[]
}

/** How a source is judged beside what its bundle says. */
export interface SourceOptions {
  /** Whether a window that is not strange shall be told as if it were: for reports of which nothing is strange. */
  readonly isNearMiss?: (strength: number) => boolean
  /** Surprise (nats) above which events are handed on; default what a window may be flagged for. */
  readonly tellAbove?: number
}

/** A {@link SourceDetector} as plain JSON. */
export interface SourceDetectorSnapshot {
  readonly templates: SourceTemplatesSnapshot
  readonly recent: { readonly next: number; readonly rows: readonly RecentRow[] }
  readonly windows: EnsembleScorerSnapshot
  readonly sequences: DeepLogStreamSnapshot<RecentRow> | null
  readonly highest: WindowHighestSnapshot
  readonly surprising: readonly SurprisingEvent[]
  /** By multivariate detector, in the order of the bundle. */
  readonly series: readonly SeriesStreamSnapshot[]
  readonly frames: readonly StrangeFrame[]
}

/**
 * All detectors of a bundle over the rows of one source while they come. What is found does not depend on how rows are
 * cut into batches, nor on other sources. Memory is bounded, however long the source.
 */
export class SourceDetector {
  readonly #loaded: LoadedBundle
  readonly #source: string
  readonly #templates: SourceTemplates
  readonly #recent: RecentRows
  readonly #windows: EnsembleScorer
  readonly #sequences: DeepLogStream<RecentRow> | null
  readonly #highest: WindowHighest
  readonly #surprising: SurprisingEvents
  readonly #series: readonly SeriesStream[]
  readonly #frames: StrangeFrames
  readonly #isNearMiss: SourceOptions['isNearMiss']
  #batch: ParsedLog | null = null

  /** At the beginning of a source, or where another one of the same bundle was. */
  constructor(
    loaded: LoadedBundle,
    source: string,
    snapshot?: SourceDetectorSnapshot,
    { isNearMiss, tellAbove }: SourceOptions = {},
  ) {
    this.#isNearMiss = isNearMiss
    const { bundle, deeplog, sessionKey } = loaded
    const { windowSize, stride } = bundle.windows.baseline
    this.#loaded = loaded
    this.#source = source
    this.#templates = new SourceTemplates(bundle.templates, snapshot?.templates)
    this.#recent = new RecentRows(windowSize + CONTEXT_LINES, snapshot?.recent)
    this.#windows = new EnsembleScorer(bundle.windows, snapshot?.windows)
    this.#highest = new WindowHighest(bundle.windows.others.length, { windowSize, stride }, snapshot?.highest)
    this.#surprising = new SurprisingEvents(loaded, snapshot?.surprising)
    this.#series = loaded.series.map((series, s) => new SeriesStream(series, snapshot?.series[s]))
    this.#frames = new StrangeFrames(loaded, snapshot?.frames)
    this.#sequences =
      bundle.sequences && deeplog
        ? new DeepLogStream(
            deeplog,
            {
              ...(sessionKey ? { key: sessionKey } : {}),
              ...(bundle.sequences.rule.timeoutMs === null ? {} : { timeoutMs: bundle.sequences.rule.timeoutMs }),
              maxEvents: bundle.sequences.rule.maxEvents,
              eventOf: (code) => loaded.eventOfCode[code] ?? UNK,
              templateOf: (event) => loaded.codeOfEvent[event],
              lineOf: (_, { i, row }) => rowOf(this.#batch!, i, row),
              tellAbove: tellAbove ?? this.#surprising.above,
            },
            snapshot?.sequences ?? undefined,
          )
        : null
  }

  /** Judges the next rows. */
  async take(masked: MaskedRows): Promise<JudgedBatch> {
    const rows = { ...masked, template: this.#templates.codesOf(masked.masked) }
    this.#batch = rows
    this.#recent.add(rows)
    const streamed = await this.#sequences?.push(rows)
    if (streamed) this.#surprising.add(streamed.events)
    const frames: JudgedFrame[] = []
    for (const series of this.#series) frames.push(...(await series.push(rows)))
    this.#frames.add(frames, this.#recent)
    const scores = this.#scoresOfRows(rows.rowCount, frames, streamed?.surprise)
    const opinions = this.#windows.push(rows)
    const judged = this.#judged(opinions, this.#highest.push(scores, rows.rowCount), {
      ...(streamed ?? NOTHING),
      frames,
    })
    this.#recent.settle()
    this.#batch = null
    return { ...judged, rows }
  }

  /** The source has ended: what is still open is judged. Nothing may be taken any more. */
  end(): JudgedBatch {
    const sessions = this.#sequences?.flush() ?? []
    return {
      ...this.#judged(this.#windows.flush(), this.#highest.flush(), { ...NOTHING, sessions, frames: [] }),
      rows: null,
    }
  }

  /** What is known, for another one to go on from. */
  snapshot(): SourceDetectorSnapshot {
    return {
      templates: this.#templates.snapshot(),
      recent: this.#recent.snapshot(),
      windows: this.#windows.snapshot(),
      sequences: this.#sequences?.snapshot() ?? null,
      highest: this.#highest.snapshot(),
      surprising: this.#surprising.snapshot(),
      series: this.#series.map((series) => series.snapshot()),
      frames: this.#frames.snapshot(),
    }
  }

  /** Id and text of a template code of the rows. */
  named(code: number) {
    return this.#templates.named(code)
  }

  /** Whether the bundle knows the template of a code. */
  isKnown(code: number): boolean {
    return this.#templates.isKnown(code)
  }

  #judged(
    opinions: readonly WindowOpinion[],
    highest: readonly Float64Array[],
    { sessions, events, frames }: Pick<JudgedBatch, 'sessions' | 'events' | 'frames'>,
  ): Omit<JudgedBatch, 'rows'> {
    const { windows: model } = this.#loaded.bundle
    const verdicts = opinions.map((opinion, w) => judgeWindow(model, opinion, highest[w]))
    const about = {
      recent: this.#recent,
      surprising: this.#surprising,
      frames: this.#frames,
      loaded: this.#loaded,
      source: this.#source,
      named: (code: number) => this.#templates.named(code),
      nearestTo: (code: number) => this.#templates.nearestTo(code),
    }
    // A window can be told once its last row was read, a session with the row that ended it.
    const told = [
      ...verdicts.filter(isAnomaly).map((verdict) => ({
        at: verdict.endRow - 1,
        finding: () => windowFinding(verdict, about),
      })),
      ...sessions.filter(isAnomaly).map((session) => ({
        at: session.endedBy,
        finding: () => sessionFinding(session, about),
      })),
    ]
    // Sorting is stable: of the same row windows come first.
    told.sort((a, b) => a.at - b.at)
    const findings = told.map(({ finding }) => finding())
    const nearMisses = verdicts
      .filter((verdict) => !verdict.isAnomaly && this.#isNearMiss?.(strengthOf(verdict)))
      .map((verdict) => ({ ...windowFinding(verdict, about), score: strengthOf(verdict) }))
    const oldest = this.#windows.nextRow - model.baseline.windowSize
    this.#surprising.forgetBefore(oldest)
    this.#frames.forgetBefore(oldest)
    return { findings, windows: verdicts, sessions, events, frames, nearMisses }
  }

  /** Scores of the rows of a batch by the detectors that are not of the ensemble's own, in the order of its model. */
  #scoresOfRows(rows: number, frames: readonly JudgedFrame[], surprise?: Float64Array): Float64Array[] {
    const first = this.#windows.nextRow
    return this.#loaded.bundle.windows.others.map(({ name }) => {
      if (name === SEQUENCE_DETECTOR) return surprise ?? new Float64Array(rows)
      const scores = new Float64Array(rows)
      for (const { detector, endRow, score } of frames) {
        if (detector === name) scores[endRow - first] = Math.max(scores[endRow - first], score)
      }
      return scores
    })
  }
}

/** −log10 of the smallest p-value of a window. */
function strengthOf({ pValues }: WindowVerdict): number {
  return -Math.log10(Math.min(...pValues))
}

const NOTHING = { sessions: [], events: [], frames: [] }

function isAnomaly({ isAnomaly: strange }: { readonly isAnomaly: boolean }): boolean {
  return strange
}
