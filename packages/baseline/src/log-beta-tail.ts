// The regularised incomplete beta function in logarithms: the tails of the binomial and the negative binomial
// distribution, exact where the probability itself would underflow to 0.

/** ln Γ(x) for x > 0; Lanczos approximation (g = 7, 9 terms), relative error below 1e-14. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  let sum = LANCZOS[0]
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i] / (x - 1 + i)
  const t = x + 6.5
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum)
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]

/**
 * ln I_x(a, b), the regularised incomplete beta function, for a, b > 0 and 0 < x < 1.
 * Converges quickly for x below the mean a / (a + b), which is where tails are asked for.
 * Continued fraction: DLMF 8.17.22, evaluated by Lentz's method.
 */
export function logIncompleteBeta(x: number, a: number, b: number): number {
  const logFront = a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b) - Math.log(a)
  return Math.min(0, logFront + Math.log(betaFraction(x, a, b)))
}

function betaFraction(x: number, a: number, b: number): number {
  let c = 1
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1))
  let result = d
  for (let m = 1; m <= MAX_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / nonZero(1 + even * d)
    c = nonZero(1 + even / c)
    result *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / nonZero(1 + odd * d)
    c = nonZero(1 + odd / c)
    result *= d * c
    if (Math.abs(d * c - 1) < 1e-13) break
  }
  return result
}

/** O(√max(a, b)) terms are enough; this is met only by means beyond ten million. */
const MAX_TERMS = 10_000

function nonZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value
}
