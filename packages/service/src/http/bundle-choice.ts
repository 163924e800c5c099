import { realpath, stat } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { z } from 'zod'
import { ServiceError } from '../errors.js'
import { quoted } from '../surroundings.js'

/** The name of a bundle: of a folder beside the one in use. */
export const BundleName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'the name of a folder beside the bundle, without a path')

/** Which bundles may be swapped in: the one the service was started with, read again, and those in one folder. */
export class BundleChoice {
  readonly #started: string
  readonly #folder: string

  /** A choice of bundles. @param folder where bundles may lie, default that of the bundle */
  constructor(started: string, folder = dirname(started)) {
    this.#started = started
    this.#folder = folder
  }

  /**
   * Where a bundle lies.
   * @param name default: the one the service was started with
   * @throws {ServiceError} `bad-bundle-name` when there is none of that name, or it lies elsewhere by a symlink
   */
  async pathOf(name?: string): Promise<string> {
    if (name === undefined) return this.#started
    const wanted = join(this.#folder, name)
    const [root, real] = await Promise.all([realpath(this.#folder), realpath(wanted).catch(() => null)])
    const isInside = real !== null && !relative(root, real).startsWith('..') && real !== root
    const isFolder = isInside && (await stat(real)).isDirectory()
    if (!isFolder)
      throw new ServiceError('bad-bundle-name', `there is no bundle ${quoted(name)} in the folder of bundles`)
    return wanted
  }
}
