import { WindowCounter, type CountedRows, type WindowCounterSnapshot } from '@sp/builders'
import { LineReader, type LineColumns, type LineReaderSnapshot } from '../lines/line-reader.js'
import { checkEnsembleModel, type EnsembleModel } from './ensemble-model.js'
import type { WindowOpinion } from './judge-window.js'
import { OpinionScorer, type OpinionScorerSnapshot } from './opinion-scorer.js'

/** What of the rows of one source the ensemble reads; a batch of a `ParsedLog` fits. */
export type EnsembleColumns = LineColumns & CountedRows

/** State of an {@link EnsembleScorer}: plain data, fit for JSON. */
export interface EnsembleScorerSnapshot {
  readonly windows: WindowCounterSnapshot
  readonly reader: LineReaderSnapshot
  readonly opinions: OpinionScorerSnapshot
}

/**
 * Judges the windows of one source as its rows come; the model stays as it is. Template codes must be those of training:
 * below the number of templates of training a known one, above an unknown one, −1 none. What it says does not depend on
 * how rows are cut into batches, nor on other sources. Memory is bounded, however long the source.
 *
 * Its own detectors give an opinion of each window with the row that completes it; `judgeWindow` makes a verdict of the
 * opinion and of the scores of detectors from elsewhere.
 */
export class EnsembleScorer {
  readonly #windows: WindowCounter
  readonly #reader: LineReader
  readonly #opinions: OpinionScorer

  /**
   * A scorer at the beginning of a source; with a snapshot it goes on where another one of the same model was.
   * @throws {BaselineError} `bad-model` when the model is damaged or of another version
   */
  constructor(model: EnsembleModel, snapshot?: EnsembleScorerSnapshot) {
    checkEnsembleModel(model)
    const { windowSize, stride } = model.baseline
    this.#windows = new WindowCounter({ windowSize, stride }, snapshot?.windows)
    const opinions = new OpinionScorer(model, snapshot?.opinions)
    this.#opinions = opinions
    this.#reader = new LineReader({ readsValues: (template) => opinions.readsValues(template) }, snapshot?.reader)
  }

  /** Number of the next row, from 0 within the source. */
  get nextRow(): number {
    return this.#windows.nextRow
  }

  /** Takes the next rows of the source and gives out what is to be said of the windows that they complete. */
  push(rows: EnsembleColumns): WindowOpinion[] {
    return this.#opinions.push(this.#reader.read(rows), this.#windows.push(rows))
  }

  /** What is to be said of the short last windows: the source has ended, and nothing may be pushed any more. */
  flush(): WindowOpinion[] {
    return this.#opinions.flush(this.#windows.flush())
  }

  /** What the scorer knows, for another one to go on from. */
  snapshot(): EnsembleScorerSnapshot {
    const used = this.#reader.usedSlots()
    return {
      windows: this.#windows.snapshot(),
      reader: this.#reader.snapshot(used),
      opinions: this.#opinions.snapshot(used),
    }
  }
}
