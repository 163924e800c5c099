import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { checkTemplates, EvidenceMiner } from '@sp/drain'
import { openSources } from '@sp/log-reader'
import type { TemplateTable } from '@sp/log-table'
import { Masker } from '@sp/masking'
import { parseLog } from '@sp/pipeline'

/** A log and where it lies. */
export interface WholeLog {
  readonly name: string
  readonly inputs: readonly string[]
}

/** How the templates of a log grow in number as it is read. */
export interface Growth {
  readonly lines: number
  /** Distinct templates after each tenth of the lines. */
  readonly templates: readonly number[]
  /** Templates that say nothing. */
  readonly catchAlls: number
  readonly table: TemplateTable
}

/** The whole logs among the data sets. */
export function logsOf(data: string): WholeLog[] {
  const raw = readdirSync(join(data, 'raw')).sort()
  const hadoop = readdirSync(join(data, 'hadoop_raw')).sort()[0]
  return [
    ...raw.map((name) => ({ name, inputs: [join(data, 'raw', name)] })),
    { name: 'HDFS_2percent', inputs: [join(data, 'hdfs_2percent', 'HDFS_2percent.log.gz')] },
    { name: 'Hadoop, one application', inputs: [join(data, 'hadoop_raw', hadoop)] },
  ]
}

/** Reads, masks and mines a log as the program does, and counts its templates on the way. */
export async function growthOf(inputs: readonly string[]): Promise<Growth> {
  const masker = Masker.create()
  const messages: string[] = []
  const collector = { ...NO_MINER, learn: (message: string) => messages.push(message) }
  const segments = (await openSources(inputs)).map((source) => ({ source }))
  for await (const batch of parseLog(segments, { masker, miner: collector })) void batch
  const miner = EvidenceMiner.create()
  const templates: number[] = []
  for (let tenth = 1; tenth <= 10; tenth++) {
    const from = Math.floor(((tenth - 1) * messages.length) / 10)
    for (const message of messages.slice(from, Math.floor((tenth * messages.length) / 10))) miner.learn(message)
    templates.push(new Set(miner.templates().map(({ id }) => id)).size)
  }
  const table = [...new Map(miner.templates().map((template) => [template.id, template])).values()]
  const catchAlls = checkTemplates(table).catchAlls.length
  return { lines: messages.length, templates, catchAlls, table }
}

const NO_MINER = {
  match: () => -1,
  templates: () => [],
  snapshot: () => EvidenceMiner.create().snapshot(),
}
