import type { ColumnChunk, CompressionCodec, SchemaElement } from 'hyparquet'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import { snappyCompress } from 'hyparquet-writer/src/snappy.js'
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

  /** Writes one column of a row group that was begun earlier. */
  async writeColumn(
    group: number,
    column: EncodedColumn,
    { name, codec }: { readonly name: string; readonly codec: 'SNAPPY' | 'UNCOMPRESSED' },
  ): Promise<void> {
    const element = this.#schema.find((candidate) => candidate.name === name)
    if (!element?.type) throw new TypeError(`no column ${name} in the schema`)
    const start = this.#file.size
    let uncompressedSize = 0
    const writePage = async (header: (sizes: readonly [number, number]) => Uint8Array, body: Uint8Array) => {
      const compressed = codec === 'SNAPPY' ? snappyCompress(body) : body
      const head = header([body.length, compressed.length])
      await this.#file.append(head)
      await this.#file.append(compressed)
      uncompressedSize += head.length + body.length
    }
    const { dictionary } = column
    if (dictionary) await writePage((sizes) => dictionaryPageHeader(sizes, dictionary.count), dictionary.bytes)
    const dataStart = this.#file.size
    await writePage((sizes) => dataPageHeader(sizes, column), column.page)
    this.#groups[group].chunks.set(name, {
      file_offset: BigInt(start),
      meta_data: {
        type: element.type,
        encodings: dictionary ? ['PLAIN', 'RLE_DICTIONARY', 'RLE'] : ['PLAIN', 'RLE'],
        path_in_schema: [name],
        codec: codec satisfies CompressionCodec,
        num_values: BigInt(column.rowCount),
        total_uncompressed_size: BigInt(uncompressedSize),
        total_compressed_size: BigInt(this.#file.size - start),
        data_page_offset: BigInt(dataStart),
        dictionary_page_offset: dictionary ? BigInt(start) : undefined,
        statistics: column.statistics,
      },
    })
  }

  /** Writes the footer and puts the file under its name. Every row group must have all its columns. */
  async commit(): Promise<void> {
    const writer = new ByteWriter()
    const footer = new ParquetWriter({ writer, schema: this.#schema, createdBy: '@sp/log-table' })
    for (const { rowCount, chunks } of this.#groups) {
      const columns = this.#schema.slice(1).map(({ name }) => chunkOf(chunks, name))
      const sizeOf = (key: 'total_uncompressed_size' | 'total_compressed_size') =>
        columns.reduce((sum, { meta_data }) => sum + (meta_data?.[key] ?? 0n), 0n)
      footer.row_groups.push({
        columns,
        num_rows: BigInt(rowCount),
        total_byte_size: sizeOf('total_uncompressed_size'),
        total_compressed_size: sizeOf('total_compressed_size'),
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

const MAGIC = Uint8Array.from([0x50, 0x41, 0x52, 0x31])

// Numbers of parquet.thrift.
const DATA_PAGE = 0
const DICTIONARY_PAGE = 2
const PLAIN = 0
const RLE = 3
const RLE_DICTIONARY = 8
// Field headers of Thrift's compact protocol: the step from the last field's number in the high half, the type below.
const NEXT_INT = 0x15
const STRUCT_AT_5 = 0x2c
const STRUCT_AT_7 = 0x4c
const END = 0

function dictionaryPageHeader(sizes: readonly [number, number], count: number): Uint8Array {
  return compactHeader(DICTIONARY_PAGE, sizes, STRUCT_AT_7, [count, PLAIN])
}

function dataPageHeader(sizes: readonly [number, number], { rowCount, dictionary }: EncodedColumn): Uint8Array {
  const encoding = dictionary ? RLE_DICTIONARY : PLAIN
  return compactHeader(DATA_PAGE, sizes, STRUCT_AT_5, [rowCount, encoding, RLE, RLE])
}

/** A PageHeader: its type and sizes, then the struct that belongs to the type. */
function compactHeader(
  type: number,
  sizes: readonly [number, number],
  structField: number,
  structInts: readonly number[],
): Uint8Array {
  const writer = new ByteWriter(64)
  appendInts(writer, [type, ...sizes])
  writer.appendUint8(structField)
  appendInts(writer, structInts)
  writer.appendUint8(END)
  writer.appendUint8(END)
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
