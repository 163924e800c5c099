import { LogReaderError } from './errors.js'
import { androidFormat } from './formats/android.js'
import { apacheAccessFormat, apacheErrorFormat, nginxErrorFormat } from './formats/apache.js'
import { bglFormat } from './formats/bgl.js'
import { dmesgFormat, dmesgTimeFormat } from './formats/dmesg.js'
import { hdfsFormat } from './formats/hdfs.js'
import { healthAppFormat } from './formats/healthapp.js'
import { isoFormat } from './formats/iso.js'
import { journalExportFormat, journalJsonFormat } from './formats/journal.js'
import { jsonFormat } from './formats/json.js'
import { klogFormat } from './formats/klog.js'
import { log4jFormat } from './formats/log4j.js'
import { logfmtFormat } from './formats/logfmt.js'
import { openstackFormat } from './formats/openstack.js'
import { plainFormat } from './formats/plain.js'
import { proxifierFormat } from './formats/proxifier.js'
import { rfc5424Format } from './formats/rfc5424.js'
import { sparkFormat } from './formats/spark.js'
import { syslogFormat } from './formats/syslog.js'
import type { HeaderFormat } from './header-format.js'

/** The known formats, the most specific first: of two that fit a source equally well the earlier one is taken. */
export const HEADER_FORMATS: readonly HeaderFormat[] = [
  journalExportFormat,
  journalJsonFormat,
  jsonFormat,
  rfc5424Format,
  bglFormat,
  hdfsFormat,
  sparkFormat,
  healthAppFormat,
  proxifierFormat,
  openstackFormat,
  androidFormat,
  klogFormat,
  nginxErrorFormat,
  apacheErrorFormat,
  apacheAccessFormat,
  dmesgTimeFormat,
  dmesgFormat,
  log4jFormat,
  syslogFormat,
  isoFormat,
  logfmtFormat,
  plainFormat,
]

/** The known formats behind a user's own; one of these with the name of a known one replaces it. */
export function candidateFormats(own: readonly HeaderFormat[]): readonly HeaderFormat[] {
  const names = new Set(own.map((format) => format.name))
  return [...own, ...HEADER_FORMATS.filter((format) => !names.has(format.name))]
}

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
