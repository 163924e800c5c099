import type { NamedTemplate, ParsedLog, TemplateTable } from '@sp/log-table'
import { AdaptiveBins, COUNT_WIDTHS, TIME_WIDTHS } from './adaptive-bins.js'

/** How often the most telling templates occur along the log: plain data, part of `timeline.json`. */
export interface ActivityPicture {
  /** `time`: milliseconds since 1970; `line`: records in the order in which they were read. */
  readonly axis: 'time' | 'line'
  /** Width of a bin, in the unit of the axis. */
  readonly width: number
  /** Starts of the bins that hold records, ascending. */
  readonly starts: readonly number[]
  /** Records of all templates, by bin. */
  readonly totals: readonly number[]
  /** In order of their busiest bin, so that the picture reads from left to right. */
  readonly rows: readonly ActivityRow[]
  /** Templates that are not among `rows`, and their records. */
  readonly otherTemplates: number
  readonly otherRecords: number
}

/** One template along the log. */
export interface ActivityRow {
  readonly template: NamedTemplate
  readonly records: number
  /** Bits that the template tells about the time, over all its records: 0 when it keeps step with the whole log. */
  readonly information: number
  /** Records by bin. */
  readonly counts: readonly number[]
}

/** An activity as plain data that it can go on from. */
export interface ActivityState {
  readonly records: number
  readonly timed: number
  readonly templates: readonly NamedTemplate[]
  readonly axes: readonly { readonly width: number; readonly bins: readonly SavedBin[] }[]
  readonly forgotten: { readonly templates: number; readonly records: number }
}

/** Start, records in all, then template index and count, one after the other. */
type SavedBin = readonly [number, number, readonly number[]]

interface Column {
  total: number
  /** By index of the template. */
  readonly counts: Map<number, number>
}

/** The columns that are read of a batch. */
type ActivityRows = Pick<ParsedLog, 'rowCount' | 'template' | 'timestamp'>

const MAX_BINS = 144
const MAX_TEMPLATES = 1000
/** Rows of the picture: what a screen shows. */
const SHOWN = 24
const TIMED = 0.9

/**
 * Counts templates along the log. Memory is bounded: a thousand templates in at most 144 bins; where there are more,
 * the half that tells least about the time is forgotten (and counted).
 */
export class TemplateActivity {
  readonly #time = columnsOf(TIME_WIDTHS)
  readonly #place = columnsOf(COUNT_WIDTHS)
  #templates: (NamedTemplate | null)[] = []
  readonly #indexOf = new Map<string, number>()
  #records = 0
  #timed = 0
  #forgotten = { templates: 0, records: 0 }

