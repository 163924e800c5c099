import { readRecords, type Source } from '@sp/log-reader'
import { PipelineError } from './errors.js'
import type { LogSegment, ParseLogOptions } from './parse-log.js'
import type { RunControl } from './progress.js'

/** Which lines teach what is normal, and which are judged by it. */
export interface TrainingSplit {
  readonly normal: readonly LogSegment[]
  readonly target: readonly LogSegment[]
}

/** Records kept of a source to find the cut; above this every second one is dropped, so memory stays bounded. */
const MAX_SAMPLES = 1 << 18

/**
 * Takes the first part of a log as normal. Several sources are cut at one moment, so that a rotated older file
 * teaches and the current one is judged; a single source, or sources without times, at a share of their records.
 * @param share part taken as normal, 0 < share < 1
 * @throws {PipelineError} `bad-options` for another share, `too-little-data` when either side would be empty
 */
export async function splitForTraining(
  sources: readonly Source[],
  share: number,
  options: RunControl & { readonly reading?: ParseLogOptions['reading'] },
): Promise<TrainingSplit> {
  if (!(share > 0 && share < 1)) {
    throw new PipelineError('bad-options', `training share ${share}, expected above 0 and below 1`)
  }
  const samples: SourceSample[] = []
  for (const source of sources) samples.push(await sampleSource(source, options))
  const cutTime = samples.length > 1 && samples.every((sample) => sample.isTimed) ? timeAtShare(samples, share) : NaN
  const normal: LogSegment[] = []
  const target: LogSegment[] = []
  for (const sample of samples) {
    const cut = Number.isNaN(cutTime) ? sample.lineAtShare(share) : sample.lineAtTime(cutTime)
    if (cut > 0) normal.push({ source: sample.source, toLine: cut })
    if (cut < Infinity) target.push({ source: sample.source, fromLine: cut })
  }
  if (normal.length === 0 || target.length === 0) {
    const records = samples.reduce((sum, sample) => sum + sample.records, 0)
    throw new PipelineError(
      'too-little-data',
      `${records} records cannot be split into a normal part and a part to judge; ` +
        'give a longer log, or normal logs with --train',
    )
  }
  return { normal, target }
}

/** Line numbers and times of evenly spaced records of one source. */
class SourceSample {
  records = 0
  #every = 1
  #lines: number[] = []
  #times: number[] = []

  constructor(readonly source: Source) {}

  add(line: number, time: number): void {
    if (this.records++ % this.#every !== 0) return
    this.#lines.push(line)
    this.#times.push(time)
    if (this.#lines.length < MAX_SAMPLES) return
    this.#every *= 2
    this.#lines = this.#lines.filter((_, i) => i % 2 === 0)
    this.#times = this.#times.filter((_, i) => i % 2 === 0)
  }

  get isTimed(): boolean {
    return this.times.length > this.#times.length / 2
  }

  get times(): number[] {
    return this.#times.filter((time) => !Number.isNaN(time))
  }

  /** Records that one sample stands for. */
  get weight(): number {
    return this.#every
  }

  lineAtShare(share: number): number {
    return this.#lines[Math.floor(this.#lines.length * share)] ?? 0
  }

  lineAtTime(time: number): number {
    const index = this.#times.findIndex((sampled) => sampled >= time)
    return index < 0 ? Infinity : index === 0 ? 0 : this.#lines[index]
  }
}

async function sampleSource(
  source: Source,
  { reading, onProgress, signal }: RunControl & { readonly reading?: ParseLogOptions['reading'] },
): Promise<SourceSample> {
  const sample = new SourceSample(source)
  for await (const batch of readRecords(source, { ...reading, signal })) {
    signal?.throwIfAborted()
    for (let row = 0; row < batch.rowCount; row++) sample.add(batch.lineNo[row], batch.timestamp[row])
    onProgress?.({
      step: 'surveying',
      done: source.bytesRead,
      total: source.sizeBytes,
      unit: 'bytes',
      records: sample.records,
    })
  }
  return sample
}

function timeAtShare(samples: readonly SourceSample[], share: number): number {
  const weighted = samples.flatMap((sample) => sample.times.map((time) => ({ time, weight: sample.weight })))
  weighted.sort((a, b) => a.time - b.time)
  let remaining = share * weighted.reduce((sum, { weight }) => sum + weight, 0)
  for (const { time, weight } of weighted) {
    remaining -= weight
    if (remaining < 0) return time
  }
  return Infinity
}
