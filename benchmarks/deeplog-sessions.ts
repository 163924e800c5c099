import {
  calibrate,
  heldOutScores,
  SESSION_DETECTORS,
  type SessionDetector,
  type SessionDetectorName,
} from '@sp/baseline'
import type { Sessions, Vocabulary } from '@sp/builders'
import { type DeepLogModel, type DeepLogOptions, scoreDeepLog, trainDeepLog } from '@sp/deeplog'
import {
  distinctUnits,
  evaluateFlags,
  evaluateRanking,
  type LabelledSessions,
  reweighted,
  type Truth,
} from '@sp/evaluation'

/** Figures of one detector on one set; `f1Oracle` has its threshold chosen with the labels. */
export interface Figures {
  readonly recall: number | null
  readonly fpr: number | null
  readonly f1: number | null
  readonly f1Reweighted: number | null
  readonly f1Oracle: number | null
  /** Each different session counted once. */
  readonly f1Distinct: number | null
  readonly rocAuc: number | null
  readonly balancedAccuracy: number | null
}

/** What a detector says of the test sessions. */
export interface Verdict {
  readonly flags: ArrayLike<number>
  readonly scores: ArrayLike<number>
}

/** Compares a verdict with the labels. */
export function figuresOf({ flags, scores }: Verdict, { test, isAnomalous, population }: LabelledSessions): Figures {
  const truth: Truth = population === null ? { isAnomalous } : reweighted(isAnomalous, population)
  const plain = evaluateFlags(flags, { isAnomalous })
  const ranking = evaluateRanking(scores, truth)
  const once = distinctUnits(test.map((events) => events.join(' ')))
  return {
    recall: plain.recall,
    fpr: plain.falsePositiveRate,
    f1: plain.f1,
    f1Reweighted: evaluateFlags(flags, truth).f1,
    f1Oracle: ranking.oracleF1,
    f1Distinct: evaluateFlags(
      once.map((i) => flags[i]),
      { isAnomalous: once.map((i) => isAnomalous[i]) },
    ).f1,
    rocAuc: ranking.rocAuc,
    balancedAccuracy: plain.balancedAccuracy,
  }
}

/** Budgets of session false alarms of detectors that measure a distance; the others alarm on what training had not. */
const BUDGETS = { markov: 0.005, countVectorDistance: 0.001 } as const

/** The detectors without a network, by their name in the results. */
export function trivialVerdicts(train: Sessions, test: Sessions, closed: boolean): Record<string, Verdict> {
  function verdict(name: SessionDetectorName, budget?: number): Verdict {
    const detector = SESSION_DETECTORS[name] as SessionDetector<unknown>
    const scores = detector.score(detector.train(train, { closed }), test)
    const threshold =
      budget === undefined
        ? 0
        : calibrate(heldOutScores(detector, train, { closed }), { budget, resolution: detector.resolution }).threshold
    return { flags: scores.map((score) => Number(score > threshold)), scores }
  }
  const [newEvent, length] = [verdict('newEvent'), verdict('length')]
  return {
    flagAll: { flags: new Uint8Array(test.count).fill(1), scores: new Uint8Array(test.count) },
    newEvent,
    length,
    eventLength: {
      flags: Array.from(newEvent.flags, (flag, i) => flag | length.flags[i]),
      scores: Array.from(newEvent.scores, (score, i) => Math.max(score, length.scores[i])),
    },
    ngram2: verdict('ngram2'),
    ngram3: verdict('ngram3'),
    countVector: verdict('countVector'),
    countVectorDistance: verdict('countVector', BUDGETS.countVectorDistance),
    markov: verdict('markov', BUDGETS.markov),
  }
}

/** A trained model and what it cost, in seconds of CPU. */
export interface Trained {
  readonly model: DeepLogModel
  /** Of the network alone, and with the networks that set the thresholds. */
  readonly networkSeconds: number
  readonly totalSeconds: number
}

/** Trains to the end. */
export async function train(sessions: Sessions, vocabulary: Vocabulary, options: DeepLogOptions): Promise<Trained> {
  const start = process.cpuUsage()
  function seconds(): number {
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1e6
  }
  const training = trainDeepLog(sessions, vocabulary, options)
  let networkSeconds = 0
  for await (const { stage } of training) if (stage === 'network') networkSeconds = seconds()
  return { model: training.model, networkSeconds, totalSeconds: seconds() }
}

/** The verdicts of the network alone and of the fusion. */
export async function deepVerdicts(
  model: DeepLogModel,
  test: Sessions,
): Promise<{ deeplog: Verdict; fusion: Verdict }> {
  const { isAnomaly, score, fused } = await scoreDeepLog(model, test)
  return {
    deeplog: { flags: isAnomaly, scores: score },
    fusion: { flags: fused.isAnomaly, scores: fused.score },
  }
}
