export { Masker, type MaskedText, type MaskerOptions, type MaskExplanation, type Parameter } from './masker.js'
export { MASK_RULES, type MaskRule, type MaskToggle } from './mask-rules.js'
export { MaskingError } from './errors.js'
