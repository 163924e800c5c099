import { visibleText } from '../plain-text.js'

/** A piece of HTML that is safe to put into a page: made only by {@link markup}. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What may stand in a template: text and numbers are escaped, lists joined, `null` and `false` nothing. */
export type Content = string | number | Markup | null | false | readonly Content[]

/**
 * HTML from a template: whatever is put in is text, unless it is markup of ours. Its controlling and invisible characters
 * are made visible, and it may stand between tags and in quoted attributes alike.
 */
export function markup(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  const text = parts.map((part, i) => withoutIndent(part) + (i < values.length ? contentText(values[i]) : ''))
  return new Markup(text.join(''))
}

/** Templates are indented for those who read the sources; a page of thousands of lines is smaller without. */
function withoutIndent(part: string): string {
  return part.replace(/\n\s+/g, '\n')
}

/** Data for a script block of type `application/json`: no `<` that could end it, no line separators. */
export function jsonBlock(value: unknown): Markup {
  const text = JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'string' ? visibleText(inner) : inner))
  return new Markup(
    text.replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`),
  )
}

/** Script or style that is ours, as it is. */
export function raw(text: string): Markup {
  return new Markup(text)
}

function contentText(value: Content): string {
  if (value === null || value === false) return ''
  if (value instanceof Markup) return value.text
  if (Array.isArray(value)) return value.map(contentText).join('')
  return escapeHtml(visibleText(String(value)))
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character])
}

// Log text within a sentence of a catalogue stands between these two private characters until it is marked up.
const OPEN = '\ue000'
const CLOSE = '\ue001'

/** Sets log text apart within a sentence; {@link sentence} marks it up. */
export function marked(text: string): string {
  return OPEN + text.replace(/[\ue000\ue001]/g, '\ufffd') + CLOSE
}

/** A sentence of a catalogue as HTML: log text that {@link marked} set apart as code. */
export function sentence(text: string): Markup {
  const parts = text.split(/[\ue000\ue001]/)
  return markup`${parts.map((part, i) => (i % 2 === 0 ? part : markup`<code>${part}</code>`))}`
}

/** Our own texts with `**bold**` and `` `code` ``. */
export function rich(text: string): Markup {
  const parts = text.split(/(\*\*[^*]+\*\*|`[^`]+`)/)
  return markup`${parts.map((part) => {
    if (part.startsWith('**')) return markup`<strong>${part.slice(2, -2)}</strong>`
    return part.startsWith('`') ? markup`<code>${part.slice(1, -1)}</code>` : part
  })}`
}
