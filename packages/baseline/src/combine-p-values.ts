/**
 * −log10 of the smallest p-value of each unit: a unit is as strange as the detector says that finds it strangest. For
 * detectors that each see something else, such as a new event and an odd length. The result is a score, to be
 * calibrated like any other: the smallest of several p-values is no p-value.
 */
export function strongest(pValues: readonly Float64Array[]): Float64Array {
  return combine(pValues, (all) => -Math.log10(Math.min(...all)))
}

/**
 * −Σ ln p of each unit (Fisher 1932, §21.1): several detectors that each find a unit a little strange together find it
 * very strange. For detectors that see the same in different ways. A score, to be calibrated like any other, since the
 * detectors are not independent.
 */
export function fisher(pValues: readonly Float64Array[]): Float64Array {
  return combine(pValues, (all) => all.reduce((sum, p) => sum - Math.log(p), 0))
}

function combine(pValues: readonly Float64Array[], of: (all: readonly number[]) => number): Float64Array {
  return Float64Array.from({ length: pValues[0].length }, (_, unit) => of(pValues.map((p) => p[unit])))
}
