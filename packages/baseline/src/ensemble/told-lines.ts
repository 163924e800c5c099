import type { Evidence } from '@sp/log-table'

/** Why a detector found a line strange. */
export interface ToldLine {
  readonly row: number
  /** Number of the line detector in the model. */
  readonly detector: number
  readonly evidence: Evidence
}

/** Evidence of one detector that a window shows. */
const MOST_OF_DETECTOR = 3

/** What line detectors told of the lines of the windows that are not over. */
export class ToldLines {
  /** In the order of being told. */
  #lines: ToldLine[]

  constructor(snapshot: readonly ToldLine[] = []) {
    this.#lines = [...snapshot]
  }

  /** Adds what a detector told. */
  add(line: ToldLine): void {
    this.#lines.push(line)
  }

  /** Forgets lines that no window still holds. */
  forgetBefore(row: number): void {
    if (this.#lines.some((line) => line.row < row)) this.#lines = this.#lines.filter((line) => line.row >= row)
  }

  /**
   * The strongest evidence of a detector in the rows before one, strongest first; of each template only the strongest,
   * since twenty lines of a burst are one thing.
   */
  strongestOf(detector: number, endRow: number): Evidence[] {
    const ofDetector = this.#lines.filter((line) => line.detector === detector && line.row < endRow)
    const ranked = ofDetector.map(({ evidence }) => evidence).sort((a, b) => b.surprise - a.surprise)
    const templates = new Set<number | null>()
    return ranked
      .filter((evidence) => {
        const template = 'template' in evidence ? evidence.template : null
        if (templates.has(template)) return false
        templates.add(template)
        return true
      })
      .slice(0, MOST_OF_DETECTOR)
  }

  /** What is known, for another one to go on from. */
  snapshot(): ToldLine[] {
    return [...this.#lines]
  }
}
