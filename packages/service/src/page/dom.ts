import { visibleText } from './visible-text.js'

/** What may stand in an element: text is shown as text, whatever it holds. */
export type Content = string | number | Node | null | false | readonly Content[]

/** Attributes of an element; `class`, `title`, … as in HTML, `onclick` as a listener. */
export interface Attributes {
  readonly [name: string]: string | number | boolean | null | undefined | ((event: Event) => void)
}

/** An element with text and elements in it. The only way in which this page makes any. */
export function element(tag: string, attributes: Attributes = {}, ...content: Content[]): HTMLElement {
  const made = document.createElement(tag)
  fill(made, attributes, content)
  return made
}

const SVG = 'http://www.w3.org/2000/svg'

/** The same for pictures. */
export function svg(tag: string, attributes: Attributes = {}, ...content: Content[]): SVGElement {
  const made = document.createElementNS(SVG, tag)
  fill(made, attributes, content)
  return made
}

/** Replaces what stands in an element. */
export function refill(parent: Element, ...content: Content[]): void {
  parent.replaceChildren(...nodesOf(content))
}

/** The element of an id, which the page has. */
export function byId<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T
}

function fill(made: Element, attributes: Attributes, content: readonly Content[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name.slice(2), value)
    else if (value !== null && value !== undefined && value !== false) {
      made.setAttribute(name, value === true ? '' : visibleText(String(value)))
    }
  }
  made.append(...nodesOf(content))
}

function nodesOf(content: readonly Content[]): (Node | string)[] {
  return content.flatMap((one): (Node | string)[] => {
    if (one === null || one === false) return []
    if (one instanceof Node) return [one]
    return Array.isArray(one) ? nodesOf(one as readonly Content[]) : [visibleText(String(one))]
  })
}
