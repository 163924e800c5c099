import type uPlot from 'uplot'

/** A few lines of text beside the pointer. */
export class Tip {
  readonly #element = document.getElementById('tip')

  /** Shows lines at the place of a chart's pointer. */
  show(chart: uPlot, lines: readonly string[]): void {
    const element = this.#element
    if (!element || lines.length === 0) return
    element.replaceChildren(...lines.map((line, i) => row(line, i)))
    element.hidden = false
    const root = element.offsetParent as HTMLElement | null
    if (!root) return
    const over = chart.over.getBoundingClientRect()
    const frame = root.getBoundingClientRect()
    const x = over.left - frame.left + (chart.cursor.left ?? 0)
    const y = over.top - frame.top + Math.max(0, chart.cursor.top ?? 0)
    const left = x + 14 + element.offsetWidth > frame.width ? x - element.offsetWidth - 14 : x + 14
    element.style.left = `${Math.max(4, left)}px`
    element.style.top = `${y + 10}px`
  }

  /** Takes it away. */
  hide(): void {
    if (this.#element) this.#element.hidden = true
  }
}

function row(text: string, index: number): HTMLElement {
  const element = document.createElement('div')
  element.textContent = text
  if (index === 0) element.className = 'head'
  return element
}
