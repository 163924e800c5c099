/** Eigenvalues, largest first, and their vectors as rows `[n, n]`. */
export interface Eigen {
  readonly values: Float64Array
  readonly vectors: Float64Array
}

const MOST_SWEEPS = 50

/** Eigenvalues and vectors of a symmetric `matrix` `[n, n]` by cyclic Jacobi rotations (Golub & Van Loan, §8.5). */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const a = matrix.slice()
  const v = new Float64Array(n * n)
  for (let i = 0; i < n; i++) v[i * n + i] = 1
  for (let sweep = 0; sweep < MOST_SWEEPS && offDiagonal(a, n) > 1e-22 * trace(a, n) ** 2; sweep++) {
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, v, { n, p, q })
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j * n + j] - a[i * n + i])
  const vectors = new Float64Array(n * n)
  order.forEach((column, row) => {
    for (let k = 0; k < n; k++) vectors[row * n + k] = v[k * n + column]
  })
  return { values: Float64Array.from(order, (i) => a[i * n + i]), vectors }
}

function rotate(a: Float64Array, v: Float64Array, { n, p, q }: { n: number; p: number; q: number }): void {
  const apq = a[p * n + q]
  if (apq === 0) return
  const theta = (a[q * n + q] - a[p * n + p]) / (2 * apq)
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1))
  const c = 1 / Math.hypot(t, 1)
  const s = t * c
  for (let k = 0; k < n; k++) turn(a, { i: k * n + p, j: k * n + q, c, s })
  for (let k = 0; k < n; k++) turn(a, { i: p * n + k, j: q * n + k, c, s })
  for (let k = 0; k < n; k++) turn(v, { i: k * n + p, j: k * n + q, c, s })
}

function turn(m: Float64Array, { i, j, c, s }: { i: number; j: number; c: number; s: number }): void {
  const [x, y] = [m[i], m[j]]
  m[i] = c * x - s * y
  m[j] = s * x + c * y
}

function offDiagonal(a: Float64Array, n: number): number {
  let sum = 0
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) sum += a[i * n + j] ** 2
  return sum
}

function trace(a: Float64Array, n: number): number {
  let sum = 0
  for (let i = 0; i < n; i++) sum += Math.abs(a[i * n + i])
  return sum
}
