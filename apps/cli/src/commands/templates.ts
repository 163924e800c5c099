import type { CommandModule } from 'yargs'
import { checkTemplates, diffTemplates, EvidenceMiner } from '@sp/drain'
import {
  extractOptionsOf,
  type OpenedTemplates,
  openTemplates,
  renamedTemplates,
  surveyTemplate,
  type TemplateSurvey,
} from '@sp/pipeline'
import { UsageError } from '../errors.js'
import { outputOptions } from '../output-options.js'
import { type CommandResult, runCommand } from '../run-command.js'
import { diffText, listText, templateText } from '../templates-text.js'

interface ListFlags {
  readonly where?: string
  readonly id?: string
  readonly search?: string
  readonly regex?: string
  readonly sort: 'count' | 'id' | 'length'
  readonly limit?: number
  readonly json: boolean
}

interface DiffFlags {
  readonly before: string
  readonly after: string
  readonly json: boolean
}

/** A template as the command shows it. */
type Template = OpenedTemplates['templates'][number]

const diffCommand: CommandModule<object, DiffFlags> = {
  command: 'diff <before> <after>',
  describe: 'compare the templates of two result folders or state files',
  builder: (yargs) =>
    yargs
      .positional('before', { type: 'string', describe: 'result folder or state file' })
      .positional('after', { type: 'string', describe: 'the same, of later' })
      .option('json', outputOptions.json) as never,
  handler: (flags) =>
    runCommand(flags, async () => {
      const [before, after] = [await openTemplates(flags.before), await openTemplates(flags.after)]
      const renamed = renamedTemplates(before, after)
      const diff = diffTemplates(before.templates, after.templates, { renamed })
      return { json: diff, text: diffText(diff) }
    }),
}

/** `sp templates`: what was learned; lists, searches, shows one, compares two. */
export const templatesCommand: CommandModule<object, ListFlags> = {
  command: 'templates [where]',
  describe: 'list the templates of a result folder or a state file, or show one; "templates diff" compares two',
  builder: (yargs) =>
    yargs
      .command(diffCommand)
      .positional('where', { type: 'string', describe: 'folder of "sp parse" or "sp analyze", or a state file' })
      .option('id', { type: 'string', describe: 'show this template: its id, how that begins, or an earlier id' })
      .option('search', { type: 'string', describe: 'only templates that hold this text, in upper or lower case' })
      .option('regex', { type: 'string', describe: 'only templates that fit this regular expression' })
      .option('sort', { choices: ['count', 'id', 'length'], default: 'count', describe: 'order of the list' })
      .option('limit', { type: 'number', describe: 'show so many at most (all)' })
      .option('json', outputOptions.json) as never,
  handler: (flags) =>
    runCommand(flags, async ({ signal }) => {
      // Not demanded by yargs, which would demand it of "templates diff" too.
      if (flags.where === undefined)
        throw new UsageError('name a result folder or a state file (see "sp templates --help")')
      const opened = await openTemplates(flags.where)
      return flags.id === undefined ? listed(opened, flags) : shown(opened, flags.id, signal)
    }),
}

function listed(opened: OpenedTemplates, flags: ListFlags): CommandResult {
  const health = checkTemplates(opened.templates)
  const found = opened.templates.filter(filterFrom(flags)).sort(ORDERS[flags.sort])
  const templates = found.slice(0, limitFrom(flags))
  return { json: { templates, found: found.length, health }, text: listText(templates, found.length, health) }
}

const ORDERS: Readonly<Record<ListFlags['sort'], (a: Template, b: Template) => number>> = {
  count: (a, b) => b.count - a.count || compare(a.text, b.text),
  id: (a, b) => compare(a.id, b.id),
  length: (a, b) => b.text.length - a.text.length || compare(a.text, b.text),
}

/** By the English alphabet, the numbers in them by value: `n2` before `n10`; by code unit where that tells nothing. */
function compare(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true }) || (a < b ? -1 : a > b ? 1 : 0)
}

function limitFrom({ limit = Infinity }: ListFlags): number {
  if (limit === Infinity || (Number.isInteger(limit) && limit >= 1)) return limit
  throw new UsageError(`--limit ${limit} is no whole number from 1 on; leave it out to see all`)
}

function filterFrom({ search, regex }: ListFlags): (template: Template) => boolean {
  const wanted = search?.toLowerCase()
  const pattern = regex === undefined ? null : patternFrom(regex)
  return ({ text }) => {
    return (wanted === undefined || text.toLowerCase().includes(wanted)) && (pattern === null || pattern.test(text))
  }
}

function patternFrom(source: string): RegExp {
  try {
    return new RegExp(source, 'u')
  } catch (cause) {
    throw new UsageError(`--regex "${source}" is no regular expression (${(cause as Error).message})`)
  }
}

async function shown(opened: OpenedTemplates, id: string, signal: AbortSignal): Promise<CommandResult> {
  const miner = opened.miner instanceof EvidenceMiner ? opened.miner : null
  const history = miner?.history() ?? new Map<string, string>()
  const isHere = opened.templates.some((template) => template.id === id)
  const template = templateOf(opened, isHere ? id : (history.get(id) ?? id))
  const survey = opened.parsed && (await surveyTemplate(opened.parsed, template, optionsOf(opened, signal)))
  const details = {
    template,
    /** Ids given out earlier to what is now this template. */
    earlierIds: [...history].flatMap(([old, now]) => (now === template.id && old !== now ? [old] : [])).sort(),
    /** What was merged into it, the most frequent first; null without a state. */
    kinds: miner && kindsOf(miner, history.get(template.id) ?? template.id),
    /** What its rows show; null without rows. */
    survey: survey as TemplateSurvey | null,
  }
  return { json: details, text: templateText(details) }
}

function optionsOf(opened: OpenedTemplates, signal: AbortSignal) {
  return { extract: extractOptionsOf(opened), signal }
}

function kindsOf(miner: EvidenceMiner, id: string) {
  const kinds = miner.kinds().filter((kind) => kind.id === id)
  return kinds.sort(ORDERS.count).map(({ text, count }) => ({ text, count }))
}

function templateOf({ templates }: OpenedTemplates, id: string): Template {
  const exact = templates.find((template) => template.id === id)
  const [found, another] = exact ? [exact] : templates.filter((template) => template.id.startsWith(id))
  if (found !== undefined && another === undefined) return found
  throw new UsageError(
    found === undefined
      ? `no template has the id ${id}; "sp templates" without --id lists them`
      : `several ids begin with ${id}, such as ${found.id} and ${another.id}; write more of it`,
  )
}
