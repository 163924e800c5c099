import type uPlot from 'uplot'
import { distributionChart } from './distribution-chart.js'
import { fill, type Range } from './filters.js'
import { heatMap, rowUnder } from './heat-map.js'
import type { PageData, PageTimeline } from './page-data.js'
import { timeText } from './time-axis.js'
import { extent, timelineChart } from './timeline-chart.js'
import { Tip } from './tip.js'

/** What the buttons and keys do to the stretch that is shown. */
export type Zoom = 'in' | 'out' | 'earlier' | 'later' | 'reset'

type Panel = 'timeline' | 'activity' | 'scores'

/** The pictures behind their tabs: drawn when they are first seen, zoomed together. */
export class Pictures {
  readonly #data: PageData
  readonly #onRange: (range: Range | null, label: string) => void
  readonly #root = document.getElementById('pictures')
  readonly #tip = new Tip()
  readonly #charts = new Map<string, uPlot>()
  readonly #shown: boolean[]
  #timeline = 0
  #range: Range | null = null
  #isPrinting = false

  /** Draws the first tab. @param onRange told the stretch of time that is shown, `null` for all of it */
  constructor(data: PageData, onRange: (range: Range | null, label: string) => void) {
    this.#data = data
    this.#onRange = onRange
    this.#shown = data.detectors.map(() => true)
    if (!this.#root) return
    this.#root.hidden = false
    this.#listen(this.#root)
    this.#show((this.#tabs()[0]?.id.slice('tab-'.length) ?? 'timeline') as Panel)
    new ResizeObserver(() => this.#resize()).observe(this.#root)
  }

  /** Draws all anew, in the colours of now. */
  redraw(): void {
    for (const chart of this.#charts.values()) chart.redraw()
  }

  /** Shows the whole time. */
  reset(): void {
    this.zoom('reset')
  }

  /** Changes the stretch that is shown. */
  zoom(how: Zoom): void {
    if (!this.#root) return
    const [from, to] = this.#whole()
    const [start, end] = this.#range ?? [from, to]
    const span = end - start
    const moves: Readonly<Record<Zoom, () => Range>> = {
      in: () => [start + span / 4, end - span / 4],
      out: () => [start - span / 2, end + span / 2],
      earlier: () => [start - span / 2, end - span / 2],
      later: () => [start + span / 2, end + span / 2],
      reset: () => [from, to],
    }
    this.#setRange(...clamp(moves[how](), [from, to], span))
  }

  /** Draws every picture for paper. */
  printAll(): void {
    if (!this.#root) return
    this.#isPrinting = true
    for (const panel of this.#panels()) panel.hidden = false
    for (const panel of ['timeline', 'activity', 'scores'] as const) this.#draw(panel)
    this.redraw()
  }

  /** Shows the chosen tab alone again. */
  afterPrint(): void {
    if (!this.#root) return
    this.#isPrinting = false
    const chosen = this.#tabs().find((tab) => tab.getAttribute('aria-selected') === 'true')
    for (const panel of this.#panels()) panel.hidden = chosen?.getAttribute('aria-controls') !== panel.id
    this.redraw()
  }

  #listen(root: HTMLElement): void {
    const tabs = this.#tabs()
    for (const [i, tab] of tabs.entries()) {
      tab.addEventListener('click', () => this.#show(tab.id.slice('tab-'.length) as Panel))
      tab.addEventListener('keydown', (event) => {
        const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
        if (step === 0) return
        const next = tabs[(i + step + tabs.length) % tabs.length]
        next.click()
        next.focus()
        event.preventDefault()
        event.stopPropagation()
      })
    }
    for (const button of root.querySelectorAll<HTMLButtonElement>('[data-zoom]')) {
      button.addEventListener('click', () => this.zoom(button.dataset.zoom as Zoom))
    }
    for (const key of root.querySelectorAll<HTMLButtonElement>('.key')) {
      key.addEventListener('click', () => {
        const index = Number(key.dataset.detector)
        this.#shown[index] = !this.#shown[index]
        key.setAttribute('aria-pressed', String(this.#shown[index]))
        this.#redoTimeline()
      })
    }
    const source = document.getElementById('timeline-source') as HTMLSelectElement | null
    source?.addEventListener('change', () => {
      this.#timeline = Number(source.value)
      this.#redoTimeline()
      this.zoom('reset')
    })
    root.addEventListener('pointerleave', () => this.#tip.hide())
  }

  #show(panel: Panel): void {
    for (const tab of this.#tabs()) {
      const isChosen = tab.id === `tab-${panel}`
      tab.setAttribute('aria-selected', String(isChosen))
      tab.tabIndex = isChosen ? 0 : -1
    }
    for (const one of this.#panels()) one.hidden = one.id !== `panel-${panel}`
    const zoom = this.#root!.querySelector<HTMLElement>('.zoom')!
    zoom.hidden = panel === 'scores'
    this.#draw(panel)
  }

  #draw(panel: Panel): void {
    if (panel === 'timeline' && !this.#charts.has('timeline')) this.#drawTimeline()
    if (panel === 'activity' && !this.#charts.has('activity')) this.#drawActivity()
    if (panel === 'scores') this.#drawScores()
  }

  #drawTimeline(): void {
    const host = document.getElementById('chart-timeline')
    const timeline = this.#current()
    if (!host || !timeline) return
    const { chart, drawn } = timelineChart(host, timeline, this.#shown, {
      data: this.#data,
      width: host.clientWidth,
      onZoom: (from, to) => this.#setRange(from, to),
      onPoint: (bin, u) => (bin === null ? this.#tip.hide() : this.#tip.show(u, this.#timelineTip(drawn(), bin))),
    })
    this.#charts.set('timeline', chart)
    this.#applyRange(chart, timeline.axis)
  }

  #drawActivity(): void {
    const host = document.getElementById('chart-activity')
    const list = document.getElementById('heat-rows')
    if (!host || !list) return
    const { activity } = this.#data
    list.replaceChildren(...activity.rows.map(({ text, isNew }) => rowLabel(text, isNew)))
    const chart = heatMap(host, activity, {
      data: this.#data,
      width: host.clientWidth,
      onZoom: (from, to) => this.#setRange(from, to),
      onPoint: (bin, u) => (bin === null ? this.#tip.hide() : this.#tip.show(u, this.#activityTip(u, bin))),
    })
    this.#charts.set('activity', chart)
    this.#applyRange(chart, activity.axis)
  }

  #drawScores(): void {
    const { distributions, detectors, language, words } = this.#data
    for (const host of this.#root!.querySelectorAll<HTMLElement>('[data-distribution]')) {
      const index = Number(host.dataset.distribution)
      const key = `scores ${index}`
      if (this.#charts.has(key)) continue
      const distribution = distributions[index]
      const found = detectors.indexOf(distribution.detector)
      const colourName = `c${found < 0 ? detectors.length - 1 : found}`
      const settings = { width: host.clientWidth, language, word: words.threshold, colourName }
      this.#charts.set(key, distributionChart(host, distribution, settings))
    }
  }

  #redoTimeline(): void {
    this.#charts.get('timeline')?.destroy()
    this.#charts.delete('timeline')
    this.#drawTimeline()
  }

  #resize(): void {
    if (this.#isPrinting) return
    for (const chart of this.#charts.values()) {
      const host = chart.root.parentElement!
      if (host.clientWidth > 0 && host.clientWidth !== chart.width)
        chart.setSize({ width: host.clientWidth, height: chart.height })
    }
  }

  #setRange(start: number, end: number): void {
    const [from, to] = this.#whole()
    this.#range = start <= from && end >= to ? null : [start, end]
    for (const [name, chart] of this.#charts) {
      if (name === 'timeline') this.#applyRange(chart, this.#current().axis)
      if (name === 'activity') this.#applyRange(chart, this.#data.activity.axis)
    }
    const reset = document.getElementById('zoom-reset')
    if (reset) reset.hidden = this.#range === null
    const isTime = this.#current().axis === 'time'
    const format = timeText(this.#data.language)
    const label = this.#range && isTime ? fill(this.#data.words.zoomed, [this.#range.map(format).join(' – ')]) : ''
    this.#onRange(isTime ? this.#range : null, label)
  }

  /** Both pictures show the same stretch where they have the same axis. */
  #applyRange(chart: uPlot, axis: 'time' | 'line'): void {
    const timeline = this.#current()
    const [min, max] = axis === timeline.axis ? (this.#range ?? extent(timeline)) : extent(this.#data.activity)
    chart.setScale('x', { min, max })
    chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
  }

  #current(): PageTimeline {
    return this.#data.timelines[this.#timeline]
  }

  #whole(): Range {
    return extent(this.#current())
  }

  #timelineTip(timeline: PageTimeline, bin: number): string[] {
    const { words, detectors } = this.#data
    const rows = detectors
      .map((name, d) => ({
        name,
        strength: timeline.strength[d]?.[bin] ?? 0,
        flagged: timeline.flagged[d]?.[bin] ?? 0,
      }))
      .filter(({ strength, flagged }, d) => this.#shown[d] && (strength > 0 || flagged > 0))
      .map(
        ({ name, strength, flagged }) =>
          `${name}: ${strength.toFixed(1)}${flagged > 0 ? `, ${flagged} ${words.flagged}` : ''}`,
      )
    return [this.#placeText(timeline, bin), ...rows]
  }

  #activityTip(u: uPlot, bin: number): string[] {
    const { activity, words, language } = this.#data
    const { text, counts } = activity.rows[rowUnder(u, activity.rows.length)]
    return [this.#placeText(activity, bin), text, `${counts[bin].toLocaleString(language)} ${words.records}`]
  }

  #placeText({ axis, starts, width }: Pick<PageTimeline, 'axis' | 'starts' | 'width'>, bin: number): string {
    const { language, words } = this.#data
    if (axis === 'time') return timeText(language)(starts[bin])
    return `${words.lineAxis}: ${(starts[bin] + 1).toLocaleString(language)} – ${(starts[bin] + width).toLocaleString(language)}`
  }

  #tabs(): HTMLButtonElement[] {
    return [...(this.#root?.querySelectorAll<HTMLButtonElement>('[role=tab]') ?? [])]
  }

  #panels(): HTMLElement[] {
    return [...(this.#root?.querySelectorAll<HTMLElement>('[role=tabpanel]') ?? [])]
  }
}

function rowLabel(text: string, isNew: boolean): HTMLElement {
  const item = document.createElement('li')
  item.textContent = text
  item.title = text
  if (isNew) item.className = 'new'
  return item
}

/** A stretch within the whole, not shorter than a thousandth of it; moved at an end it keeps its length. */
function clamp([start, end]: Range, [from, to]: Range, before: number): Range {
  const span = Math.min(to - from, Math.max((to - from) / 1000, end - start))
  const left = Math.max(from, Math.min(to - span, (start + end) / 2 - span / 2))
  return before <= 0 ? [from, to] : [left, left + span]
}
