import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Dataset } from '../src/dataset.js'

/** Windows of 10 events and the event that follows, of `hdfs_train`; null where the data is absent. */
export function hdfsWindows(folder: string, { window = 10 } = {}): Dataset | null {
  const path = join(folder, 'hdfs_sessions', 'hdfs_train')
  if (!existsSync(path)) return null
  const x: number[] = []
  const y: number[] = []
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const events = line.trim().split(/\s+/).map(Number)
    for (let i = 0; i + window < events.length; i++) {
      x.push(...events.slice(i, i + window))
      y.push(events[i + window])
    }
  }
  return {
    inputs: {
      x: { data: Int32Array.from(x), shape: [y.length, window] },
      y: { data: Int32Array.from(y), shape: [y.length] },
    },
  }
}
