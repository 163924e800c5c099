import type { TemplateDiff, TemplateHealth } from '@sp/drain'
import type { OpenedTemplates, TemplateSurvey } from '@sp/pipeline'
import { visibleText } from '@sp/report'
import { number, percent, table } from './text.js'

type Template = OpenedTemplates['templates'][number]

/** A list of templates, how many there are, and whether they look right. */
export function listText(templates: readonly Template[], found: number, health: TemplateHealth): string {
  const rows = templates.map(templateRow)
  const rest = found > templates.length ? [`… and ${number(found - templates.length)} more`] : []
  const list = rows.length > 0 ? table([['count', 'id', 'template'], ...rows], ALIGN) : 'no template fits'
  return [[list, ...rest].join('\n'), healthText(health)].join('\n\n')
}

const ALIGN = ['right', 'left', 'left'] as const

function templateRow({ id, text, count }: Template): string[] {
  return [number(count), id, visibleText(text)]
}

/** One line: how many templates, and every sign that something is wrong with them. */
function healthText({ lines, templates, singletons, isExploding, catchAlls, overMerged }: TemplateHealth): string {
  const isFine = !isExploding && catchAlls.length === 0
  const share = lines === 0 ? '' : ` (${percent(singletons / lines)} of the lines)`
  return [
    `${isFine ? 'healthy' : 'not healthy'}: ${number(templates)} templates of ${number(lines)} lines`,
    ...(isExploding ? ['more than a fifth of the lines have one of their own: add masks for what varies'] : []),
    `${number(singletons)} seen once${share}`,
    ...(catchAlls.length > 0 ? [`say nothing: ${idsOf(catchAlls)}`] : []),
    ...(overMerged.length > 0 ? [`hardly a word: ${idsOf(overMerged)}`] : []),
  ].join('; ')
}

const MOST_IDS = 5

function idsOf(templates: readonly Template[]): string {
  const rest = templates.length > MOST_IDS ? ` and ${templates.length - MOST_IDS} more` : ''
  const ids = templates.slice(0, MOST_IDS).map(({ id }) => id)
  return ids.join(', ') + rest
}

/** What is known of one template. */
export interface TemplateDetails {
  readonly template: Template
  readonly earlierIds: readonly string[]
  readonly kinds: readonly { readonly text: string; readonly count: number }[] | null
  readonly survey: TemplateSurvey | null
}

/** One template with its history, what it was merged from, examples and parameters. */
export function templateText({ template, earlierIds, kinds, survey }: TemplateDetails): string {
  const parts = [`${template.id}  ${visibleText(template.text)}\n${number(template.count)} lines${spanText(survey)}`]
  if (earlierIds.length > 0) parts.push(`earlier ids: ${earlierIds.join(', ')}`)
  if (kinds && kinds.length > 1)
    parts.push(`merged from ${number(kinds.length)} kinds of messages\n${kindsText(kinds)}`)
  if (survey && survey.parameters.length > 0) parts.push(parametersText(survey))
  if (survey && survey.examples.length > 0) parts.push(examplesText(survey))
  return parts.join('\n\n')
}

function spanText(survey: TemplateSurvey | null): string {
  if (!survey || survey.firstTime === null || survey.lastTime === null) return ''
  return `, from ${timeText(survey.firstTime)} to ${timeText(survey.lastTime)}`
}

function timeText(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ')
}

const MOST_KINDS = 20

function kindsText(kinds: NonNullable<TemplateDetails['kinds']>): string {
  const rows = kinds.slice(0, MOST_KINDS).map(({ text, count }) => [number(count), visibleText(text)])
  const rest = kinds.length > MOST_KINDS ? [`… and ${number(kinds.length - MOST_KINDS)} more`] : []
  return [table(rows, ['right', 'left']), ...rest].join('\n')
}

function parametersText({ parameters, unfitting }: TemplateSurvey): string {
  const rows = parameters.map(({ types, values, samples }, place) => [
    String(place + 1),
    types.map(({ type, count }) => (types.length > 1 ? `${type} ${number(count)}` : type)).join(', '),
    number(values),
    samples.map(({ value, count }) => `${visibleText(value) || '(empty)'} ${number(count)}`).join(', '),
  ])
  const header = ['place', 'type', 'values', 'the most frequent, and how often']
  const rest = unfitting > 0 ? [`${number(unfitting)} lines have more or fewer values`] : []
  return [table([header, ...rows], ['right', 'left', 'right', 'left']), ...rest].join('\n')
}

function examplesText({ examples }: TemplateSurvey): string {
  // People and editors count lines from 1.
  return examples
    .map(({ source, line, raw }) => {
      const [first] = raw.split('\n', 1)
      return `${source}:${line + 1}\n    ${visibleText(first)}`
    })
    .join('\n')
}

/** How two tables of templates differ. */
export function diffText({ added, removed, merged, shifted, unchanged }: TemplateDiff): string {
  const parts = [
    section('added', added.map(templateRow)),
    section('removed', removed.map(templateRow)),
    ...merged.map(({ into, from }) => {
      return section(`became ${into.id}  ${visibleText(into.text)}`, from.map(templateRow))
    }),
    section(
      'share of the lines doubled or halved',
      shifted.map(({ id, text, before, after, change }) => {
        return [`${number(before)} → ${number(after)} (× ${(2 ** change).toPrecision(2)})`, id, visibleText(text)]
      }),
    ),
  ]
  const counts = `${added.length} added, ${removed.length} removed, ${merged.length} merged, ${shifted.length} shifted, `
  return [...parts.filter((part) => part !== ''), `${counts}${unchanged} unchanged`].join('\n\n')
}

function section(title: string, rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? '' : `${title}\n${table(rows, ALIGN)}`
}
