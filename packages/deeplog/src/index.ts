export { trainDeepLog, type DeepLogEpoch, type DeepLogTraining, type TrainDeepLogOptions } from './train-deeplog.js'
export { PRESETS, type DeepLogOptions, type DeepLogSettings, type PresetName } from './deeplog-options.js'
export {
  roundSurprise,
  scoreDeepLog,
  type DeepLogScores,
  type PartScores,
  type ScoreDeepLogOptions,
} from './deeplog-score.js'
export { type JudgedEvent } from './judged-event.js'
export { OpenDeepLog } from './open-deeplog.js'
export { deployedNetwork } from './deployed-network.js'
export { NETWORK } from './deeplog-network.js'
export {
  DeepLogStream,
  type DeepLogStreamOptions,
  type DeepLogStreamSnapshot,
  type JudgedSession,
  type StreamColumns,
  type StreamedEvent,
  type StreamedRows,
} from './deeplog-stream.js'
export { type EventPredictions } from './predict-events.js'
export {
  decodeDeepLog,
  encodeDeepLog,
  type DeepLogCalibration,
  type DeepLogModel,
  type SessionRule,
} from './deeplog-model.js'
export { voicesAgainst, type FusedScores, type FusionModel, type VoiceName } from './fusion.js'
export { updateDeepLog, type DeepLogUpdate, type UpdateDeepLogOptions, type UpdateReport } from './update-deeplog.js'
export {
  scoreValues,
  trainValueModel,
  type ValueModel,
  type ValueOptions,
  type ValueScores,
  type ValueSeries,
} from './value-model.js'
export { findDrift, type Drift, type DriftTemplate } from './drift.js'
export { alertId, raiseAlerts, type Alert, type AlertOptions, type AlertRun, type JudgedEvents } from './alerts.js'
export { nearestTemplate, type NearestTemplate } from './nearest-template.js'
export { DeepLogError } from './errors.js'
