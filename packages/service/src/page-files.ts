import { bundlePage } from './bundle-page.js'
import { PAGE_HTML } from './page-html.js'

/** A file of the live page, and what goes with it. */
export interface PageFile {
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Nothing but the script and the style of the service itself, and its own answers. The script may make no HTML out of
 * text, whatever it is given.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

/** A file of the live page by its name: `page.html`, `live.js`, `live.css`. */
export function pageFile(name: string): PageFile {
  const { script, style } = bundlePage()
  const text = name === 'live.js' ? script : name === 'live.css' ? style : PAGE_HTML
  return { text, headers: { 'content-security-policy': POLICY } }
}
