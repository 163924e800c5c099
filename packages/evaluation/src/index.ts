export {
  generateSyntheticLog,
  type AnomalyOptions,
  type SyntheticLog,
  type SyntheticLogOptions,
} from './synthetic-log.js'
export { ANOMALY_KINDS, type AnomalyKind } from './anomaly-scripts.js'
export { readLabels, writeLabels, type Incident, type Labels } from './labels.js'
export {
  evaluateDetections,
  type DetectionMetrics,
  type FlaggedWindows,
  type KindMetrics,
} from './detection-metrics.js'
export { EvaluationError } from './errors.js'
export { evaluateTemplates, type ParsedLine, type TemplateMetrics } from './template-metrics.js'
export { normaliseTemplate } from './normalise-template.js'
