import { MaskingError } from './errors.js'
import { Masker } from './masker.js'
import { type MaskRules, maskRulesSchema } from './rules-schema.js'

/**
 * Reads the text of a rules file and proves it: patterns compile, and each example comes out as the file says.
 * @throws {MaskingError} `bad-rules`, `bad-pattern` or `bad-example`; the message starts with the place in the file
 */
export function parseMaskRules(json: string): MaskRules {
  const result = maskRulesSchema.safeParse(parseJson(json), { reportInput: true })
  if (!result.success) {
    const problems = result.error.issues.map(
      ({ path, message, input }) => `${placeOf(path)}: ${message}, got ${JSON.stringify(input) ?? 'nothing'}`,
    )
    throw new MaskingError('bad-rules', `rules file: ${problems.join('; ')}`, { cause: result.error })
  }
  checkExamples(result.data)
  return result.data
}

function checkExamples(rules: MaskRules): void {
  const masker = Masker.create({ rules })
  rules.rules.forEach(({ examples }, rule) => {
    examples.forEach((example, index) => {
      const got = masker.mask(example.in).masked
      if (got === example.out) return
      const [seen, expected] = [got, example.out].map((text) => JSON.stringify(text))
      const place = `rules[${rule}].examples[${index}]`
      throw new MaskingError(
        'bad-example',
        `${place}: got ${seen}, expected ${expected}; mend the pattern or the example`,
      )
    })
  })
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new MaskingError('bad-rules', `rules file: ${reason}; expected JSON`, { cause })
  }
}

function placeOf(path: readonly PropertyKey[]): string {
  const place = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')
  return place === '' ? 'top level' : place.replace(/^\./, '')
}
