import { existsSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as ort from 'onnxruntime-node'
import { type Browser, chromium } from 'playwright-core'
import { convertBundle } from '../src/deploy/convert-bundle.js'
import { jobLines, trainSmall } from './small-bundle.js'
import { temporaryFolder } from './temporary-folder.js'

const EXAMPLES = fileURLToPath(new URL('../../../docs/deploy/onnx/', import.meta.url))
const RUNTIME = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'))
const CHROMIUM = [process.env.CHROMIUM_PATH ?? '', '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== '' && existsSync(path),
)
const TYPES: Record<string, string> = { '.html': 'text/html', '.mjs': 'text/javascript', '.wasm': 'application/wasm' }

if (CHROMIUM === undefined) console.warn('skipped: no Chromium here; set CHROMIUM_PATH to judge lines in a browser')
const ifBrowser = CHROMIUM === undefined ? test.skip : test

const folder = temporaryFolder()
let server: Server | undefined
let browser: Browser | undefined
afterAll(async () => {
  await browser?.close()
  server?.close()
})

/** Serves the example page, the deployment and the runtime, and nothing else. */
function serve(deployment: string): Promise<string> {
  const roots: Record<string, string> = { deployment, ort: RUNTIME }
  server = createServer((request, response) => {
    const [first, ...rest] = new URL(request.url!, 'http://x').pathname.slice(1).split('/')
    const path = rest.length > 0 ? join(roots[first] ?? EXAMPLES, ...rest) : join(EXAMPLES, first)
    if (!existsSync(path)) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' })
    response.end(readFileSync(path))
  })
  return new Promise((resolve) => {
    server!.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server!.address() as AddressInfo).port}`))
  })
}

ifBrowser(
  'the exported folder judges lines in a browser page as it does in Node.js',
  async () => {
    const deployment = join(folder, 'deployment')
    await convertBundle(await trainSmall(folder), deployment)
    const address = await serve(deployment)
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
    const page = await browser.newPage()
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(`${address}/browser.html`)
    await page.waitForFunction('window.judge !== undefined')

    const lines = [...jobLines(600, 610), '2026-03-01T12:00:00Z web-1 app[42]: job-9999 fell out of the window']
    const inBrowser = await page.evaluate(`window.judge(${JSON.stringify(lines.join('\n'))})`)
    const { judgeLines } = await import(join(EXAMPLES, 'judge-lines.mjs'))
    const [meta, templates] = ['deeplog.onnx.meta.json', 'templates.json'].map((name) =>
      JSON.parse(readFileSync(join(deployment, name), 'utf8')),
    )
    const network = await ort.InferenceSession.create(join(deployment, meta.model))
    expect(inBrowser).toEqual(await judgeLines(lines, { ort, network, meta, templates }))
    await page.fill('#log', lines.join('\n'))
    await page.waitForFunction("document.querySelector('#strange').textContent.includes('fell out of the window')")
    expect(complaints).toEqual([])
  },
  120_000,
)
