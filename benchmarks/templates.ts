/**
 * How right the templates are: GA, FGA, PA and FTA on Loghub-2k, one configuration for all systems, and how the number
 * of templates grows over whole logs. From the repository root: npm run bench:templates -- --data <folder>
 */
import { cpus } from 'node:os'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Drain, EvidenceMiner, type TemplateMiner } from '@sp/drain'
import { evaluateTemplates, type TemplateMetrics } from '@sp/evaluation'
import { MASK_RULES, Masker } from '@sp/masking'
import { drain3Mask } from './drain3-masks.js'
import { readLoghub, TUNED_SYSTEMS, UNTUNED_SYSTEMS } from './loghub.js'
import { growthOf, logsOf } from './template-growth.js'

const { values: flags } = parseArgs({
  options: { data: { type: 'string' }, quick: { type: 'boolean', default: false } },
})
const data = flags.data ?? process.env.SP_DATA ?? '../shared/data'

type Figures = Pick<TemplateMetrics, 'GA' | 'FGA' | 'PA' | 'FTA'>
type Truth = 'corrected' | 'original'

interface Contender {
  readonly name: string
  readonly mask: (message: string) => string
  readonly miner: () => TemplateMiner
}

const masker = Masker.create()
const CONTENDERS: readonly Contender[] = [
  { name: 'evidence miner, default masks', mask: defaultMask, miner: () => EvidenceMiner.create() },
  { name: 'evidence miner, no masks', mask: (message) => message, miner: () => EvidenceMiner.create() },
  { name: 'Drain, default masks', mask: defaultMask, miner: () => Drain.create() },
  { name: 'Drain3 defaults, no masks', mask: (message) => message, miner: () => Drain.create() },
  { name: 'Drain3 defaults, its masks', mask: drain3Mask, miner: () => Drain.create() },
]
const SYSTEMS = [...TUNED_SYSTEMS, ...UNTUNED_SYSTEMS]
const GROUPS = [
  ['tuned on', TUNED_SYSTEMS],
  ['not tuned on', UNTUNED_SYSTEMS],
  ['all', SYSTEMS],
] as const
const MASKS = new RegExp(`<(?:${MASK_RULES.map(({ type }) => type).join('|')}|:[A-Z]+:)>`, 'g')

if (!existsSync(join(data, 'loghub2k'))) {
  console.log(`no Loghub-2k in ${data}; name the folder of the data sets with --data`)
  console.log(JSON.stringify({ systems: null, mean: null, why: 'no data' }))
} else await run()

async function run(): Promise<void> {
  console.log(`npm run bench:templates -- --data ${data} · Node ${process.version} · ${cpus()[0].model}`)
  const corrected = CONTENDERS.map((contender) => evaluate(contender, 'corrected'))
  const original = CONTENDERS.map((contender) => evaluate(contender, 'original'))
  for (const [index, { name }] of CONTENDERS.entries()) {
    console.log(`\n${name}: GA FGA PA FTA, corrected truth | original truth`)
    for (const system of SYSTEMS) printRow(system, corrected[index].get(system)!, original[index].get(system)!)
    for (const [title, systems] of GROUPS) {
      printRow(title, meanOf(corrected[index], systems), meanOf(original[index], systems))
    }
  }
  const growth = flags.quick ? null : await printGrowth()
  console.log(
    JSON.stringify({
      systems: Object.fromEntries(corrected[0]),
      mean: meanOf(corrected[0], SYSTEMS),
      meanOriginal: meanOf(original[0], SYSTEMS),
      tunedMean: meanOf(corrected[0], TUNED_SYSTEMS),
      untunedMean: meanOf(corrected[0], UNTUNED_SYSTEMS),
      others: Object.fromEntries(
        CONTENDERS.slice(1).map(({ name }, index) => [
          name,
          { mean: meanOf(corrected[index + 1], SYSTEMS), meanOriginal: meanOf(original[index + 1], SYSTEMS) },
        ]),
      ),
      growth,
      ...(flags.quick ? { quick: true } : {}),
    }),
  )
}

function defaultMask(message: string): string {
  return masker.mask(message).masked
}

function evaluate({ mask, miner: create }: Contender, truth: Truth): Map<string, Figures> {
  return new Map(
    SYSTEMS.map((system) => {
      const lines = readLoghub(data, system, truth)
      const miner = create()
      const codes = lines.map(({ content }) => miner.learn(mask(content)))
      const table = miner.templates()
      const parsed = lines.map(({ template }, line) => {
        const { id, text } = table[codes[line]]
        return { truth: template, group: id, text: text.replace(MASKS, '<*>') }
      })
      const { GA, FGA, PA, FTA } = evaluateTemplates(parsed)
      return [system, { GA, FGA, PA, FTA }]
    }),
  )
}

function meanOf(figures: ReadonlyMap<string, Figures>, systems: readonly string[]): Figures {
  function mean(name: keyof Figures): number {
    return systems.reduce((sum, system) => sum + figures.get(system)![name], 0) / systems.length
  }
  return { GA: mean('GA'), FGA: mean('FGA'), PA: mean('PA'), FTA: mean('FTA') }
}

function printRow(title: string, ...columns: readonly Figures[]): void {
  const cells = columns.map(({ GA, FGA, PA, FTA }) => [GA, FGA, PA, FTA].map((figure) => figure.toFixed(3)).join(' '))
  console.log(`${title.padEnd(14)} ${cells.join(' | ')}`)
}

async function printGrowth(): Promise<Record<string, readonly number[]>> {
  const growth: Record<string, readonly number[]> = {}
  console.log('\ntemplates after 10 %, 20 %, … 100 % of the lines')
  for (const { name, inputs } of logsOf(data)) {
    const { lines, templates, catchAlls } = await growthOf(inputs)
    growth[name] = templates
    console.log(
      `${name.padEnd(24)} ${String(lines).padStart(7)} lines: ${templates.join(' ')}; catch-alls: ${catchAlls}`,
    )
  }
  return growth
}
