import fc from 'fast-check'
import type { DrainOptions } from '../src/options.js'

const word = fc.constantFrom('open', 'close', 'user', 'disk', 'x1', 'x2', '7', '42', '<*>', '__proto__', 'ü')
const gap = fc.constantFrom(' ', ' ', ' ', '  ', '\t', '_')

/** Short lines over few words, so that they meet each other in leaves, templates and caches. */
export const line: fc.Arbitrary<string> = fc
  .array(fc.tuple(word, gap), { maxLength: 6 })
  .map((pairs) => pairs.map(([token, space]) => token + space).join(''))

/** Up to 60 such lines. */
export const lines: fc.Arbitrary<string[]> = fc.array(line, { maxLength: 60 })

/** Options that make trees narrow and evictions frequent. */
export const options: fc.Arbitrary<DrainOptions> = fc.record({
  similarityThreshold: fc.constantFrom(0, 0.3, 0.4, 0.5, 0.9, 1),
  depth: fc.integer({ min: 3, max: 7 }),
  maxChildren: fc.integer({ min: 1, max: 5 }),
  maxClusters: fc.constantFrom(null, 1, 2, 5),
  extraDelimiters: fc.constantFrom([], ['_'], ['_', 'e u']),
  parametrizeNumericTokens: fc.boolean(),
})
