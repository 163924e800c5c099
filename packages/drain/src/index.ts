export { Drain, type MatchOptions } from './drain.js'
export { type DrainOptions, type DrainSettings } from './options.js'
export { type DrainSnapshot } from './snapshot.js'
export { type BaseMiner, type TemplateMiner, type MinerSnapshot } from './template-miner.js'
export { type RepeatedMessages } from './list-cache.js'
export { EvidenceMiner, type EvidenceOptions, type NearestTemplate } from './evidence-miner.js'
export { type EvidenceSnapshot } from './evidence-snapshot.js'
export { NoveltyMiner, type NoveltySnapshot } from './novelty-miner.js'
export { restoreMiner } from './restore-miner.js'
export { extractParameters, type ExtractOptions } from './parameters.js'
export { checkTemplates, type TemplateHealth } from './template-health.js'
export {
  diffTemplates,
  type DiffOptions,
  type TemplateDiff,
  type TemplateMerge,
  type TemplateShift,
} from './template-diff.js'
export { importDrain3Snapshot } from './drain3-import.js'
export { DrainError } from './errors.js'
