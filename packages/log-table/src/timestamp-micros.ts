/**
 * A time in whole microseconds from one in milliseconds with a fraction, NaN staying NaN. Whole milliseconds and
 * fraction are scaled apart: one product loses the last microsecond from the year 2112 on, this one from 2255
 * (2^53 microseconds).
 */
export function microsFromMilliseconds(milliseconds: number): number {
  const whole = Math.trunc(milliseconds)
  return whole * 1000 + Math.round((milliseconds - whole) * 1000)
}
