import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The systems of Loghub-2k that the settings were chosen on; the others show whether they carry over. */
export const TUNED_SYSTEMS = ['HDFS', 'BGL', 'Linux', 'Spark', 'Mac'] as const

/** The ones that nothing was chosen on. */
export const UNTUNED_SYSTEMS = ['Hadoop', 'HealthApp', 'Apache', 'Proxifier', 'OpenStack'] as const

/** A line of Loghub-2k: its message and the template that people gave it. */
export interface LabelledLine {
  readonly content: string
  readonly template: string
}

/** The labelled lines of a system: with the templates of Khan et al. (ICSE 2022), or with the original ones. */
export function readLoghub(data: string, system: string, truth: 'corrected' | 'original'): LabelledLine[] {
  const suffix = truth === 'corrected' ? '_corrected' : ''
  const path = join(data, 'loghub2k', system, `${system}_2k.log_structured${suffix}.csv`)
  const [header, ...rows] = parseCsv(readFileSync(path, 'utf8'))
  const content = header.indexOf('Content')
  const template = header.indexOf('EventTemplate')
  return rows.map((row) => ({ content: row[content], template: row[template] }))
}

/** The rows of a CSV text; quoted fields may hold commas, line ends and doubled quotes. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]]
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? bare)
    if (end !== ',') rows.push([])
  }
  return rows.filter((row) => row.length > 1)
}
