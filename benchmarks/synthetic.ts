/**
 * The detectors without a network on synthetic logs: `npm run bench:synthetic -- [--quick] [--seeds 6,7,8] [--series]`. Trained on one normal log,
 * false alarms counted on another, incidents sought in a third, each of another seed; budget 1 window in 200.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  collectLines,
  ensembleDetector,
  scoreEnsemble,
  scoreMultivariate,
  trainEnsemble,
  type EnsembleParameters,
  type EnsembleScores,
  type WindowedLines,
} from '@sp/baseline'
import { countTimeWindows, countWindows, seriesFromWindows, type WindowCounts } from '@sp/builders'
import { EvidenceMiner, NoveltyMiner, type TemplateMiner } from '@sp/drain'
import {
  ANOMALY_KINDS,
  calibrationError,
  evaluateDetections,
  evaluateFlags,
  generateSyntheticLog,
  type DetectionMetrics,
  type Incident,
  type SyntheticLogOptions,
} from '@sp/evaluation'
import { openSources } from '@sp/log-reader'
import type { ParsedLog, TemplateTable } from '@sp/log-table'
import { Masker } from '@sp/masking'
import { parseLog, SERIES_RESOLUTION, type TrainedSeries, trainSeriesOfWindows } from '@sp/pipeline'
import { machineLine } from './machine.js'

const { values: flags } = parseArgs({
  allowNegative: true,
  options: {
    quick: { type: 'boolean', default: false },
    seeds: { type: 'string' },
    data: { type: 'string' },
    verbose: { type: 'boolean' },
    series: { type: 'boolean', default: false },
  },
})
const BUDGET = 1 / 200
/** p-values above are not told apart by the ensemble, so that calibration errors are comparable up to here only. */
const JUDGED_UP_TO = 2 * BUDGET
const SEEDS = flags.seeds?.split(',').map(Number) ?? (flags.quick ? [1, 2] : [1, 2, 3, 4, 5])
const LINES = flags.quick ? 40_000 : 160_000
const INCIDENTS = 5 * ANOMALY_KINDS.length
const DAY = 86_400_000
const scratch = mkdtempSync(join(tmpdir(), 'bench-synthetic-'))

interface Outcome {
  readonly normal: EnsembleScores
  readonly metrics: DetectionMetrics
  readonly foundBy: Map<string, Map<string, number>>
  readonly windowF1: number | null
}

try {
  await run()
} finally {
  rmSync(scratch, { recursive: true })
}

async function run(): Promise<void> {
  console.log('npm run bench:synthetic')
  console.log(machineLine())
  const outcomes: Outcome[] = []
  for (const seed of SEEDS) {
    const outcome = await judge(seed)
    outcomes.push(outcome)
    const { normal, metrics } = outcome
    console.log(
      `seed ${seed}: false alarms ${percent(rateOf(normal))} of ${normal.count} windows of an unseen normal log; ` +
        `${metrics.found} of ${metrics.incidents} incidents; window F1 ${outcome.windowF1?.toFixed(3)}; calibration error ` +
        `${calibrationError(normal.pValue, JUDGED_UP_TO)?.toFixed(4)}`,
    )
  }
  printKinds(outcomes)
  const measured = mean(outcomes.map(({ normal }) => rateOf(normal)))
  const all = outcomes.map(({ metrics }) => metrics)
  console.log(
    JSON.stringify({
      falseAlarmRate: { asked: BUDGET, measured, seeds: outcomes.map(({ normal }) => rateOf(normal)) },
      incidentRecall: sum(all.map(({ found }) => found)) / sum(all.map(({ incidents }) => incidents)),
      kinds: Object.fromEntries(ANOMALY_KINDS.map((kind) => [kind, recallOf(kind, all)])),
      calibrationError: calibrationError(
        outcomes.flatMap(({ normal }) => [...normal.pValue]),
        JUDGED_UP_TO,
      ),
      calibrationErrorWorst: Math.max(...outcomes.map(({ normal }) => calibrationError(normal.pValue, JUDGED_UP_TO)!)),
      ...(flags.quick ? { quick: true } : {}),
    }),
  )
}

