import { SEVERITIES } from '../incidents/incident.js'
import type { Catalogue } from '../language/catalogue.js'
import type { Report } from '../report.js'
import { type Markup, markup } from './markup.js'
import { detectorOrder } from './page-data.js'

/** Search and filters of the list of incidents; shown where the script runs. */
export function filterBar(report: Report, words: Catalogue): Markup {
  const { page } = words
  const { counts, incidents } = report
  const hosts = [...new Set(incidents.flatMap(({ hosts }) => hosts.map(({ name }) => name)))].sort()
  const sources = [...new Set(incidents.flatMap(({ places }) => places.map(({ source }) => source)))].sort()
  const names = detectorOrder(report).names
  return markup`<form class="filters" role="search" id="filters">
    <input
      type="search"
      id="search"
      placeholder="${page.searchHint}"
      aria-label="${page.search}"
      autocomplete="off"
      spellcheck="false"
    />
    <span class="chips" role="group" aria-label="${page.severity}"
      >${SEVERITIES.filter((severity) => counts.bySeverity[severity] > 0).map(
        (severity) =>
          markup`<button type="button" class="chip ${severity}" data-severity="${severity}" aria-pressed="true">
            ${words.severities[severity]} <b>${words.formats.number(counts.bySeverity[severity])}</b>
          </button>`,
      )}</span
    >
    ${names.length > 1 && select('detector', page.detector, page.all, names)}
    ${sources.length > 1 && select('source', page.source, page.all, sources)}
    ${hosts.length > 1 && select('host', page.host, page.all, hosts)}
    <button type="button" id="clear" hidden>${page.clear}</button>
    <output id="shown" aria-live="polite"></output>
  </form> `
}

function select(id: string, label: string, all: string, names: readonly string[]): Markup {
  return markup`<label
    >${label}
    <select id="by-${id}">
      <option value="">${all}</option>
      ${names.slice(0, 500).map((name, i) => markup`<option value="${id === 'detector' ? i : name}">${name}</option>`)}
    </select></label
  >`
}
