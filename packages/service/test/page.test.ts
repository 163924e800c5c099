import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { visibleText } from '../src/page/visible-text.js'
import { findChromium } from './find-chromium.js'
import { ask, linesWith, post, type Started, started } from './running-service.js'

// The live page in a real browser. Where the machine has none this is skipped, and said so.
const executablePath = findChromium()
if (executablePath === undefined) process.stdout.write('skipped: no Chromium (CHROMIUM_PATH) for the live page\n')

const TOKEN = 'a-token-of-at-least-sixteen'
const EVIL = `STRANGE <img src=x onerror="window.owned=1"><script>window.owned=1</script> \u001b[31m \u202e evil`
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

describe('files of the page', () => {
  test('name nothing outside, hold no style or script in the page itself, and are sent with a strict policy', async () => {
    const { service, url } = await started()
    const page = await ask(`${url}/`)
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.headers['content-security-policy']).toContain("require-trusted-types-for 'script'")
    expect(page.text).not.toMatch(/https?:|\sstyle=|\son\w+=|<style|<script>/)
    for (const [path, type] of [
      ['/live.js', 'text/javascript'],
      ['/live.css', 'text/css'],
    ]) {
      const { headers, text } = await ask(url + path)
      expect(headers['content-type']).toBe(`${type}; charset=utf-8`)
      expect(text).not.toMatch(/https?:\/\/(?!www\.w3\.org\/2000\/svg)|innerHTML|url\(|@import/)
    }
    await service.close()
  })

  test('what cannot be seen is shown', () => {
    expect(visibleText('a\u0000\u001b[m\t\u202eb\u200b\ud800\n')).toBe('a␀␛[m    <U+202E>b<U+200B><U+D800>␊')
    expect(visibleText('a\nb', true)).toBe('a\nb')
  })
})

;(executablePath === undefined ? describe.skip : describe)('the page in a browser', () => {
  let browser: Browser
  let running: Started

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
    running = await started({ http: { tokens: [TOKEN] } })
    await strange('/var/log/<b>app</b>.log', EVIL)
    await strange('syslog:web-1', 'STRANGE disk 7 failed')
  })
  afterAll(async () => {
    await browser.close()
    await running.service.close()
  })

  async function strange(source: string, line: string): Promise<void> {
    const query = `?source=${encodeURIComponent(source)}`
    await post(`${running.url}/v1/lines${query}`, linesWith(50, 7, line), { authorization: `Bearer ${TOKEN}` })
  }

  async function open(options: BrowserContextOptions = {}, hash = `#token=${TOKEN}`) {
    const page = await (await browser.newContext(options)).newPage()
    const [complaints, requests]: [string[], string[]] = [[], []]
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('dialog', (dialog) => complaints.push(`dialog ${dialog.message()}`))
    page.on('request', (request) => requests.push(request.url()))
    await page.goto(`${running.url}/${hash}`)
    if (hash !== '') await page.locator('#connection.live').waitFor()
    return { page, complaints, requests }
  }

  async function widthBeyond(page: Page): Promise<number> {
    return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
  }

  test('shows incidents with their lines; text of strangers stays text; nothing is asked of others', async () => {
    const { page, complaints, requests } = await open()
    await page.locator('.incident').nth(1).waitFor()
    const text = await page.locator('#list').innerText()
    expect(text).toContain('<img src=x onerror="window.owned=1"><script>')
    expect(text).toContain('<U+202E> evil')
    expect(text).toContain('/var/log/<b>app</b>.log:8')
    expect(await page.evaluate('window.owned')).toBeUndefined()
    expect(await page.locator('#list img, #list script, #list b').count()).toBe(0)
    expect(requests.every((url) => url.startsWith(running.url))).toBe(true)
    expect(complaints).toEqual([])
    expect(page.url()).not.toContain('token')
  })

  test('an incident comes while it is looked at, and a storm does not stop it', async () => {
    const { page, complaints } = await open()
    await strange('late', 'STRANGE it comes late')
    await page.getByText('STRANGE it comes late').first().waitFor()
    await Promise.all(Array.from({ length: 30 }, (_, i) => strange(`storm-${i}`, `STRANGE storm ${i}`)))
    await page.getByText('STRANGE storm 29').first().waitFor()
    expect(complaints).toEqual([])
  })

  test('search and severities choose what is shown', async () => {
    const { page } = await open()
    await page.locator('#search').fill('disk 7')
    await page.waitForFunction(`document.querySelectorAll('.incident:not([hidden])').length === 1`)
    await page.locator('#search').fill('nothing like it')
    expect(await page.locator('#empty').innerText()).toContain('Nothing fits')
  })

  test('sources with their hour, templates with an example, health', async () => {
    const { page, complaints } = await open()
    await page.click('#tab-sources')
    await page.locator('.source svg rect.bar').first().waitFor()
    await page.fill('#search-sources', 'web-1')
    await page.waitForFunction(`document.querySelectorAll('.source').length === 1`)
    await page.click('#tab-templates')
    await page.locator('#template-list').getByText('STRANGE disk <NUM> failed').click()
    await page.locator('.template .example', { hasText: 'STRANGE disk 7 failed' }).waitFor()
    await page.click('#tab-health')
    expect(await page.locator('#figures').innerText()).toContain('ready')
    expect(complaints).toEqual([])
  })

  test('in Korean, and back', async () => {
    const { page } = await open({ locale: 'ko-KR' })
    await page.getByRole('heading', { name: /열린 사건/ }).waitFor()
    expect(await page.locator('.headline').first().innerText()).toMatch(/[가-힣]/)
    await page.click('#language')
    await page
      .getByText(/never seen in/)
      .first()
      .waitFor()
  })

  test.each([320, 600])('a window of %i pixels is wide enough', async (width) => {
    const { page } = await open({ viewport: { width, height: 700 } })
    for (const tab of ['incidents', 'sources', 'templates', 'health']) {
      await page.click(`#tab-${tab}`)
      await page.waitForTimeout(150)
      expect(await widthBeyond(page)).toBe(0)
    }
  })

  test.each([
    ['light', ['incidents']],
    ['dark', ['sources', 'health']],
  ] as const)('can be read by all: %s', async (colorScheme, tabs) => {
    const { page } = await open({ colorScheme, reducedMotion: 'reduce' })
    await page.locator('.incident').first().waitFor()
    await page.fill('#search', 'late')
    for (const tab of tabs) {
      await page.click(`#tab-${tab}`)
      await page.waitForTimeout(300)
      await page.evaluate(AXE)
      const { violations } = (await page.evaluate('axe.run()')) as {
        violations: { id: string; nodes: { html: string; failureSummary: string }[] }[]
      }
      expect(violations.map(({ id, nodes }) => `${tab} ${id}: ${nodes[0].html} ${nodes[0].failureSummary}`)).toEqual([])
    }
  })

  test('asks for a token, refuses a wrong one and takes a right one', async () => {
    const { page } = await open({}, '')
    await page.fill('#token', 'wrong-wrong-wrong-wrong')
    await page.click('#enter')
    await page.getByText('does not open the service').waitFor()
    await page.fill('#token', TOKEN)
    await page.click('#enter')
    await page.locator('.incident').first().waitFor()
  })
})
