import { LogReaderError } from './errors.js'
import { hdfsFormat } from './formats/hdfs.js'
import { isoFormat } from './formats/iso.js'
import { log4jFormat } from './formats/log4j.js'
import { plainFormat } from './formats/plain.js'
import { syslogFormat } from './formats/syslog.js'
import type { HeaderFormat } from './header-format.js'

/** The known formats, the most specific first: of two that fit a source equally well the earlier one is taken. */
export const HEADER_FORMATS: readonly HeaderFormat[] = [hdfsFormat, log4jFormat, syslogFormat, isoFormat, plainFormat]

/** Name, description and examples of every known format, for help texts. */
export function describeFormats(): readonly Pick<HeaderFormat, 'name' | 'description' | 'examples'>[] {
  return HEADER_FORMATS.map(({ name, description, examples }) => ({ name, description, examples }))
}

/**
 * The format of a name.
 * @throws {LogReaderError} `unknown-format`
 */
export function formatByName(name: string, formats: readonly HeaderFormat[]): HeaderFormat {
  const format = formats.find((candidate) => candidate.name === name)
  if (format !== undefined) return format
  const known = formats.map((candidate) => candidate.name).join(', ')
  throw new LogReaderError('unknown-format', `there is no header format "${name}"; known are ${known}`)
}
