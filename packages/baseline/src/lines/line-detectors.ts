import type { LineDetector } from './line-detector.js'
import { lineOrderDetector } from './line-order.js'
import { linePaceDetector } from './line-pace.js'
import { lineRateDetector } from './line-rate.js'
import { lineSilenceDetector } from './line-silence.js'
import { lineSpreadDetector } from './line-spread.js'
import { lineValueDetector } from './line-value.js'

/** The line detectors by name; each file says what its score is. */
export const LINE_DETECTORS = {
  order: lineOrderDetector('process'),
  programOrder: lineOrderDetector('program'),
  pace: linePaceDetector,
  value: lineValueDetector,
  rate: lineRateDetector,
  silence: lineSilenceDetector,
  spread: lineSpreadDetector,
} as const

/** Name of a line detector. */
export type LineDetectorName = keyof typeof LINE_DETECTORS

/** The detector of a name, its model being whatever it trained. */
export function lineDetector(name: LineDetectorName): LineDetector<unknown> {
  return LINE_DETECTORS[name] as LineDetector<unknown>
}
