import { OnnxExportError } from './errors.js'

/** A protobuf message as its fields; each may stand several times. Messages inside are read when asked for. */
export class ProtobufReader {
  readonly #fields = new Map<number, (bigint | Uint8Array)[]>()

  /**
   * Reads the fields of one message.
   * @throws {OnnxExportError} `bad-model` when the bytes are cut off or no protobuf
   */
  constructor(bytes: Uint8Array) {
    let at = 0
    function varint(): bigint {
      let value = 0n
      for (let shift = 0n; shift < 70n; shift += 7n) {
        if (at >= bytes.length) break
        const byte = bytes[at++]
        value |= BigInt(byte & 0x7f) << shift
        if (byte < 0x80) return BigInt.asIntN(64, value)
      }
      throw new OnnxExportError('bad-model', `a number at byte ${at} has no end; the file is cut off or no ONNX model`)
    }
    while (at < bytes.length) {
      const tag = Number(varint())
      const field = tag >>> 3
      let value: bigint | Uint8Array
      if ((tag & 7) === 0) value = varint()
      else {
        const length = (tag & 7) === 2 ? Number(varint()) : (tag & 7) === 5 ? 4 : (tag & 7) === 1 ? 8 : NaN
        if (!(length >= 0) || at + length > bytes.length) {
          throw new OnnxExportError('bad-model', `field ${field} before byte ${at} is cut off or no protobuf`)
        }
        value = bytes.subarray(at, at + length)
        at += length
      }
      const values = this.#fields.get(field)
      if (values) values.push(value)
      else this.#fields.set(field, [value])
    }
  }

  /** Whole numbers of a field, packed or not. */
  integers(field: number): bigint[] {
    return this.#values(field).flatMap((value) =>
      typeof value === 'bigint' ? [value] : new ProtobufReader(packedAsField(value)).integers(1),
    )
  }

  /** The last whole number of a field, or 0. */
  integer(field: number): number {
    return Number(this.integers(field).at(-1) ?? 0n)
  }

  /** 32-bit floats of a field, packed or not. */
  floats(field: number): number[] {
    return this.messages(field).flatMap((bytes) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      return Array.from({ length: bytes.byteLength / 4 }, (_, i) => view.getFloat32(4 * i, true))
    })
  }

  /** Texts of a field. */
  texts(field: number): string[] {
    return this.messages(field).map((bytes) => new TextDecoder().decode(bytes))
  }

  /** The last text of a field, or `''`. */
  text(field: number): string {
    return this.texts(field).at(-1) ?? ''
  }

  /** Bytes of a field: texts, packed numbers or messages. */
  messages(field: number): Uint8Array[] {
    return this.#values(field).filter((value) => typeof value !== 'bigint')
  }

  #values(field: number): (bigint | Uint8Array)[] {
    return this.#fields.get(field) ?? []
  }
}

/** Packed numbers read as repeated field 1: a tag byte before each number. */
function packedAsField(packed: Uint8Array): Uint8Array {
  const bytes: number[] = []
  let starts = true
  for (const byte of packed) {
    if (starts) bytes.push(8)
    bytes.push(byte)
    starts = byte < 0x80
  }
  return Uint8Array.from(bytes)
}
