import { z } from 'zod'
import { MASK_TOGGLES } from './mask-rules.js'

const TYPE = /^[A-Z][A-Z0-9_]*$/

const userRule = z
  .strictObject({
    name: z.string().min(1),
    pattern: z.string().min(1),
    type: z.string().regex(TYPE, 'expected capitals, digits and _, such as "BLOCK"').optional(),
    replace: z.string().min(1).optional(),
    priority: z.enum(['before', 'after']).default('before'),
    description: z.string().default(''),
    examples: z.array(z.strictObject({ in: z.string(), out: z.string() })).default([]),
  })
  .refine((rule) => (rule.type === undefined) !== (rule.replace === undefined), {
    message: 'expected exactly one of "type" and "replace"',
  })

/** What a rules file may hold. */
export const maskRulesSchema = z.strictObject({
  version: z.literal(1),
  extends: z.enum(['default', 'compat', 'none']).default('default'),
  disable: z.array(z.enum(MASK_TOGGLES)).default([]),
  rules: z.array(userRule).default([]),
})

/**
 * The content of a rules file, checked and with its defaults filled in.
 * - `extends`: the built-in rules to build on; default `default`
 * - `disable`: toggles of those rules to switch off
 * - `rules`: own rules in order; the earlier wins where two overlap
 */
export type MaskRules = z.output<typeof maskRulesSchema>

/** One own rule of a rules file. Its pattern is of RE2; group 1, where it has one, is what it hides. */
export type UserRule = MaskRules['rules'][number]
