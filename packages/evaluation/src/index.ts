export { generateSyntheticLog, type SyntheticLog, type SyntheticLogOptions } from './synthetic/synthetic-log.js'
export { type AnomalyOptions } from './synthetic/plan-incidents.js'
export { LINE_FORMATS, type LineFormat } from './synthetic/line-formats.js'
export { ANOMALY_KINDS, type AnomalyKind } from './synthetic/anomaly-scripts.js'
export { syntheticMeta, writeLineLabels, type SyntheticMeta } from './synthetic/synthetic-files.js'
export { readLabels, writeLabels, type Incident, type Labels } from './labels.js'
export {
  evaluateDetections,
  type DetectionMetrics,
  type FlaggedWindows,
  type KindMetrics,
} from './metrics/detection-metrics.js'
export { distinctUnits, evaluateFlags, flagEverything, reweighted } from './metrics/flag-metrics.js'
export { type FlagMetrics, type Truth } from './metrics/flag-metrics.js'
export { evaluateRanking, type RankingMetrics } from './metrics/ranking-metrics.js'
export { calibrationError } from './metrics/calibration-error.js'
export { bootstrapInterval, type BootstrapOptions } from './metrics/bootstrap.js'
export { openSessionProtocol, SESSION_PROTOCOLS, type SessionProtocol } from './protocols/session-protocols.js'
export { type LabelledSessions } from './protocols/labelled-sessions.js'
export { findLeakage, isChronological, type LeakageReport } from './protocols/leakage.js'
export { evaluateFolder, type DetectorEvaluation, type FolderEvaluationOptions } from './folder/evaluate-folder.js'
export { renderEvaluation } from './folder/render-evaluation.js'
export { EvaluationError } from './errors.js'
export { evaluateTemplates, type ParsedLine, type TemplateMetrics } from './metrics/template-metrics.js'
export { normaliseTemplate } from './metrics/normalise-template.js'
