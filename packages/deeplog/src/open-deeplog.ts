import { SessionExplainer } from '@sp/baseline'
import type { Engine } from '@sp/engine'
import type { DeepLogModel } from './deeplog-model.js'
import { EventPredictor } from './event-predictor.js'
import { FusionScorer } from './fusion.js'
import { normalKinds } from './session-habits.js'

/** Share of normal sessions that begin with an event from which on it is a usual beginning. */
const USUAL = 0.01

/** A model with its network loaded and what it takes to look into it: one serves the streams of any number of sources. */
export class OpenDeepLog {
  readonly fusion: FusionScorer
  readonly explainer: SessionExplainer
  /** Vocabulary indices that normal sessions begin with. */
  readonly beginnings: ReadonlySet<number>
  /** Share of each kind among the normal sessions. */
  readonly kinds: ReadonlyMap<string, number>

  private constructor(
    readonly model: DeepLogModel,
    readonly predictor: EventPredictor,
  ) {
    this.fusion = new FusionScorer(model.fusion)
    this.explainer = new SessionExplainer(model.fusion)
    this.beginnings = usualBeginnings(model)
    this.kinds = normalKinds(model)
  }

  /**
   * Loads a model.
   * @throws {DeepLogError} `bad-options` when its network was trained to predict only the event after a window
   */
  static async open(model: DeepLogModel, engine?: Engine): Promise<OpenDeepLog> {
    return new OpenDeepLog(model, await EventPredictor.open(model, engine))
  }

  /** Frees the network. */
  async dispose(): Promise<void> {
    await this.predictor.dispose()
  }
}

/** The events that normal sessions begin with. */
function usualBeginnings({ replay }: DeepLogModel): ReadonlySet<number> {
  const counts = new Map<number, number>()
  let total = 0
  for (const { events, occurrences } of replay) {
    counts.set(events[0], (counts.get(events[0]) ?? 0) + occurrences)
    total += occurrences
  }
  return new Set([...counts].filter(([, count]) => count >= USUAL * total).map(([event]) => event))
}
