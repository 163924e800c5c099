import { countWindows, chooseChannels, seriesFromWindows, type SeriesChannels, type WindowSeries } from '@sp/builders'
import { seededRandom, type Random } from '@sp/engine'
import { Dictionary, DictionaryColumn, type TemplateTable } from '@sp/log-table'

/** What goes wrong in a synthetic log. */
export const KINDS = ['burst', 'missing', 'correlation', 'drift'] as const
export type IncidentKind = (typeof KINDS)[number]

/** Lines `from <= line < to` that something is wrong with. */
export interface LineIncident {
  readonly kind: IncidentKind
  readonly from: number
  readonly to: number
}

/** Template codes by line, and what is wrong with them. */
export interface SyntheticLines {
  readonly templates: Int32Array
  readonly incidents: readonly LineIncident[]
}

const RATES = [12, 9, 7, 5, 4, 3, 2, 2, 1, 1, 0.5, 0.3]
/** The heartbeat comes every ten lines; a request is followed by its answer within a few lines. */
const [HEARTBEAT, REQUEST, ANSWER] = [RATES.length, RATES.length + 1, RATES.length + 2]
const REQUESTS = 0.12
const LENGTHS: Readonly<Record<IncidentKind, number>> = { burst: 60, missing: 300, correlation: 500, drift: 3000 }

/** The table that the codes index. */
export const TEMPLATES: TemplateTable = Array.from({ length: ANSWER + 1 }, (_, code) => ({
  id: `t${code}`,
  text: `t${code}`,
  count: 0,
}))

/**
 * Lines of independent templates whose rates swing slowly, of a heartbeat, and of requests with their answers. With a
 * kind, an incident of it every 4,000 lines (of drift 8,000).
 */
export function syntheticLines(count: number, { seed, kind }: { seed: number; kind?: IncidentKind }): SyntheticLines {
  const random = seededRandom(seed, 7)
  const templates = new Int32Array(count)
  const incidents = kind === undefined ? [] : incidentsOf(count, kind)
  const answers: number[] = []
  for (let line = 0; line < count; line++) {
    const incident = incidents.find(({ from, to }) => line >= from && line < to)
    templates[line] = nextTemplate(random, { line, incident, answers })
  }
  return { templates, incidents }
}

function incidentsOf(count: number, kind: IncidentKind): LineIncident[] {
  const apart = kind === 'drift' ? 8000 : 4000
  return Array.from({ length: Math.floor(count / apart) }, (_, i) => {
    const from = i * apart + Math.floor(apart / 2)
    return { kind, from, to: Math.min(count, from + LENGTHS[kind]) }
  })
}

interface LineState {
  readonly line: number
  readonly incident: LineIncident | undefined
  /** Lines at which answers are due. */
  readonly answers: number[]
}

function nextTemplate(random: Random, { line, incident, answers }: LineState): number {
  if (incident?.kind === 'burst' && random.uniform() < 0.7) return 5
  if (line % 10 === 0 && incident?.kind !== 'missing') return HEARTBEAT
  if (answers.length > 0 && answers[0] <= line) {
    answers.shift()
    // Answers that are no longer those of requests come at random, as often as before.
    if (incident?.kind !== 'correlation') return ANSWER
  }
  if (incident?.kind === 'correlation' && random.uniform() < REQUESTS) return ANSWER
  const requests = REQUESTS * (1 + 0.8 * Math.sin(line / 300))
  if (random.uniform() < requests) {
    answers.push(line + 2 + random.integer(4))
    return REQUEST
  }
  return independent(random, { line, grown: incident?.kind === 'drift' ? (line - incident.from) / 1000 : 0 })
}

function independent(random: Random, { line, grown }: { readonly line: number; readonly grown: number }): number {
  const rates = RATES.map(
    (rate, code) => rate * (1 + 0.3 * Math.sin(line / (400 + 50 * code))) * (code === 4 ? 1 + grown : 1),
  )
  let left = random.uniform() * rates.reduce((sum, rate) => sum + rate, 0)
  for (let code = 0; code < rates.length; code++) {
    left -= rates[code]
    if (left < 0) return code
  }
  return rates.length - 1
}

/** Counts of the lines in windows of 50 from every 25th line on; channels are chosen where none are given. */
export async function seriesOfLines(
  { templates }: SyntheticLines,
  given?: SeriesChannels,
): Promise<{ series: WindowSeries; startLine: Int32Array; endLine: Int32Array; channels: SeriesChannels }> {
  const sources = new Dictionary()
  const count = templates.length
  const source = new DictionaryColumn(sources.values, new Int32Array(count).fill(sources.codeOf('log')))
  const lineNo = Int32Array.from({ length: count }, (_, line) => line)
  const timestamp = Float64Array.from(lineNo, (line) => line * 1000)
  const windows = await countWindows([{ rowCount: count, source, lineNo, timestamp, template: templates }])
  const channels = given ?? chooseChannels(windows, TEMPLATES)
  const series = seriesFromWindows(windows, channels, TEMPLATES)
  return {
    series,
    startLine: series.window.map((w) => windows.startLine[w]),
    endLine: series.window.map((w) => windows.endLine[w]),
    channels,
  }
}
