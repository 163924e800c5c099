import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type BaseMiner, Drain, EvidenceMiner } from '@sp/drain'
import { distinctTemplates, readTable, type Template, type TemplateTable } from '@sp/log-table'
import { PipelineError } from './errors.js'
import { loadMiner } from './miner-state.js'
import { PARSE_FILES } from './parse-summary.js'

/** Templates that were learned or found earlier, and what else is known of them where they lie. */
export interface OpenedTemplates {
  /** Each template once. */
  readonly templates: TemplateTable
  /** The miner that learned them, where its state was given or lies in the folder as `drain_state.json`. */
  readonly miner: BaseMiner | null
  /** The rows with these templates, where a result folder was given: path of `parsed.parquet`. */
  readonly parsed: string | null
}

/** The name under which a state is looked for in a result folder. */
const STATE_IN_FOLDER = 'drain_state.json'

/**
 * The templates of a result folder of `parse` or `analyze`, or of a miner's state file, ours or Drain3's.
 *
 * @throws {PipelineError} `bad-folder` when a folder holds no templates, `bad-state` when a file is no state or neither
 *   exists
 */
export async function openTemplates(path: string): Promise<OpenedTemplates> {
  const found = await stat(path).catch(() => null)
  if (found === null) {
    throw new PipelineError('bad-state', `there is no ${path}; name a result folder of "sp parse" or a state file`)
  }
  if (found.isDirectory()) return openFolder(path)
  const miner = await loadMiner(path, EvidenceMiner.create())
  return { templates: distinctTemplates(miner.templates()).templates, miner, parsed: null }
}

/**
 * The ids of the first templates → the ids that the same messages have among the second, where a miner tells: that of
 * the second by its history, or by the kinds of messages of both.
 */
export function renamedTemplates(before: OpenedTemplates, after: OpenedTemplates): ReadonlyMap<string, string> {
  if (!(after.miner instanceof EvidenceMiner)) return new Map()
  const byKinds = before.miner instanceof EvidenceMiner ? after.miner.renamed(before.miner.snapshot()) : []
  return new Map([...after.miner.history(), ...byKinds])
}

/** How the parameters of templates are to be taken from messages: as the miner that made them would. */
export function extractOptionsOf({ templates, miner }: OpenedTemplates) {
  if (miner instanceof Drain) return { miner: 'drain', ...miner.settings } as const
  const isDrain = templates.some(({ id }) => /^n?\d+$/.test(id))
  return isDrain ? ({ miner: 'drain' } as const) : {}
}

async function openFolder(path: string): Promise<OpenedTemplates> {
  const table = join(path, PARSE_FILES.templates)
  const {
    template_id: ids,
    template: texts,
    count: counts,
  } = await readTable(table).catch((cause) => {
    const message = `no ${PARSE_FILES.templates} that can be read in ${path}; run "sp parse" into it first`
    throw new PipelineError('bad-folder', message, { cause })
  })
  if (ids === undefined || texts === undefined || counts === undefined) {
    throw new PipelineError('bad-folder', `${table} lacks template_id, template or count; run "sp parse" again`)
  }
  const templates = Array.from(ids, (id, row): Template => {
    return { id: String(id), text: String(texts[row]), count: Number(counts[row]) }
  })
  const state = join(path, STATE_IN_FOLDER)
  const miner = (await isFile(state)) ? await loadMiner(state, EvidenceMiner.create()) : null
  const parsed = join(path, PARSE_FILES.parsed)
  return { templates, miner, parsed: (await isFile(parsed)) ? parsed : null }
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() === true
}
