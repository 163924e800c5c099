import type { Catalogue } from '../language/catalogue.js'
import type { Report } from '../report.js'
import { type Markup, markup } from './markup.js'

/** What was read, a row a source. */
export function sourceTable({ run }: Report, words: Catalogue): Markup {
  const rows = run.sources.map((source) => [
    markup`<code>${source.name}</code>`,
    words.roles[source.role],
    source.format,
    words.formats.number(source.records),
    source.records === 0 ? '' : words.formats.wholeShare(source.timestamps / source.records),
    words.formats.timeRange(source.firstTime, source.lastTime) || (source.timestamps > 0 ? '' : words.unknownTime),
    words.sourceRemarks(source),
  ])
  return table(
    words.sourceColumns,
    rows.slice(0, MAX_TABLE),
    rows.length > MAX_TABLE ? words.morePlaces(rows.length - MAX_TABLE) : null,
  )
}

/** Sources that the table lists. */
const MAX_TABLE = 200

/** Who judged what, a row a detector. */
export function detectorTable({ run, counts }: Report, words: Catalogue): Markup | null {
  if (run.detectors.length === 0) return null
  const rows = run.detectors.map((detector) => {
    const units = counts.units[detector.name]
    return [
      markup`<code>${detector.name}</code>`,
      `${words.units[detector.unit]} ${words.detectorSize(detector)}`,
      units ? words.formats.number(units.judged) : '',
      units ? words.formats.number(units.flagged) : '',
      detector.normalUnits > 0 ? words.formats.number(detector.normalUnits) : '–',
      detector.threshold === null ? '–' : words.formats.number(detector.threshold),
    ]
  })
  return table(words.detectorColumns, rows, null)
}

function table(
  columns: readonly string[],
  rows: readonly (readonly (string | Markup)[])[],
  more: string | null,
): Markup {
  return markup`<div class="wide" tabindex="0" role="region" aria-label="${columns[0]}">
      <table>
        <thead>
          <tr>
            ${columns.map((column) => markup`<th scope="col">${column}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (cells) =>
              markup`<tr>
                ${cells.map((cell) => markup`<td>${cell}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${more !== null && markup`<p class="quiet">${more}</p>`}`
}
