import { readRecords, type ReadOptions, type RecordStream } from '../src/read-records.js'
import type { ReadSummary } from '../src/read-summary.js'
import { streamSource, type Source } from '../src/source.js'

export interface PlainRecord {
  lineNo: number
  byteOffset: number
  timestamp: number | null
  host: string | null
  process: string | null
  pid: number
  severity: number
  message: string
  raw: string
}

/** Every record of a source as an object, for comparisons. */
export async function readAll(
  source: Source,
  options: ReadOptions = {},
): Promise<{ records: PlainRecord[]; summary: ReadSummary; batches: number }> {
  const stream = readRecords(source, options)
  let batches = 0
  const records = await plainRecords(stream, () => batches++)
  return { records, summary: stream.summary, batches }
}

/** Every record of a stream as an object. */
export async function plainRecords(stream: RecordStream, onBatch?: () => void): Promise<PlainRecord[]> {
  const records: PlainRecord[] = []
  for await (const batch of stream) {
    onBatch?.()
    for (let row = 0; row < batch.rowCount; row++) {
      records.push({
        lineNo: batch.lineNo[row],
        byteOffset: batch.byteOffset[row],
        timestamp: Number.isNaN(batch.timestamp[row]) ? null : batch.timestamp[row],
        host: batch.host.at(row),
        process: batch.process.at(row),
        pid: batch.pid[row],
        severity: batch.severity[row],
        message: batch.message.at(row),
        raw: batch.raw.at(row),
      })
    }
  }
  return records
}

/** A source that yields these pieces. */
export function sourceOf(...pieces: (string | Uint8Array)[]): Source {
  return datedSourceOf(null, ...pieces)
}

/** A source that yields these pieces and was last changed at this time. */
export function datedSourceOf(modifiedMs: number | null, ...pieces: (string | Uint8Array)[]): Source {
  return streamSource('memory', chunks(pieces), { modifiedMs })
}

/** Strings and bytes as a stream of bytes. */
export async function* chunks(pieces: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield typeof piece === 'string' ? Buffer.from(piece) : piece
}
