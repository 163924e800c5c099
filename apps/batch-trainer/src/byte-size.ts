import { z } from 'zod'

const UNITS = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 }
const SIZE = new RegExp(`^(\\d+(?:\\.\\d+)?)\\s*(${Object.keys(UNITS).join('|')})$`)

/** An amount of memory as people write it (`4 GB`, `512 MiB`) or in bytes; in bytes afterwards. */
export const byteSize = z.union([z.int().min(1), z.string()]).transform((given, context) => {
  if (typeof given === 'number') return given
  const [, amount, unit] = SIZE.exec(given.trim()) ?? []
  const bytes = unit === undefined ? 0 : Math.round(Number(amount) * UNITS[unit as keyof typeof UNITS])
  if (bytes >= 1) return bytes
  context.addIssue({ code: 'custom', message: `"${given}" is no amount of memory; write it like 4 GB or 512 MiB` })
  return z.NEVER
})

/** `1.5 GB`. */
export function bytesText(bytes: number): string {
  const [divisor, unit] = bytes >= 1e9 ? [1e9, 'GB'] : bytes >= 1e6 ? [1e6, 'MB'] : [1e3, 'kB']
  return `${Number((bytes / divisor).toPrecision(3))} ${unit}`
}
