import { ResidualMoments, standardize } from '../src/residual-scale.js'

/** Residuals of eight elements at one scale. */
function momentsOf(...residuals: number[][]): ResidualMoments {
  const moments = new ResidualMoments(8, 1)
  for (const residual of residuals) moments.add(Float32Array.from(residual))
  return moments
}

it('takes from each element its own mean and divides by its own spread', () => {
  const { mean, spread } = momentsOf([1, 2, 3, 4, 5, 6, 7, 8], [3, 6, 9, 12, 15, 18, 21, 24]).scale()
  expect([...mean]).toEqual([2, 4, 6, 8, 10, 12, 14, 16])
  const residual = Float32Array.from([5, 4, 6, 8, 10, 12, 14, 0])
  standardize(residual, { mean, spread })
  // The two quietest of eight count as lively as the third.
  expect([...spread]).toEqual([3, 3, 3, 4, 5, 6, 7, 8])
  expect([...residual]).toEqual([1, 0, 0, 0, 0, 0, 0, -2])
})

it('measures what never happened by what happens to others of the same scale', () => {
  const moments = new ResidualMoments(4, 2)
  for (const residual of [[0, 0, 10, 10], [0, 2, 10, 30]]) moments.add(Float32Array.from(residual)) // prettier-ignore
  expect([...moments.scale().spread]).toEqual([1e-9, 1, 1e-9, 10].map(Math.fround))
})
