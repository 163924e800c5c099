import { cpus, totalmem } from 'node:os'

/** The machine and versions a figure was measured with, as the first line of every table. */
export function machineLine(): string {
  const [cpu] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${cpus().length} × ${cpu.model.trim()}, ${memory} GiB, Node ${process.versions.node}, ${process.platform}-${process.arch}`
}

/** The middle value; of an even number the lower of the two. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)]
}
