import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '@sp/engine'
import { openSources } from '@sp/log-reader'
import { Masker } from '@sp/masking'
import { type TrainBundleOptions, trainBundle } from '../src/training/train-bundle.js'

/** Settings with which a bundle is trained in seconds. */
export const SMALL = {
  masker: Masker.create(),
  deeplogWindow: 10,
  deeplogEpochs: 8,
  budget: 0.02,
  sessionBudget: 0.05,
  sessionKey: 'job-\\d+',
  seriesNetwork: 'never' as const,
}

/** Lines of jobs, one after the other, with a heartbeat after each; how long they take and how often they write varies. */
export function jobLines(from: number, to: number): string[] {
  const lines: string[] = []
  const random = seededRandom(from)
  let time = Date.UTC(2026, 2, 1) + 60_000 * from
  function say(process: string, message: string): void {
    time += 500 + 1000 * random.integer(9)
    lines.push(`${new Date(time).toISOString().slice(0, 19)}Z web-1 ${process}: ${message}`)
  }
  for (let job = from; job < to; job++) {
    const steps = ['queued', 'started', ...Array.from({ length: 1 + random.integer(3) }, () => 'wrote a block'), 'done']
    for (const step of steps) say('app[42]', `job-${job} ${step} in ${random.integer(50)} ms`)
    say('beat[7]', `all ${3 + random.integer(2)} disks are well`)
  }
  return lines
}

/** Writes a log of jobs. */
export function writeJobs(folder: string, name: string, lines: readonly string[]): string {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, name)
  writeFileSync(path, lines.join('\n') + '\n')
  return path
}

/** Trains a small bundle on jobs 0 to 600. */
export async function trainSmall(folder: string, options: Partial<TrainBundleOptions> = {}): Promise<string> {
  const normal = writeJobs(folder, 'normal.log', jobLines(0, 600))
  const path = join(folder, 'bundle')
  await trainBundle(await openSources([normal]), path, { ...SMALL, ...options })
  return path
}
