import { Presets, SingleBar } from 'cli-progress'
import type { Progress } from '@sp/pipeline'

/** Milliseconds between redraws of the bar. */
const REDRAW_MS = 200

/**
 * Draws progress on stderr with rate and time left; draws nothing where stderr is not a terminal.
 * Call `stop` before anything else is printed.
 */
export class ProgressBar {
  #bar: SingleBar | null = null
  #step = ''
  #startedAt = 0
  #drawnAt = 0

  /** Takes what a running step reports. */
  readonly show = (progress: Progress): void => {
    if (!process.stderr.isTTY) return
    if (progress.step !== this.#step) this.#begin(progress)
    const now = performance.now()
    if (now - this.#drawnAt < REDRAW_MS) return
    this.#drawnAt = now
    const seconds = (now - this.#startedAt) / 1000
    const rate = seconds > 0 ? Math.round(progress.records / seconds).toLocaleString('en') : '–'
    this.#bar?.update(Math.min(progress.done, progress.total ?? progress.done), { step: progress.step, rate })
  }

  /** Removes the bar. */
  stop(): void {
    this.#bar?.stop()
    this.#bar = null
    this.#step = ''
  }

  #begin(progress: Progress): void {
    this.stop()
    this.#step = progress.step
    this.#startedAt = performance.now()
    const format =
      progress.total === null
        ? '{step} {rate} lines/s, {duration_formatted}'
        : '{step} {bar} {percentage}% | {rate} lines/s | {eta_formatted} left'
    this.#bar = new SingleBar(
      { format, stream: process.stderr, clearOnComplete: true, hideCursor: true, etaBuffer: 50 },
      Presets.shades_classic,
    )
    this.#bar.start(Math.max(1, progress.total ?? 1), 0, { step: progress.step, rate: '–' })
  }
}
