import { read } from 'node:fs'
import { open } from 'node:fs/promises'
import { promisify } from 'node:util'

const readDescriptor = promisify(read)

/** A file that can be read at any place. */
export interface OpenFile {
  /** Reads into a buffer; returns the number of bytes, 0 at the end of the file. */
  read(buffer: Buffer, offset: number, length: number, position: number): Promise<number>
  /** Gives up the file; does nothing where somebody else had opened it. */
  close(): Promise<void>
}

/**
 * The file of a path, or the one behind a descriptor: that one stays the same file when the path is given to another, as
 * happens when logs are rotated.
 */
export async function openFile(path: string, descriptor?: number): Promise<OpenFile> {
  const own = descriptor === undefined ? await open(path) : null
  const fd = descriptor ?? own!.fd
  return {
    async read(buffer, offset, length, position) {
      const { bytesRead } = await readDescriptor(fd, buffer, offset, length, position)
      return bytesRead
    },
    close: async () => own?.close(),
  }
}