async function judge(seed: number): Promise<Outcome> {
  const startMs = Date.UTC(2026, 2, 2)
  const miner = EvidenceMiner.create()
  const training = await parse({ seed: 100 * seed, lines: LINES, startMs }, miner)
  const templates = [...miner.templates()]
  const series = flags.series ? await trainedSeries(training.batches, templates) : null
  const known = await windowed(training.batches)
  const others = (series?.detectors ?? []).map(({ name, heldOut }) => ({
    name,
    heldOut: highestOfRows(known.windows, heldOut),
    resolution: SERIES_RESOLUTION,
  }))
  const model = trainEnsemble(known, { budget: BUDGET, others })
  async function scored(batches: readonly ParsedLog[]): Promise<EnsembleScores> {
    const judged = await windowed(batches)
    return scoreEnsemble(model, judged, series ? await seriesScores(series, { batches, templates, judged }) : [])
  }
  const frozen = NoveltyMiner.over(miner)
  const unseen = await parse({ seed: 100 * seed + 1, lines: LINES, startMs: startMs + 60 * DAY }, frozen)
  const normal = await scored(unseen.batches)
  const strange = await parse(
    {
      seed: 100 * seed + 2,
      lines: LINES / 2,
      startMs: startMs + 120 * DAY,
      anomalies: { count: INCIDENTS },
    },
    NoveltyMiner.over(miner),
  )
  const scores = await scored(strange.batches)
  if (flags.verbose) describe(normal, scores, strange.labels)
  const isAnomalous = Uint8Array.from({ length: scores.count }, (_, w) =>
    Number(strange.labels.some((incident) => meets(incident, scores.startRow[w], scores.endRow[w]))),
  )
  return {
    normal,
    metrics: evaluateDetections(scores, strange.labels),
    foundBy: finders(scores, strange.labels),
    windowF1: evaluateFlags(scores.isAnomaly, { isAnomalous }).f1,
  }
}

async function parse(
  options: SyntheticLogOptions,
  miner: TemplateMiner,
): Promise<{ batches: ParsedLog[]; labels: readonly Incident[] }> {
  const { lines, labels } = generateSyntheticLog(options)
  const path = join(scratch, `${options.seed}.log`)
  writeFileSync(path, lines.join('\n') + '\n')
  const [source] = await openSources([path])
  const batches: ParsedLog[] = []
  const year = new Date(options.startMs).getUTCFullYear()
  for await (const batch of parseLog([{ source }], { masker: Masker.create(), miner, reading: { year } })) {
    batches.push(batch)
  }
  return { batches: batches.map((batch) => withFinalTemplates(batch, miner)), labels }
}

/** A template that was found to be two, or two that were one, has several codes: the first of each id stands for it. */
function withFinalTemplates(batch: ParsedLog, miner: TemplateMiner): ParsedLog {
  const table = miner.templates()
  const first = new Map<string, number>()
  table.forEach(({ id }, code) => {
    if (!first.has(id)) first.set(id, code)
  })
  return { ...batch, template: batch.template.map((code) => first.get(table[code].id)!) }
}

async function trainedSeries(batches: readonly ParsedLog[], templates: TemplateTable): Promise<TrainedSeries> {
  const settings = {
    budget: BUDGET,
    seed: 0,
    seriesWindowMs: 60_000,
    seriesNetwork: 'never',
    seriesNetworkEpochs: null,
  } as const
  const rows = sum(batches.map(({ rowCount }) => rowCount))
  const trained = await trainSeriesOfWindows({ windows: await countTimeWindows(batches), rows, templates, settings })
  if ('why' in trained) throw new Error(trained.why)
  return trained
}

/** What the ensemble over series says of the windows of time that rows of each window of lines end. */
async function seriesScores(
  { detectors }: TrainedSeries,
  { batches, templates, judged }: { batches: readonly ParsedLog[]; templates: TemplateTable; judged: WindowedLines },
): Promise<Float64Array[]> {
  const windows = await countTimeWindows(batches)
  return Promise.all(
    detectors.map(async ({ model, mapping }) => {
      const judge = await ensembleDetector().open(model.parameters as EnsembleParameters, model.options)
      const series = seriesFromWindows(windows, mapping.channels, templates)
      const { end, score } = await scoreMultivariate(model, judge, series)
      const ofRows = new Float64Array(judged.lines.count)
      end.forEach((point, f) => {
        const row = windows.endRow[series.window[point]]
        ofRows[row] = Math.max(ofRows[row], score[f])
      })
      return highestOfRows(judged.windows, ofRows)
    }),
  )
}

