export { analyze, type AnalyzeOptions, type Analysis } from './analyze.js'
export {
  trainBundle,
  type TrainBundleOptions,
  type TrainedBundle,
  type TrainingMetadata,
} from './training/train-bundle.js'
export {
  SERIES_RESOLUTION,
  type SeriesTraining,
  type TrainedSeries,
  trainSeriesOfWindows,
} from './training/train-series.js'
export { type LogShard, type ShardPiece } from './shards/log-shard.js'
export {
  type MinedPiece,
  type MinedShard,
  type MineShard,
  mineShard,
  type PlainYears,
  type ShardJob,
} from './shards/mine-shard.js'
export { type ShardOptions } from './shards/parse-shards.js'
export { type UpdateComparison } from './training/compare-update.js'
export { updateBundle, type UpdateBundleOptions, type UpdatedBundle } from './training/update-bundle.js'
export {
  OPTIONAL_DETECTORS,
  type TrainSettings,
  type TrainSettingsInput,
  trainSettingsSchema,
} from './training/train-settings.js'
export { type Bundle, loadBundle } from './bundle/bundle.js'
export { type CopiedBundle, copyBundle, pasteBundle, readManifest } from './bundle/bundle-folder.js'
export { BUNDLE_VERSION, type BundleManifest } from './bundle/manifest.js'
export {
  type BundleValidation,
  validateBundle,
  type Validated,
  type ValidateOptions,
} from './validate/validate-bundle.js'
export { writeValidation } from './validate/validation-files.js'
export { type BundleComparison, compareBundles, type CompareOptions } from './compare/compare-bundles.js'
export { type PairedFigure } from './compare/paired-figures.js'
export { writeComparison } from './compare/comparison-files.js'
export { type BundleDiagnosis, dataIdentity, diagnoseBundle, type Diagnosis } from './diagnose/diagnose-bundle.js'
export { type ConversionSummary, convertBundle, type ConvertOptions } from './deploy/convert-bundle.js'
export { hybridPipeline, type HybridOptions, type HybridResults } from './deploy/hybrid-pipeline.js'
export { findBundles } from './diagnose/find-bundles.js'
export { inferIntoFolder, type Inference, type InferOptions, type JudgedSpan } from './infer/infer-run.js'
export { type InferSummary } from './infer/infer-files.js'
export { Detector, type DetectorOptions, openDetector, type ScanOptions } from './detector/detector.js'
export { ThreadedDetector, type ThreadedDetectorOptions } from './detector/threaded-detector.js'
export {
  type DetectorStats,
  type PushOptions,
  type SourceSnapshot,
  type StreamingDetector,
} from './detector/detector-types.js'
export { parseLog, type LogParse, type LogSegment, type MessageMasker, type ParseLogOptions } from './parse-log.js'
export { parseIntoFolder, type ParseRunOptions } from './parse-run.js'
export { detectIntoFolder, type Detection, type DetectRunOptions } from './detect-run.js'
export { isJudged, reportIntoFolder, type ReportRunOptions } from './report/report-run.js'
export {
  DEFAULT_FORMATS,
  readSavedReport,
  REPORT_FILES,
  REPORT_FORMATS,
  type ReportFormat,
  writeReport,
} from './report/write-report.js'
export { SAMPLE_FILES, samplesIntoFolder, type SampleRunOptions } from './report/samples/samples-run.js'
export { splitForTraining, type TrainingSplit } from './training-split.js'
export { loadMiner, saveMiner } from './miner-state.js'
export { extractOptionsOf, type OpenedTemplates, openTemplates, renamedTemplates } from './open-templates.js'
export { type ParameterSurvey, surveyTemplate, type TemplateExample, type TemplateSurvey } from './survey-template.js'
export { OutputFolder, removeUnfinished, writeOutput } from './output-folder.js'
export { type ParseSummary } from './parse-summary.js'
export { type LevelShiftRow } from './level-shift-rows.js'
export { type DetectSummary } from './detect-summary.js'
export {
  buildSequencesIntoFolder,
  type BuildSequencesOptions,
  type SequencesSummary,
} from './deeplog/build-sequences.js'
export { readVocabulary } from './deeplog/vocabulary-file.js'
export { trainDeepLogToFile, type DeepLogTrainRun, type DeepLogTrainSummary } from './deeplog/train-run.js'
export {
  inferDeepLogIntoFolder,
  readDeepLog,
  type DeepLogInference,
  type DeepLogInferRun,
  type DeepLogSummary,
} from './deeplog/infer-run.js'
export { ENTITY_COLUMNS } from './deeplog/judged-sequences.js'
export { type AlertRow } from './deeplog/alert-table.js'
export { buildCountsIntoFolder, type BuildCountsOptions, type CountsSummary } from './mscred/build-counts.js'
export { readMapping, type SeriesMapping, type WindowShape } from './mscred/series-mapping.js'
export { trainMscredToFile, type MscredTrainRun, type MscredTrainSummary } from './mscred/train-run.js'
export { inferMscredIntoFolder, readMscred, type MscredInferRun, type MscredSummary } from './mscred/infer-run.js'
export { analyzeMscredIntoFolder, type MscredAnalysis } from './mscred/analyze-run.js'
export { type Progress, type RunControl } from './progress.js'
export { PipelineError } from './errors.js'
export { inputsAt, type LogInput } from './log-input.js'
export { profileLogs } from './profile-logs.js'
export { analyzeTemporal, temporalStatusText } from './temporal-run.js'
export { analyzeComparative } from './comparative-run.js'
export { validateBaselines, type QualityRun } from './quality-run.js'
export { type BatchChoice, type BatchFile, chooseTarget } from './batch/batch-files.js'
export { BATCH_FILES, batchIntoFolder, type BatchOptions } from './batch/batch-run.js'
export { type BatchLog, type BatchSummary } from './batch/batch-summary.js'