  /**
   * Adds the judged records of a batch.
   * @param templates the table that the codes of the batch index; a code without an entry is passed over
   */
  addRows({ rowCount, template, timestamp }: ActivityRows, templates: TemplateTable): void {
    const indices = new Int32Array(templates.length).fill(-1)
    for (let row = 0; row < rowCount; row++) {
      const code = template[row]
      const place = this.#records++
      if (templates[code] === undefined) continue
      if (indices[code] < 0) indices[code] = this.#indexFor(templates[code], indices)
      addTo(this.#place.at(place), indices[code])
      const time = timestamp[row]
      if (Number.isNaN(time)) continue
      this.#timed++
      addTo(this.#time.at(time), indices[code])
    }
  }

  /** The picture so far: the templates that tell most about the time, and those named in `include`. */
  toJSON(include: Iterable<string> = []): ActivityPicture {
    const isTimed = this.#timed > 0 && this.#timed >= TIMED * this.#records
    const bins = isTimed ? this.#time : this.#place
    const sorted = bins.sorted()
    const totals = sorted.map(({ content }) => content.total)
    const rows = this.#rowsOf(sorted.map(({ content }) => content))
    const wanted = new Set(include)
    rows.sort((a, b) => b.information - a.information || b.records - a.records)
    const named = rows.filter(({ template }) => wanted.has(template.id)).slice(0, SHOWN)
    const shown = [...named, ...rows.filter((row) => !named.includes(row)).slice(0, SHOWN - named.length)]
    const records = totals.reduce((sum, total) => sum + total, 0)
    return {
      axis: isTimed ? 'time' : 'line',
      width: bins.width,
      starts: sorted.map(({ start }) => start),
      totals,
      rows: shown.sort((a, b) => peakOf(a, totals) - peakOf(b, totals) || b.information - a.information),
      otherTemplates: rows.length - shown.length + this.#forgotten.templates,
      otherRecords: records - shown.reduce((sum, row) => sum + row.records, 0) + this.#forgotten.records,
    }
  }

  /** All it holds as plain data. */
  snapshot(): ActivityState {
    const kept = this.#templates.flatMap((template, index) => (template ? [{ template, index }] : []))
    const position = new Map(kept.map(({ index }, i) => [index, i]))
    const axes = [this.#time, this.#place].map((bins) => ({
      width: bins.width,
      bins: bins
        .sorted()
        .map(({ start, content }): SavedBin => [
          start,
          content.total,
          [...content.counts].flatMap(([index, count]) => [position.get(index)!, count]),
        ]),
    }))
    const templates = kept.map(({ template }) => template)
    return { records: this.#records, timed: this.#timed, templates, axes, forgotten: { ...this.#forgotten } }
  }

  /** An activity that goes on where a snapshot was taken. */
  static restore({ records, timed, templates, axes, forgotten }: ActivityState): TemplateActivity {
    const activity = new TemplateActivity()
    activity.#records = records
    activity.#timed = timed
    activity.#forgotten = { ...forgotten }
    activity.#templates = [...templates]
    templates.forEach(({ id }, index) => activity.#indexOf.set(id, index))
    for (const [i, bins] of [activity.#time, activity.#place].entries()) {
      const contents = axes[i].bins.map(([start, total, pairs]) => {
        const counts = new Map<number, number>()
        for (let p = 0; p < pairs.length; p += 2) counts.set(pairs[p], pairs[p + 1])
        return { start, content: { total, counts } }
      })
      bins.restore(axes[i].width, contents)
    }
    return activity
  }

  /** Index of a template. @param indices of the batch so far, which forgetting makes void */
  #indexFor({ id, text }: NamedTemplate, indices: Int32Array): number {
    const known = this.#indexOf.get(id)
    if (known !== undefined) {
      this.#templates[known] = { id, text } // a miner may have made the text more general since
      return known
    }
    if (this.#indexOf.size >= MAX_TEMPLATES) {
      this.#forgetHalf()
      indices.fill(-1)
    }
    this.#indexOf.set(id, this.#templates.length)
    return this.#templates.push({ id, text }) - 1
  }

  #forgetHalf(): void {
    const columns = this.#place.sorted().map(({ content }) => content)
    const rows = this.#rowsOf(columns).sort((a, b) => b.information - a.information || b.records - a.records)
    for (const { template, records } of rows.slice(MAX_TEMPLATES / 2)) {
      const index = this.#indexOf.get(template.id)!
      this.#indexOf.delete(template.id)
      this.#templates[index] = null
      this.#forgotten = { templates: this.#forgotten.templates + 1, records: this.#forgotten.records + records }
      for (const bins of [this.#time, this.#place]) {
        for (const { content } of bins.sorted()) {
          content.total -= content.counts.get(index) ?? 0
          content.counts.delete(index)
        }
      }
    }
  }

  /** By template: its counts, and how far they are from those of the whole log, in bits. */
  #rowsOf(columns: readonly Column[]): ActivityRow[] {
    const all = columns.reduce((sum, { total }) => sum + total, 0)
    return this.#templates.flatMap((template, index) => {
      if (template === null) return []
      const counts = columns.map((column) => column.counts.get(index) ?? 0)
      const records = counts.reduce((sum, count) => sum + count, 0)
      if (records === 0) return []
      const bits = counts.map((count, i) =>
        count > 0 ? count * Math.log2((count * all) / (records * columns[i].total)) : 0,
      )
      const information = Math.max(
        0,
        bits.reduce((sum, own) => sum + own, 0),
      )
      return [{ template, records, information: Math.round(information * 10) / 10, counts }]
    })
  }
}

/** The bin in which a template has the largest share of the records. */
function peakOf({ counts }: ActivityRow, totals: readonly number[]): number {
  let peak = 0
  counts.forEach((count, i) => {
    if (count / totals[i] > counts[peak] / totals[peak]) peak = i
  })
  return peak
}

function columnsOf(widths: readonly number[]): AdaptiveBins<Column> {
  return new AdaptiveBins<Column>({
    widths,
    limit: MAX_BINS,
    create: () => ({ total: 0, counts: new Map() }),
    merge: (into, from) => {
      into.total += from.total
      for (const [index, count] of from.counts) into.counts.set(index, (into.counts.get(index) ?? 0) + count)
    },
  })
}

function addTo(column: Column, index: number): void {
  column.total++
  column.counts.set(index, (column.counts.get(index) ?? 0) + 1)
}
