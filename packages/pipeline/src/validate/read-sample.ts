import { RecordFeed, type LogLayout } from '@sp/log-reader'

/** A record of a log as plain text. */
export interface SampleRecord {
  /** The whole record, its lines joined by `\n`. */
  readonly raw: string
  /** What follows the header. */
  readonly message: string
  /** Milliseconds since 1970, NaN where it has none. */
  readonly time: number
  readonly host: string
  readonly process: string
}

/** The records of a text, read as logs of these layouts are. */
export async function readSample(text: string, layouts: readonly LogLayout[]): Promise<SampleRecord[]> {
  const feed = RecordFeed.open('sample', { layouts })
  const batches = [...(await feed.push(Buffer.from(text))), ...(await feed.flush())]
  return batches.flatMap((batch) =>
    Array.from({ length: batch.rowCount }, (_, row) => ({
      raw: batch.raw.at(row),
      message: batch.message.at(row),
      time: batch.timestamp[row],
      host: batch.host.at(row) ?? '',
      process: batch.process.at(row) ?? '',
    })),
  )
}
