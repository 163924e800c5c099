import { type FileHandle, open } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import {
  type AsyncBuffer,
  type DecodedArray,
  type FileMetaData,
  flatten,
  parquetMetadataAsync,
  parquetRead,
} from 'hyparquet'
import { readFully } from './atomic-file.js'
import { LogTableError } from './errors.js'

/** Rows `start <= row < end`. */
export interface RowRange {
  readonly start: number
  readonly end: number
}

/**
 * An open parquet file with flat columns, read row group by row group and only the columns asked for.
 * Times come as milliseconds (a float keeps the microseconds), JSON as text.
 */
export class ParquetInput {
  readonly #path: string
  readonly #handle: FileHandle
  readonly #file: AsyncBuffer
  readonly #metadata: FileMetaData

  private constructor(path: string, handle: FileHandle, file: AsyncBuffer, metadata: FileMetaData) {
    this.#path = path
    this.#handle = handle
    this.#file = file
    this.#metadata = metadata
  }

  /**
   * Opens a file and reads its footer.
   * @throws {LogTableError} `missing-file`, `read-failed`, `not-parquet`
   */
  static async open(path: string): Promise<ParquetInput> {
    const handle = await openForReading(path)
    try {
      const file = await fileBuffer(handle)
      const metadata = await parquetMetadataAsync(file, { parsers: PARSERS }).catch((cause: unknown) => {
        throw readError(path, cause)
      })
      return new ParquetInput(path, handle, file, metadata)
    } catch (error) {
      await handle.close()
      throw readError(path, error)
    }
  }

  /** Rows of the file. */
  get rowCount(): number {
    return Number(this.#metadata.num_rows)
  }

  /** Names of the top-level columns, in the order of the file. */
  get columnNames(): readonly string[] {
    return this.#metadata.schema.filter((_, index) => index > 0).map(({ name }) => name)
  }

  /** Whether a column holds JSON. */
  isJson(name: string): boolean {
    return this.#metadata.schema.some((element) => element.name === name && element.converted_type === 'JSON')
  }

  /** Rows of each row group. */
  get rowGroups(): readonly RowRange[] {
    let end = 0
    return this.#metadata.row_groups.map(({ num_rows }) => {
      const start = end
      end += Number(num_rows)
      return { start, end }
    })
  }

  /** The values of some columns in the rows of one row group, nulls as `null` or `undefined`. */
  async readColumns(names: readonly string[], { start, end }: RowRange): Promise<Map<string, DecodedArray>> {
    if (names.length === 0) return new Map()
    const pages = new Map<string, { rowStart: number; pages: DecodedArray[] }>()
    await parquetRead({
      file: this.#file,
      metadata: this.#metadata,
      columns: [...names],
      rowStart: start,
      rowEnd: end,
      parsers: PARSERS,
      compressors: COMPRESSORS,
      onChunk: ({ columnName, columnData, rowStart }) => {
        const column = pages.get(columnName)
        if (column) column.pages.push(columnData)
        else pages.set(columnName, { rowStart, pages: [columnData] })
      },
    }).catch((cause: unknown) => {
      throw readError(this.#path, cause)
    })
    return new Map(
      Array.from(pages, ([name, column]) => {
        const values = flatten(column.pages)
        const from = start - column.rowStart
        return [name, from === 0 && values.length === end - start ? values : values.slice(from, from + end - start)]
      }),
    )
  }

  /** Closes the file; safe to call twice. */
  close(): Promise<void> {
    return this.#handle.close()
  }
}

const decoder = new TextDecoder()

/** hyparquet brings snappy itself. */
const COMPRESSORS = { GZIP: (bytes: Uint8Array) => gunzipSync(bytes) }

const PARSERS = {
  timestampFromMilliseconds: (millis: bigint) => Number(millis),
  timestampFromMicroseconds: (micros: bigint) => Number(micros) / 1e3,
  timestampFromNanoseconds: (nanos: bigint) => Number(nanos) / 1e6,
  stringFromBytes: (bytes?: Uint8Array) => bytes && decoder.decode(bytes),
  jsonFromBytes: (bytes?: Uint8Array) => bytes && decoder.decode(bytes),
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (error) {
    throw readError(path, error)
  }
}

async function fileBuffer(handle: FileHandle): Promise<AsyncBuffer> {
  const { size } = await handle.stat()
  return {
    byteLength: size,
    async slice(start, end = size) {
      const bytes = new Uint8Array(end - start)
      await readFully(handle, bytes, start)
      return bytes.buffer
    },
  }
}

/** Tells what the system said from what the decoder said: only the first carries an error number. */
function readError(path: string, cause: unknown): LogTableError {
  if (cause instanceof LogTableError) return cause
  const { code, errno, message } = cause as NodeJS.ErrnoException
  if (code === 'ENOENT') return new LogTableError('missing-file', `there is no file ${path}; check the path`, { cause })
  if (code === 'EISDIR') return new LogTableError('read-failed', `${path} is a folder; give a parquet file`, { cause })
  if (errno !== undefined) {
    const advice = 'check its permissions and the disk'
    return new LogTableError('read-failed', `cannot read ${path} (${message}); ${advice}`, { cause })
  }
  const seen = `${path} is not a parquet file, or is cut off (${message})`
  return new LogTableError('not-parquet', `${seen}; write it anew or give another file`, { cause })
}
