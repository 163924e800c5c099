/** The 16-bit floats (IEEE 754 binary16, as their bits) nearest to `values`; beyond ±65,504 they become infinite. */
export function float16Bits(values: Float32Array): Uint16Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length)
  return Uint16Array.from(words, halfOf)
}

/** Bits of a 32-bit float to bits of the nearest 16-bit float, ties to even. */
function halfOf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000
  const magnitude = bits & 0x7fffffff
  if (magnitude > 0x7f800000) return sign | 0x7e00 // NaN
  if (magnitude >= 0x477ff000) return sign | 0x7c00 // Rounds to 65,520 or more.
  if (magnitude < 0x33000001) return sign // At most half of the smallest subnormal, 2⁻²⁴.
  const exponent = magnitude >>> 23
  // Subnormal halves have the exponent of 2⁻¹⁴ and no leading one.
  const subnormal = exponent < 113
  const significand = subnormal ? (magnitude & 0x7fffff) | 0x800000 : magnitude - (112 << 23)
  const shift = subnormal ? 126 - exponent : 13
  const whole = significand >>> shift
  const rest = significand & ((1 << shift) - 1)
  const half = 1 << (shift - 1)
  return sign | (whole + (rest > half || (rest === half && (whole & 1) === 1) ? 1 : 0))
}
