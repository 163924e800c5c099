import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { ColumnChunk, SchemaElement } from 'hyparquet'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import { AtomicFile } from './atomic-file.js'
import type { EncodedColumn } from './encoded-column.js'

/**
 * A parquet file being written column chunk by column chunk, in any order: parquet keeps the places of the chunks
 * in the footer, so a column whose values are known late can be written after all row groups.
 * Chunks have one data page (version 1, which every reader knows). The footer is hyparquet-writer's.
 */
export class ParquetOutput {
  readonly #file: AtomicFile
  readonly #schema: SchemaElement[]
  readonly #groups: { readonly rowCount: number; readonly chunks: Map<string, ColumnChunk> }[] = []

  private constructor(file: AtomicFile, schema: SchemaElement[]) {
    this.#file = file
    this.#schema = schema
  }

  /**
   * Opens the file.
   * @param columns flat columns, in the order readers shall see them
   * @throws {LogTableError} `write-failed`
   */
  static async create(path: string, columns: readonly SchemaElement[]): Promise<ParquetOutput> {
    const file = await AtomicFile.create(path)
    await file.append(MAGIC)
    return new ParquetOutput(file, [{ name: 'schema', num_children: columns.length }, ...columns])
  }

  /** Begins a row group; its number is what `writeColumn` takes. */
  beginRowGroup(rowCount: number): number {
    return this.#groups.push({ rowCount, chunks: new Map() }) - 1
  }

  /**
   * Writes columns of a row group that was begun earlier. They are compressed side by side on the thread pool, outside
   * the thread that parses, and appended in the order given.
   */
  async writeColumns(group: number, columns: Iterable<readonly [name: string, column: EncodedColumn]>): Promise<void> {
    const compressing = Array.from(columns, async ([name, column]) => {
      const { dictionary } = column
      const pages = await Promise.all([dictionary && compress(dictionaryPage(dictionary)), compress(dataPage(column))])
      return { name, column, pages }
    })
    for (const { name, column, pages } of await Promise.all(compressing)) {
      this.#groups[group].chunks.set(name, await this.#appendColumn(name, column, pages))
    }
  }

