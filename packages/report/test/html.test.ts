import { createHash } from 'node:crypto'
import { renderHtml } from '../src/html/render-html.js'
import { finding, reportOf } from './make-findings.js'
import { reportWith } from './many-incidents.js'

const page = renderHtml(reportOf([finding({ texts: { 3: 'segfault at 1 #0' } })]))

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

describe('the page', () => {
  it('needs nothing from outside', () => {
    const outside = page.replace(/https:\/\/github\.com\/leeoniya\/uPlot/g, '')
    expect(outside).not.toMatch(/(?:src|href|action)="(?!#|data:,)|url\(|@import|https?:\/\/(?!www\.w3\.org)/)
  })

  it('allows its own script and style by their hashes, and nothing else', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)![1].replaceAll('&#39;', "'")
    const [, style] = /<style>([\s\S]*?)<\/style>/.exec(page)!
    const [, script] = /<script>([\s\S]*?)<\/script>/.exec(page)!
    expect(policy).toBe(
      `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; img-src data:; base-uri 'none'; ` +
        "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    )
  })

  it('names the licence of the library that draws', () => {
    expect(page).toContain('Leon Sorokin')
    expect(page).toContain('MIT')
  })

  it('is the same for the same report', () => {
    expect(renderHtml(reportWith(3))).toBe(renderHtml(reportWith(3)))
  })

  it('keeps to its size, shows the gravest, and says what is left out', () => {
    const huge = reportWith(400)
    const all = renderHtml(huge)
    expect(Buffer.byteLength(all)).toBeLessThan(3_000_000)
    expect(all.match(/<article/g)).toHaveLength(400)
    const small = renderHtml(huge, { maxBytes: 300_000 })
    expect(Buffer.byteLength(small)).toBeLessThan(310_000)
    const shown = small.match(/<article/g)!.length
    expect(shown).toBeGreaterThan(30)
    expect(small).toContain(`${400 - shown} more incidents are not shown`)
  })
})
