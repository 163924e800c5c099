export { Vocabulary, PAD, UNK, type VocabularyJson } from './vocabulary.js'
export { countWindows, type CountedColumns } from './count-windows.js'
export {
  WindowCounter,
  type BatchRange,
  type CountedRows,
  type WindowCounterSnapshot,
  type WindowOptions,
} from './window-counter.js'
export { type WindowCounts } from './window-counts.js'
export { selectWindows } from './select-windows.js'
export { joinWindows } from './join-windows.js'
export { windowSegments, type WindowSegment } from './window-segments.js'
export { countTimeWindows } from './count-time-windows.js'
export { TimeWindowCounter, type TimeWindowCounterSnapshot, type TimeWindowOptions } from './time-window-counter.js'
export { sliceSeries, stretchStarts, type MultivariateSeries } from './multivariate-series.js'
export { channelNames, checkChannels, chooseChannels, OTHER, UNKNOWN, type SeriesChannels } from './series-channels.js'
export { channelCodes, type ChannelCodes, seriesFromWindows, type WindowSeries } from './window-series.js'
export { SeriesCounter, type CountedPoints, type SeriesCounterSnapshot } from './series-counter.js'
export {
  frameEnds,
  SIGNATURE_SCALES,
  signatureMatrices,
  signatureMatricesAt,
  type SignatureMatrices,
  type SignatureOptions,
} from './signature-matrix.js'
export { sourceRuns, type SourceRun } from './source-runs.js'
export { buildSessions, type SessionBuild, type SessionOptions } from './build-sessions.js'
export {
  SessionGatherer,
  type ClosedSessions,
  type GatheredEvent,
  type SessionEnding,
  type SessionGathererOptions,
  type SessionGathererSnapshot,
} from './session-gatherer.js'
export { type SessionColumns } from './session-keys.js'
export { LogClock, type LogClockSnapshot } from './log-clock.js'
export { type Sessions } from './sessions.js'
export { SESSION_KEY_RULES, sessionKey, type SessionKey, type SessionKeyRule } from './session-key.js'
export {
  AT_END,
  BEGIN,
  END,
  eventWindows,
  NOT_PREDICTED,
  type EventWindowOptions,
  type EventWindows,
} from './event-windows.js'
export { BuildersError } from './errors.js'