function highestOfRows({ count, startRow, endRow }: WindowCounts, scores: Float64Array): Float64Array {
  return Float64Array.from({ length: count }, (_, w) =>
    scores.subarray(startRow[w], endRow[w]).reduce((highest, score) => Math.max(highest, score), 0),
  )
}

async function windowed(batches: readonly ParsedLog[]): Promise<WindowedLines> {
  return { windows: await countWindows(batches), lines: await collectLines(batches) }
}

function meets(incident: Incident, startRow: number, endRow: number): boolean {
  if (incident.kind === 'missing') return incident.firstLine < endRow && incident.lastLine >= startRow
  return incident.lines.some((line) => line >= startRow && line < endRow)
}

/** Of each incident kind, how many each detector finds by itself at the combined threshold. */
function finders(scores: EnsembleScores, labels: readonly Incident[]): Map<string, Map<string, number>> {
  const found = new Map<string, Map<string, number>>()
  for (const { name, pValue } of scores.detectors) {
    for (const incident of labels) {
      const hit = pValue.some(
        (p, w) => -Math.log10(p) > scores.threshold && meets(incident, scores.startRow[w], scores.endRow[w]),
      )
      const byKind = found.get(name) ?? new Map<string, number>()
      byKind.set(incident.kind, (byKind.get(incident.kind) ?? 0) + Number(hit))
      found.set(name, byKind)
    }
  }
  return found
}

function describe(normal: EnsembleScores, scores: EnsembleScores, labels: readonly Incident[]): void {
  for (const { name, pValue } of normal.detectors) {
    const alarms = pValue.filter((p) => -Math.log10(p) > normal.threshold).length
    console.log(
      `  ${name}: ${alarms} false alarms, calibration error ${calibrationError(pValue, JUDGED_UP_TO)?.toFixed(4)}`,
    )
  }
  console.log(`  threshold ${normal.threshold.toFixed(2)}`)
  const missed = labels.filter(
    (incident) => !scores.isAnomaly.some((flag, w) => flag && meets(incident, scores.startRow[w], scores.endRow[w])),
  )
  for (const { id, kind, lines } of missed) {
    const best = scores.detectors.map(({ name, pValue }) => {
      const p = pValue.reduce((least, value, w) => {
        const hit = lines.some((line) => line >= scores.startRow[w] && line < scores.endRow[w])
        return hit ? Math.min(least, value) : least
      }, 1)
      return `${name} ${(-Math.log10(p)).toFixed(2)}`
    })
    console.log(`  missed ${id} ${kind} ${lines.length} lines: ${best.join(', ')}`)
  }
}

function printKinds(outcomes: readonly Outcome[]): void {
  const names = [...outcomes[0].foundBy.keys()]
  console.log(
    `\n${'kind'.padEnd(12)} found   recall  ${names.map((name) => name.padStart(12)).join(' ')}  (each alone)`,
  )
  for (const kind of ANOMALY_KINDS) {
    const { found, incidents, recall } = recallOf(
      kind,
      outcomes.map(({ metrics }) => metrics),
    )
    const alone = names.map((name) => sum(outcomes.map(({ foundBy }) => foundBy.get(name)!.get(kind) ?? 0)))
    const cells = alone.map((count) => String(count).padStart(12)).join(' ')
    console.log(`${kind.padEnd(12)} ${`${found}/${incidents}`.padEnd(7)} ${recall.toFixed(3)}   ${cells}`)
  }
}

function recallOf(
  kind: string,
  metrics: readonly DetectionMetrics[],
): { found: number; incidents: number; recall: number } {
  const ofKind = metrics.flatMap(({ perKind }) => perKind.filter((entry) => entry.kind === kind))
  const [found, incidents] = [sum(ofKind.map((entry) => entry.found)), sum(ofKind.map((entry) => entry.incidents))]
  return { found, incidents, recall: found / incidents }
}

function rateOf({ isAnomaly, count }: EnsembleScores): number {
  return sum(isAnomaly) / count
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0)
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`
}
