export { trainBaseline } from './train-baseline.js'
export { scoreBaseline } from './score-baseline.js'
export {
  BaselineScorer,
  type BaselineScores,
  type BaselineScorerSnapshot,
  type WindowScore,
} from './baseline-scorer.js'
export { type CountedTemplates, findLevelShifts, type LevelShift, LevelShiftTracker } from './level-shifts.js'
export { type BaselineModel, type BaselineOptions } from './baseline-model.js'
export { writeBaselineScores, readBaselineScores, baselinePreview } from './baseline-score-file.js'
export { type BaselineScoreRow } from './baseline-score-file.js'
export { scoreCompatBaseline, type CompatBaselineOptions } from './compat-baseline.js'

export { trainSessionDetectors, heldOutScores } from './sessions/train-session-detectors.js'
export { scoreSessions } from './sessions/score-sessions.js'
export {
  SessionScorer,
  type DetectorScores,
  type SessionJudging,
  type SessionScores,
} from './sessions/session-scorer.js'
export { SessionExplainer, type ExplainedModel, type ExplainedSession } from './sessions/session-explainer.js'
export { type SessionModel, type SessionOptions } from './sessions/session-model.js'
export { SESSION_DETECTORS, type SessionDetectorName } from './sessions/session-detectors.js'
export {
  type OneSession,
  type ScoreOfSession,
  type SessionDetector,
  type SessionTraining,
} from './sessions/session-detector.js'
export { selectSessions } from './sessions/select-sessions.js'

export { trainEnsemble, type WindowedLines } from './ensemble/train-ensemble.js'
export { scoreEnsemble, type EnsembleScores } from './ensemble/score-ensemble.js'
export { EnsembleScorer, type EnsembleColumns, type EnsembleScorerSnapshot } from './ensemble/ensemble-scorer.js'
export {
  judgeAlone,
  judgeWindow,
  type WindowOpinion,
  type WindowPlace,
  type WindowVerdict,
} from './ensemble/judge-window.js'
export { WindowHighest, type WindowHighestSnapshot } from './ensemble/window-highest.js'
export {
  ensembleDetectors,
  type EnsembleModel,
  type EnsembleOptions,
  type HeldOutScores,
} from './ensemble/ensemble-model.js'
export { collectLines } from './lines/collect-lines.js'
export { type LogLines } from './lines/log-lines.js'
export { type LineColumns } from './lines/line-reader.js'
export { LINE_DETECTORS, type LineDetectorName } from './lines/line-detectors.js'
export { type LineDetector, type LineScorer, type Telling } from './lines/line-detector.js'

export { HourCounter, type HourlyCounts } from './temporal/hourly-counts.js'
export { judgeHours, type TemporalAnalysis, type TemporalAnomaly } from './temporal/judge-hours.js'
export { temporalProfiles, type TemporalProfile, type TemporalProfiles } from './temporal/temporal-profiles.js'

export { LogProfiler, type LogProfile } from './profile/log-profile.js'
export { compareProfiles, type ComparativeAnomaly, type Comparison } from './comparative/compare-profiles.js'
export { findQualityOutliers, judgeQuality } from './comparative/log-quality.js'
export { type LogQuality, type QualityIssue, type QualityOutlier } from './comparative/log-quality.js'

export {
  type HeldOutFrames,
  trainMultivariate,
  type TrainMultivariateOptions,
  trainWithHeldOutFrames,
} from './multivariate/train-multivariate.js'
export { scoreMultivariate, type MultivariateScores, type SeriesDeviation } from './multivariate/score-multivariate.js'
export { MultivariateStream, type MultivariateStreamSnapshot } from './multivariate/multivariate-stream.js'
export { ensembleDetector, type EnsembleParameters, type EnsemblePart } from './multivariate/ensemble-detector.js'
export {
  checkMultivariate,
  type MultivariateModel,
  type MultivariateOptions,
  type ThresholdRule,
} from './multivariate/multivariate-model.js'
export { judgedFrames } from './multivariate/combine-parts.js'
export {
  type FitContext,
  type FrameJudge,
  type MultivariateDetector,
  type PartScores,
} from './multivariate/multivariate-detector.js'
export { seriesScale, standardized, type SeriesScale } from './multivariate/standardize.js'
export { type PlantedShock, plantShocks, SHOCKS, type SelfTest, type ShockRecall } from './multivariate/self-test.js'

export { calibrate, pValues, type Calibration, type CalibrationOptions } from './calibration.js'
export { fisher, strongest } from './combine-p-values.js'
export { BaselineError } from './errors.js'
