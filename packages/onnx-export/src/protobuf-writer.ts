/**
 * Writes protobuf messages field by field (https://protobuf.dev/programming-guides/encoding). ONNX needs three of its
 * wire types and nine small messages: less code than a schema for a general library, and no dependency.
 */
export class ProtobufWriter {
  readonly #chunks: Uint8Array[] = []
  #length = 0

  /** A whole number, also negative (ten bytes then). */
  integer(field: number, value: number | bigint): this {
    return this.#varint(field << 3).#varint(value)
  }

  /** A 32-bit float. */
  float(field: number, value: number): this {
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setFloat32(0, value, true)
    return this.#varint((field << 3) | 5).#append(bytes)
  }

  /** Text as UTF-8. */
  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value))
  }

  /** Bytes, kept by reference until `finish`. */
  bytes(field: number, value: Uint8Array): this {
    return this.#varint((field << 3) | 2)
      .#varint(value.length)
      .#append(value)
  }

  /** A message inside this one. */
  message(field: number, message: ProtobufWriter): this {
    this.#varint((field << 3) | 2).#varint(message.#length)
    for (const chunk of message.#chunks) this.#append(chunk)
    return this
  }

  /** The message in one piece. */
  finish(): Uint8Array {
    const result = new Uint8Array(this.#length)
    let at = 0
    for (const chunk of this.#chunks) {
      result.set(chunk, at)
      at += chunk.length
    }
    return result
  }

  #varint(value: number | bigint): this {
    let rest = BigInt.asUintN(64, BigInt(value))
    const bytes: number[] = []
    do {
      bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0))
      rest >>= 7n
    } while (rest > 0n)
    return this.#append(Uint8Array.from(bytes))
  }

  #append(chunk: Uint8Array): this {
    this.#chunks.push(chunk)
    this.#length += chunk.length
    return this
  }
}
