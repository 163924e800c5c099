export { Vocabulary, PAD, UNK, type VocabularyJson } from './vocabulary.js'
export { countWindows, type CountedColumns, type WindowOptions } from './count-windows.js'
export { type WindowCounts } from './window-counts.js'
export { selectWindows } from './select-windows.js'
export { windowSegments, type WindowSegment } from './window-segments.js'
export { buildSessions, type SessionBuild, type SessionColumns, type SessionOptions } from './build-sessions.js'
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
