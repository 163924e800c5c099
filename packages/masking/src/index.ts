export {
  Masker,
  type MaskedText,
  type BytesOfTexts,
  type MaskedBytes,
  type MaskerOptions,
  type MaskExplanation,
  type Parameter,
} from './masker.js'
export { MASK_RULES, type MaskRule, type MaskToggle } from './mask-rules.js'
export { parseMaskRules } from './parse-mask-rules.js'
export { type MaskRules } from './rules-schema.js'
export { MaskingError } from './errors.js'
