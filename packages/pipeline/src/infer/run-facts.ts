import { ensembleDetectors } from '@sp/baseline'
import type { ReadSummary } from '@sp/log-reader'
import type { RunFacts } from '@sp/report'
import type { Bundle } from '../bundle/bundle.js'
import type { TimeRange } from './source-times.js'

/** What a report is told of an inference: what was read, what the bundle knows, and who judges. */
export function runFacts(
  { manifest, templates, windows, sequences }: Bundle,
  {
    judged,
    normal = [],
    ...told
  }: Pick<RunFacts, 'changes' | 'remarks'> & {
    readonly judged: readonly (ReadSummary & TimeRange)[]
    /** The normal logs, where the bundle was learned in the same run. */
    readonly normal?: readonly ReadSummary[]
  },
): RunFacts {
  const { records: rows, firstTime, lastTime } = manifest.data
  // A bundle knows when all that it learned was written, not each part of it.
  const learned = normal.length === 1 ? { firstTime, lastTime } : {}
  const { windowSize, stride, windows: normalUnits } = windows.baseline
  const ofWindows = ensembleDetectors(windows).map((name) => {
    return { name, unit: 'window' as const, normalUnits, threshold: null, windowSize, stride }
  })
  const ofSessions = sequences === null ? [] : [sessionFacts(sequences.model.calibration.sessions)]
  return {
    sources: [
      ...normal.map((summary) => ({ ...sourceFacts(summary), role: 'normal' as const, ...learned })),
      ...judged.map((summary) => {
        const times = { firstTime: summary.firstTime, lastTime: summary.lastTime }
        return { ...sourceFacts(summary), role: 'judged' as const, ...times }
      }),
    ],
    training: { rows, templates: templates.templates.length, firstTime, lastTime },
    detectors: [...ofWindows, ...ofSessions],
    budget: windows.budget,
    ...told,
  }
}

function sessionFacts(normalUnits: number) {
  return { name: 'sessions', unit: 'session' as const, normalUnits, threshold: null }
}

function sourceFacts({ source: name, format, records, timestamps, cutLines, invalidUtf8 }: ReadSummary) {
  return { name, format, records, timestamps, cutLines, invalidUtf8 }
}
