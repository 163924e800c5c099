import type { WindowCounts } from '@sp/builders'
import type { TemplateTable } from '@sp/log-table'

/** Windows in the codes of a table, and that table. */
export interface AlignedWindows {
  readonly windows: WindowCounts
  /** The table aligned to, and behind it the templates it lacked, with ids that begin with `normal:`. */
  readonly templates: TemplateTable
}

/**
 * Renames the template codes of windows from one table to another. Logs parsed apart may number their templates
 * apart, so templates are the same when their texts are, or their ids where these are hashes of what they stand for.
 */
export function alignTemplates(windows: WindowCounts, from: TemplateTable, to: TemplateTable): AlignedWindows {
  const codeOfText = new Map(to.map((template, code) => [template.text, code]))
  const codeOfHash = new Map(to.flatMap(({ id }, code) => (CONTENT_HASH.test(id) ? [[id, code]] : [])))
  const templates = [...to]
  const renamed = from.map(({ id, text }) => {
    const known = codeOfHash.get(id) ?? codeOfText.get(text)
    if (known !== undefined) return known
    codeOfText.set(text, templates.length)
    return templates.push({ id: `normal:${id}`, text, count: 0 }) - 1
  })
  return { windows: renameTemplates(windows, renamed), templates }
}

/** The ids of an `EvidenceMiner`; those of a `Drain` are numbers. */
const CONTENT_HASH = /^t[0-9a-f]{12}$/

function renameTemplates(windows: WindowCounts, renamed: readonly number[]): WindowCounts {
  const offsets = new Int32Array(windows.count + 1)
  const templates: number[] = []
  const counts: number[] = []
  for (let window = 0; window < windows.count; window++) {
    const total = new Map<number, number>()
    for (let entry = windows.offsets[window]; entry < windows.offsets[window + 1]; entry++) {
      const code = renamed[windows.templates[entry]] ?? -1
      total.set(code, (total.get(code) ?? 0) + windows.counts[entry])
    }
    for (const [code, count] of [...total].sort(([a], [b]) => a - b)) {
      templates.push(code)
      counts.push(count)
    }
    offsets[window + 1] = templates.length
  }
  return { ...windows, offsets, templates: Int32Array.from(templates), counts: Int32Array.from(counts) }
}