  async #appendColumn(
    name: string,
    { dictionary, rowCount, statistics }: EncodedColumn,
    [dictionaryBytes, dataBytes]: readonly [StoredPage | undefined, StoredPage],
  ): Promise<ColumnChunk> {
    const element = this.#schema.find((candidate) => candidate.name === name)
    if (!element?.type) throw new TypeError(`no column ${name} in the schema`)
    const start = this.#file.size
    if (dictionaryBytes) await this.#file.append(dictionaryBytes.bytes)
    const dataStart = this.#file.size
    await this.#file.append(dataBytes.bytes)
    return {
      file_offset: BigInt(start),
      meta_data: {
        type: element.type,
        encodings: dictionary ? ['PLAIN', 'RLE_DICTIONARY', 'RLE'] : ['PLAIN', 'RLE'],
        path_in_schema: [name],
        codec: 'GZIP',
        num_values: BigInt(rowCount),
        total_uncompressed_size: BigInt((dictionaryBytes?.plainSize ?? 0) + dataBytes.plainSize),
        total_compressed_size: BigInt(this.#file.size - start),
        data_page_offset: BigInt(dataStart),
        dictionary_page_offset: dictionary ? BigInt(start) : undefined,
        statistics,
      },
    }
  }

  /** Writes the footer and puts the file under its name. Every row group must have all its columns. */
  async commit(): Promise<void> {
    const writer = new ByteWriter()
    const footer = new ParquetWriter({ writer, schema: this.#schema, createdBy: '@sp/log-table' })
    for (const { rowCount, chunks } of this.#groups) {
      const columns = this.#schema.slice(1).map(({ name }) => chunkOf(chunks, name))
      footer.row_groups.push({
        columns,
        num_rows: BigInt(rowCount),
        total_byte_size: sumOf(columns, 'total_uncompressed_size'),
        total_compressed_size: sumOf(columns, 'total_compressed_size'),
      })
      footer.num_rows += BigInt(rowCount)
    }
    await footer.finish()
    await this.#file.append(writer.getBytes().subarray(MAGIC.length))
    await this.#file.commit()
  }

  /** Removes what was written. Does nothing the second time, or after `commit`. */
  discard(): Promise<void> {
    return this.#file.discard()
  }
}

interface Page {
  readonly kind: keyof typeof PAGE_KINDS
  readonly body: Uint8Array
  /** The fields of the header's part for this kind of page. */
  readonly ints: readonly number[]
}

/** A page as it stands in the file. */
interface StoredPage {
  readonly bytes: Uint8Array
  /** Size it would have uncompressed, header and all. */
  readonly plainSize: number
}

const gzipOnThreadPool = promisify(gzip)

/**
 * Every page goes through gzip: of all codecs parquet readers know it is the one that Node.js compresses natively and
 * outside the calling thread. Level 1 is quickest and already finds what log lines repeat (bench/parquet.ts).
 */
async function compress({ kind, body, ints }: Page): Promise<StoredPage> {
  const stored = await gzipOnThreadPool(body, { level: 1, chunkSize: chunkSizeFor(body) })
  const header = pageHeader(kind, [body.length, stored.length], ints)
  return { bytes: Buffer.concat([header, stored]), plainSize: header.length + body.length }
}

/**
 * The compressor comes back to the calling thread for each chunk of what it has made: by default so often that half of
 * its time would pass there. An eighth of a page is mostly all that is left of it.
 */
function chunkSizeFor({ length }: Uint8Array): number {
  return Math.min(Math.max(length >> 3, 1024), 2 ** 20)
}

const MAGIC = Uint8Array.from([0x50, 0x41, 0x52, 0x31])

// Numbers of parquet.thrift. A field of Thrift's compact protocol begins with one byte: the step from the last
// field's number in the high half, the type in the low.
const PAGE_KINDS = { data: { type: 0, structField: 0x2c }, dictionary: { type: 2, structField: 0x4c } }
const PLAIN = 0
const RLE = 3
const RLE_DICTIONARY = 8
const NEXT_INT = 0x15
const END_OF_STRUCT = 0

function dictionaryPage({ bytes, count }: NonNullable<EncodedColumn['dictionary']>): Page {
  return { kind: 'dictionary', body: bytes, ints: [count, PLAIN] }
}

function dataPage({ page, rowCount, dictionary }: EncodedColumn): Page {
  return { kind: 'data', body: page, ints: [rowCount, dictionary ? RLE_DICTIONARY : PLAIN, RLE, RLE] }
}

/** A PageHeader: its type and two sizes, then the struct that belongs to the type. */
function pageHeader(kind: Page['kind'], sizes: readonly number[], ints: readonly number[]): Uint8Array {
  const { type, structField } = PAGE_KINDS[kind]
  const writer = new ByteWriter(64)
  appendInts(writer, [type, ...sizes])
  writer.appendUint8(structField)
  appendInts(writer, ints)
  writer.appendUint8(END_OF_STRUCT)
  writer.appendUint8(END_OF_STRUCT)
  return writer.getBytes()
}

function appendInts(writer: ByteWriter, values: readonly number[]): void {
  for (const value of values) {
    writer.appendUint8(NEXT_INT)
    writer.appendZigZag(value)
  }
}

function chunkOf(chunks: ReadonlyMap<string, ColumnChunk>, name: string): ColumnChunk {
  const chunk = chunks.get(name)
  if (!chunk) throw new TypeError(`column ${name} was not written in every row group`)
  return chunk
}

function sumOf(columns: readonly ColumnChunk[], size: 'total_uncompressed_size' | 'total_compressed_size'): bigint {
  return columns.reduce((sum, { meta_data }) => sum + (meta_data?.[size] ?? 0n), 0n)
}
