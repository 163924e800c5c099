import { type LevelShift, LevelShiftTracker, type WindowVerdict } from '@sp/baseline'
import type { Evidence } from '@sp/log-table'
import type { LastingChange } from '@sp/report'
import type { Bundle } from '../bundle/bundle.js'

/** Lines of the windows of a source, by window. */
interface WindowLines {
  readonly startLine: number
  readonly endLine: number
}

/** Finds the lasting changes of a run, source by source: those of the window detector, which follows them. */
export class LastingChanges {
  readonly #bundle: Bundle
  readonly #found: LastingChange[] = []
  #source: string | null = null
  /** Of that source. */
  #named: (template: number) => { readonly text: string } = () => ({ text: '' })
  #tracker: LevelShiftTracker
  /** Lines of the windows that a change may begin or end with; a change is found 40 windows later. */
  #lines: WindowLines[] = []

  /** No windows yet. */
  constructor(bundle: Bundle) {
    this.#bundle = bundle
    this.#tracker = this.#newTracker()
  }

  /** Takes the next windows of a source. */
  add(source: string, windows: readonly WindowVerdict[], named: (template: number) => { readonly text: string }): void {
    if (source !== this.#source) this.#begin(source)
    for (const window of windows) {
      this.#tracker.add(window, this.#flaggedBy(window))
      this.#lines.push({ startLine: window.startLine, endLine: window.endLine })
    }
    this.#named = named
  }

  /** All changes, source by source. */
  all(): readonly LastingChange[] {
    this.#close()
    return this.#found
  }

  #begin(source: string): void {
    this.#close()
    this.#source = source
    this.#tracker = this.#newTracker()
    this.#lines = []
  }

  #close(): void {
    if (this.#source === null) return
    for (const shift of this.#tracker.shifts()) this.#found.push(this.#changeOf(shift, this.#source))
    this.#source = null
  }

  #changeOf({ template, firstWindow, lastWindow, before, after }: LevelShift, source: string): LastingChange {
    const { startLine: firstLine } = this.#lines[firstWindow]
    const { endLine: lastLine } = this.#lines[lastWindow]
    return { template: this.#named(template).text, source, firstLine, lastLine, before, after, unit: 'window' }
  }

  #newTracker(): LevelShiftTracker {
    return new LevelShiftTracker(this.#bundle.windows.baseline.statistics)
  }

  /** The template of the window detector's strongest evidence where it is one of those that flagged the window. */
  #flaggedBy({ isAnomaly, pValues, evidence }: WindowVerdict): number | null {
    if (!isAnomaly || pValues[0] > this.#bundle.windows.budget) return null
    return evidence.find(isCount)?.template ?? null
  }
}

function isCount(
  evidence: Evidence,
): evidence is Extract<Evidence, { kind: 'new-template' | 'more-frequent' | 'less-frequent' }> {
  return ['new-template', 'more-frequent', 'less-frequent'].includes(evidence.kind)
}
