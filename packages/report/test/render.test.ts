import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildReport } from '../src/build-report.js'
import { renderMarkdown } from '../src/render-markdown.js'
import { renderSummary } from '../src/render-summary.js'
import { judged, smallInput, type SmallRow, type SmallWindow } from './small-log.js'

const GOLDEN = fileURLToPath(new URL('./golden/', import.meta.url))
const START = Date.UTC(2026, 2, 10, 14, 30)

/** Three hundred lines of two kinds, with a crash, a burst, and a silence. */
function story() {
  const rows: SmallRow[] = Array.from({ length: 300 }, (_, i) => {
    const time = START + i * 2000
    if (i === 120)
      return {
        raw: 'web-1 kernel: app[77]: segfault at 1f ip 00007f error 4',
        template: 'app<PID>: segfault at <HEX> ip <HEX> error <NUM>',
        process: 'kernel',
        severity: 3,
        time,
      }
    if (i === 121) return { raw: 'web-1 app: Traceback:\n\tat a.b()\n\tat c.d()', template: 'Traceback:', time }
    if (i >= 200 && i < 240)
      return {
        raw: `web-1 kernel: eth0: link down (${i})`,
        template: 'eth0: link down (<NUM>)',
        process: 'kernel',
        time,
      }
    return { raw: `web-1 app: request ${i} served`, template: 'request <NUM> served', time }
  })
  const crash = { kind: 'new-template', template: rows[120].template, count: 1, expected: 0, surprise: 14.2 } as const
  const trace = { ...crash, template: 'Traceback:', surprise: 9 }
  const burst = {
    kind: 'more-frequent',
    template: 'eth0: link down (<NUM>)',
    count: 40,
    expected: 0.21,
    surprise: 180,
  } as const
  const silence = {
    kind: 'less-frequent',
    template: 'heartbeat <NUM>',
    count: 0,
    expected: 3.4,
    surprise: 3.1,
  } as const
  const windows: SmallWindow[] = Array.from({ length: 11 }, (_, i) => {
    const window = { rows: [i * 25, i * 25 + 50] as const }
    if (i === 3 || i === 4) return { ...window, score: 23.6, pValue: 0.00012, evidence: [crash, trace] }
    if (i === 7 || i === 8)
      return {
        ...window,
        score: 191,
        pValue: 2e-12,
        evidence: [{ ...burst, count: i === 8 ? 40 : 25, surprise: i * 22 }],
      }
    return { ...window, score: 2 + (i % 4), pValue: 0.4, evidence: i === 1 ? [silence] : [] }
  })
  return { rows, windows }
}

function storyInput() {
  const { rows, windows } = story()
  const source = {
    ...judged('logs/app.log', 300),
    firstTime: START,
    lastTime: START + 598_000,
    cutLines: 2,
    invalidUtf8: 1,
  }
  return smallInput(rows, windows, [source])
}

/** Compares with a committed file; `UPDATE_GOLDEN=1` writes it anew. */
function expectGolden(name: string, text: string): void {
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(GOLDEN + name, text)
  if (!existsSync(GOLDEN + name)) throw new Error(`no golden file ${name}; run with UPDATE_GOLDEN=1`)
  expect(text).toBe(readFileSync(GOLDEN + name, 'utf8'))
}

const HOSTILE: SmallRow = {
  raw: '````\n</script><img src=x onerror=alert(1)>\u001b[2J\u001b]0;owned\u0007 | ~~~ \u202egnp.exe \0 ```` # not a heading',
  template: '````</script> | <*> \u001b[31m \u202e',
  host: '`|<b>\u001b[1m',
  process: '\r\n# x',
}

function hostileInput() {
  const rows = Array.from({ length: 30 }, () => HOSTILE)
  const evidence = [{ kind: 'new-template', template: HOSTILE.template, count: 20, expected: 0, surprise: 9 } as const]
  const source = { ...judged('a|`b`<i>\u001b[0m.log', 30), format: 'x|y' }
  return smallInput(rows, [{ rows: [0, 20], score: 50, pValue: 1e-5, evidence }], [source])
}

describe('a rendered report', () => {
  it('is the Markdown and the summary that were agreed on', async () => {
    const report = await buildReport(storyInput(), { title: 'Night of *10* March' })
    expectGolden('story.md', renderMarkdown(report))
    expectGolden('story.txt', renderSummary(report))
  })

  it('says so when nothing was found, and names the strangest window', async () => {
    const { rows, windows } = story()
    const calm = windows.map((window) => ({ ...window, score: Math.min(window.score, 9) }))
    expectGolden('calm.md', renderMarkdown(await buildReport(smallInput(rows, calm))))
  })

  it('says so when there was nothing to judge', async () => {
    const report = await buildReport(smallInput([{ raw: 'a', template: 'a' }], []))
    expect(renderSummary(report)).toBe('Nothing was judged: too few lines for a window.\n')
    expect(renderMarkdown(report)).toContain('**Nothing was judged')
  })

  it('lets no log text out of its code in Markdown', async () => {
    const markdown = renderMarkdown(await buildReport(hostileInput(), { title: '<b>`x`\n# y' }))
    expect(markdown).not.toMatch(/[^\P{C}\n]/u)
    const outside = withoutCode(markdown)
    expect(outside).not.toMatch(/(?<!\\)<|script|onerror|owned/)
    expect(outside.split('\n').filter((line) => /^#+ /.test(line))).toHaveLength(8)
    const table = markdown.split('\n').filter((line) => line.startsWith('| '))
    expect(table.map((line) => line.split('|').length)).toEqual([9, 9, 9])
  })

  it('lets no escape sequence of the log reach the terminal, and keeps to its width', async () => {
    for (const input of [hostileInput(), storyInput()]) {
      const report = await buildReport(input)
      for (const width of [20, 50, 120]) {
        const summary = renderSummary(report, { width })
        expect(summary).not.toMatch(/[^\P{C}\n]/u)
        for (const line of summary.split('\n')) expect([...line].length).toBeLessThanOrEqual(width)
      }
    }
    const colored = renderSummary(await buildReport(hostileInput()), { color: true })
    expect(colored.match(/\u001b\[[\d;]*m/g)).toEqual(['\u001b[1;31m', '\u001b[0m'])
  })

  it('counts wide characters as two columns', async () => {
    const input = smallInput(
      [{ raw: '가'.repeat(60), template: '가'.repeat(60) }],
      [
        {
          rows: [0, 1],
          score: 50,
          pValue: 1e-5,
          evidence: [{ kind: 'new-template', template: '가'.repeat(60), count: 1, expected: 0, surprise: 9 }],
        },
      ],
    )
    const lines = renderSummary(await buildReport(input), { width: 40 }).split('\n')
    expect(lines[1]).toMatch(/^1\. high: “가{14}…$/)
  })
})

/** Markdown with its fences and code spans taken out. */
function withoutCode(markdown: string): string {
  const text = markdown.replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '')
  return text.replace(/(?<!`)(`+)(?!`)(?:(?!\1(?!`))[\s\S]|(?<=`)`)*?(?<!`)\1(?!`)/g, '')
}
