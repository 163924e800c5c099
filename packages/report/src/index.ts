export {
  ReportBuilder,
  type ReportBuilderOptions,
  type ReportBuilderState,
  type ReportOptions,
} from './report-builder.js'
export {
  type DetectorFacts,
  type LastingChange,
  type Remark,
  type Report,
  type ReportCounts,
  type ReportPictures,
  type ReportSource,
  type ReportTraining,
  type RunFacts,
} from './report.js'

export {
  IncidentGrouper,
  type GrouperOptions,
  type GrouperState,
  type IncidentChange,
} from './incidents/incident-grouper.js'
export {
  type Incident,
  type IncidentLine,
  type IncidentPlace,
  type IncidentSeverity,
  type Reason,
} from './incidents/incident.js'
export { type EarlierIncident } from './incidents/incident-shelf.js'

export { ScoreTimeline, type JudgedUnit, type TimelinePicture } from './pictures/score-timeline.js'
export { TemplateActivity, type ActivityPicture } from './pictures/template-activity.js'
export { ScoreDistributions, type DistributionPicture } from './pictures/score-distributions.js'

export { explainIncident } from './formats/explain-incident.js'
export { locationOf } from './formats/incident-facts.js'
export { renderMarkdown, type TextOptions } from './formats/render-markdown.js'
export { renderJson, renderPictures } from './formats/render-json.js'
export { renderHtml, type HtmlOptions } from './html/render-html.js'
export { renderSarif } from './formats/render-sarif.js'
export { renderJunit } from './formats/render-junit.js'
export { renderCsv } from './formats/render-csv.js'
export { renderInferenceReport, type InferenceOptions } from './formats/render-inference.js'
export { renderSummary, type SummaryOptions } from './formats/render-summary.js'

export {
  type BaselineSample,
  type ComparativeSample,
  type DeepLogAlertSample,
  type DeepLogSample,
  type MethodSamples,
  type MscredSample,
  SAMPLE_METHODS,
  type SampleAnalysis,
  type SampleLog,
  type SampleMethod,
} from './samples.js'
export { renderSamples } from './formats/render-samples.js'

export { readReport, type SavedReport } from './read-report.js'
export { diffReports, type ChangedIncident, type IncidentPair, type ReportDiff } from './diff-reports.js'
export { renderDiff, renderDiffSummary, type DiffOptions } from './formats/render-diff.js'

export { catalogueOf, type Catalogue } from './language/catalogue.js'
export { LANGUAGES, type Language } from './language/formats.js'
export { visibleText } from './plain-text.js'
export { ReportError } from './errors.js'
