import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { renderHtml } from '../src/html/render-html.js'
import type { Report } from '../src/report.js'
import { findChromium } from './find-chromium.js'
import { builderWith, finding, moreFrequent, newTemplate, reportOf, RUN } from './make-findings.js'
import { reportWith } from './many-incidents.js'

// The page in a real browser. Where the machine has none this is skipped, and said so.
const executablePath = findChromium()
if (executablePath === undefined)
  console.log('no Chromium found (CHROMIUM_PATH): the HTML report is not tested in a browser')
const describeInBrowser = executablePath === undefined ? describe.skip : describe

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What a browser complained about, and what it asked for. */
interface Opened {
  readonly page: Page
  readonly complaints: string[]
  readonly requests: string[]
}

describeInBrowser('the page in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sp-report-'))
  let browser: Browser

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
  })
  afterAll(async () => {
    await browser.close()
    rmSync(folder, { recursive: true, force: true })
  })

  let files = 0
  async function open(
    report: Report,
    options: BrowserContextOptions & { language?: 'en' | 'ko' } = {},
  ): Promise<Opened> {
    const { language = 'en', ...context } = options
    const path = join(folder, `${files++}.html`)
    writeFileSync(path, renderHtml(report, { language }))
    const page = await (await browser.newContext(context)).newPage()
    const [complaints, requests]: [string[], string[]] = [[], []]
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('dialog', (dialog) => complaints.push(`dialog ${dialog.message()}`))
    page.on('request', (request) => requests.push(request.url()))
    await page.goto(pathToFileURL(path).href)
    return { page, complaints, requests }
  }

  function listed(page: Page): Promise<number> {
    return page.locator('#list .incident:visible').count()
  }

  test('opens without a complaint and asks for nothing', async () => {
    const { page, complaints, requests } = await open(reportWith(12))
    expect(await page.locator('#chart-timeline canvas').count()).toBe(1)
    for (const tab of ['activity', 'scores', 'timeline']) await page.click(`#tab-${tab}`)
    expect(await page.locator('canvas').count()).toBe(4)
    expect(complaints).toEqual([])
    expect(requests.filter((url) => !url.startsWith('file:') && !url.startsWith('data:'))).toEqual([])
  })

  test('lists what fits the search and the filters, and says how many', async () => {
    const { page } = await open(reportWith(12))
    expect(await page.textContent('#shown')).toBe('12 of 12 incidents')
    await page.fill('#search', 'TROUBLE 10.0.0.3')
    expect(await page.textContent('#shown')).toBe('1 of 12 incidents')
    await page.fill('#search', 'no such thing')
    expect(await page.isVisible('#none')).toBe(true)
    await page.click('#clear')
    const high = await page.locator('.incident.high').count()
    await page.click('.chip.high')
    expect(await listed(page)).toBe(12 - high)
    await page.click('#clear')
    await page.selectOption('#by-host', 'db-1')
    expect(await listed(page)).toBe(3)
    await page.selectOption('#by-detector', { label: 'deeplog' })
    expect(await listed(page)).toBe(1)
    await page.keyboard.press('Escape')
    await page.selectOption('#by-source', 'db.log')
    expect(await listed(page)).toBe(6)
  })

  test('zooms by buttons, keys and dragging, and the list follows', async () => {
    const { page } = await open(reportWith(12))
    await page.click('[data-zoom=in]')
    const half = await listed(page)
    expect(half).toBeLessThan(12)
    expect(half).toBeGreaterThan(0)
    await page.focus('#chart-timeline')
    await page.keyboard.press('+')
    expect(await listed(page)).toBeLessThan(half)
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('0')
    expect(await listed(page)).toBe(12)
    const box = (await page.locator('#chart-timeline .u-over').boundingBox())!
    await page.mouse.move(box.x + 10, box.y + 50)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width / 4, box.y + 60, { steps: 5 })
    await page.mouse.up()
    expect(await listed(page)).toBeLessThan(6)
    expect(await page.isVisible('#zoom-reset')).toBe(true)
    await page.click('#clear')
    expect(await listed(page)).toBe(12)
  })

  test('tells what lies under the pointer', async () => {
    const { page } = await open(reportWith(12))
    await page.hover('#chart-timeline .u-over', { position: { x: 2, y: 40 } })
    await page.waitForSelector('#tip:visible')
    expect(await page.textContent('#tip')).toMatch(/10 Mar 2026.*baseline: 5\.0, 1 flagged/)
    await page.click('#tab-activity')
    await page.hover('#chart-activity .u-over', { position: { x: 60, y: 5 } })
    expect(await page.textContent('#tip')).toMatch(/lines/)
  })

  test('is worked by the keyboard alone', async () => {
    const { page } = await open(reportWith(12))
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement!.className)).toBe('skip')
    await page.keyboard.press('/')
    await page.keyboard.type('app[4]:')
    expect(await listed(page)).toBe(1)
    await page.keyboard.press('Escape')
    expect(await listed(page)).toBe(12)
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    await page.keyboard.press('j')
    expect(await page.evaluate(() => document.activeElement!.querySelector('.rank')!.textContent)).toBe('#2')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement!.querySelector('details')!.open)).toBe(true)
    await page.keyboard.press('?')
    expect(await page.isVisible('#key-list')).toBe(true)
    await page.keyboard.press('Escape')
    expect(await page.isVisible('#key-list')).toBe(false)
    await page.focus('#tab-timeline')
    await page.keyboard.press('ArrowRight')
    expect(await page.isVisible('#panel-activity')).toBe(true)
    const before = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    await page.keyboard.press('t')
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).not.toBe(before)
  })

  test.each([
    ['light', 'en', ['activity', 'scores', 'timeline']],
    ['dark', 'en', ['activity', 'timeline']],
    ['dark', 'ko', ['timeline']],
  ] as const)('has no serious fault for those who cannot see or point, %s, %s', async (colorScheme, language, tabs) => {
    const { page } = await open(reportWith(8), { colorScheme, language, bypassCSP: true })
    await page.evaluate(() => document.querySelectorAll('details').forEach((details) => (details.open = true)))
    await page.evaluate(AXE)
    for (const tab of tabs) {
      await page.click(`#tab-${tab}`)
      const found = await page.evaluate(async () => {
        const { violations } = await (
          globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }
        ).axe.run()
        return violations.map(
          ({ id, impact, nodes }) =>
            `${impact} ${id}: ${nodes
              .slice(0, 3)
              .map(({ html }) => html.slice(0, 120))
              .join(' | ')}`,
        )
      })
      expect(found.filter((text) => /^(serious|critical)/.test(text))).toEqual([])
    }
  })

  test.each([360, 768, 1600])('fits a window of %d pixels', async (width) => {
    const { page } = await open(reportWith(6), { viewport: { width, height: 700 } })
    for (const tab of ['activity', 'scores', 'timeline']) {
      await page.click(`#tab-${tab}`)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    }
  })

  test('prints all its pictures in light colours, and every incident', async () => {
    const { page } = await open(reportWith(6), { colorScheme: 'dark' })
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')))
    expect(await page.locator('[role=tabpanel]:visible').count()).toBe(3)
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('light')
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')))
    expect(await page.locator('[role=tabpanel]:visible').count()).toBe(1)
    expect((await page.pdf()).length).toBeGreaterThan(20_000)
  })

  test('shows every incident with its lines where scripts are off', async () => {
    const { page } = await open(reportWith(6), { javaScriptEnabled: false })
    expect(await listed(page)).toBe(6)
    expect(await page.isVisible('noscript .notice')).toBe(true)
    expect(await page.isVisible('#filters')).toBe(false)
  })

  test('runs no script but its own', async () => {
    const { page, complaints } = await open(reportWith(1))
    const ran = await page.evaluate(() => {
      const script = document.createElement('script')
      try {
        script.textContent = 'globalThis.ran = true'
        document.body.append(script)
      } catch {
        return 'refused'
      }
      return (globalThis as { ran?: boolean }).ran ?? 'blocked'
    })
    expect(ran).toBe('refused')
    expect(complaints.join()).toContain('TrustedScript')
  })

  test('shows a log that attacks it as text', async () => {
    const text =
      '<img src=x onerror=alert(1)></script><script>alert(2)</script>\u001b[31m\u202e{{7*7}} javascript:alert(3) ' +
      'x'.repeat(300)
    const attack = finding({ evidence: [newTemplate(text)], hosts: [text], texts: { 3: `${text} #0` }, source: text })
    const { page, complaints } = await open(reportOf([attack, { ...attack, id: 'b', source: 'x' }], RUN, text))
    await page.click('#tab-activity')
    await page.fill('#search', 'onerror')
    expect(await listed(page)).toBe(1)
    expect(await page.locator('img').count()).toBe(0)
    await page.setViewportSize({ width: 360, height: 700 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
    expect(complaints).toEqual([])
  })

  test('opens a calm report, an empty one, and a huge one', async () => {
    const calm = builderWith([])
    calm.addNearMiss(
      finding({ pValue: 0.02, evidence: [moreFrequent('eth0: link down', 3)], texts: { 4: 'eth0: link down #0' } }),
    )
    const empty = { ...reportOf([]), counts: { ...reportOf([]).counts, records: 0, units: {} } }
    const nothing = {
      timeline: { detectors: [], sources: [], moreSources: 0 },
      activity: { ...empty.pictures.activity, rows: [] },
      distributions: [],
    }
    for (const report of [calm.report(RUN), { ...empty, pictures: nothing }, reportWith(300)]) {
      const { page, complaints } = await open(report)
      expect(await page.isVisible('.outcome')).toBe(true)
      expect(complaints).toEqual([])
    }
  })
})

interface Violation {
  readonly id: string
  readonly impact: string
  readonly nodes: readonly { readonly html: string }[]
}
