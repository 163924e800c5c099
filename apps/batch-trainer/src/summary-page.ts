import { posix } from 'node:path'
import type { BatchSummary, JobSummary } from './batch-summary.js'
import { bytesText } from './byte-size.js'

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #8886; vertical-align: top }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
code { font-size: .9em }
.failed { color: light-dark(#b00020, #ff8a80); font-weight: 600 }
.why { font-weight: 400 }
`

const COLUMNS = ['job', 'state', 'records', 'seconds', 'memory', 'left out', 'bundle']
const NUMBERS = ['records', 'seconds', 'memory']

/** The summary as a page that needs nothing else. */
export function summaryPage({ startedAt, endedAt, jobs }: BatchSummary): string {
  const heads = COLUMNS.map((name) => `<th scope="col"${NUMBERS.includes(name) ? ' class="n"' : ''}>${name}</th>`)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(countsText(jobs))}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(countsText(jobs))}</h1>
<p>Begun ${startedAt}, ${endedAt === null ? 'not over yet' : `over ${endedAt}`}.</p>
<div class="wide"><table>
<thead><tr>${heads.join('')}</tr></thead>
<tbody>
${jobs.map(rowOf).join('\n')}
</tbody>
</table></div>
</body>
</html>
`
}

/** `3 trained, 1 failed`. */
export function countsText(jobs: readonly JobSummary[]): string {
  const states = ['trained', 'unchanged', 'failed', 'running', 'unfinished', 'waiting'] as const
  const counts = states.map((state) => [state, jobs.filter((job) => job.state === state).length] as const)
  const said = counts.filter(([, count]) => count > 0).map(([state, count]) => `${count} ${state}`)
  return `${jobs.length} ${jobs.length === 1 ? 'bundle' : 'bundles'}: ${said.join(', ')}`
}

function rowOf({ name, state, result, seconds, error, bundle, log }: JobSummary): string {
  const leftOut = Object.entries(result?.detectors ?? {}).filter(([, why]) => why !== null)
  const cells = [
    `<td><a href="${escaped(encodeURI(fromOut(log)))}">${escaped(name)}</a></td>`,
    `<td class="${state}">${state}${error === null ? '' : `<div class="why">${escaped(error)}</div>`}</td>`,
    `<td class="n">${result === null ? '' : result.records.toLocaleString('en')}</td>`,
    `<td class="n">${seconds === null ? '' : seconds.toFixed(1)}</td>`,
    `<td class="n">${result === null ? '' : bytesText(result.memoryBytes)}</td>`,
    `<td>${leftOut.map(([detector, why]) => escaped(`${detector}: ${why}`)).join('<br>')}</td>`,
    `<td>${escaped(bundle)}${result === null ? '' : `<br><code>${result.hash.slice(0, 16)}</code>`}</td>`,
  ]
  return `<tr>${cells.join('')}</tr>`
}

/** Logs lie in a folder beside the page. */
function fromOut(log: string): string {
  return posix.join('logs', posix.basename(log))
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
