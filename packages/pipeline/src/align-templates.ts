import type { WindowCounts } from '@sp/builders'
import type { TemplateTable } from '@sp/log-table'

/**
 * Renames the template codes of windows from one table to another. Logs parsed apart number their templates apart,
 * so templates are the same when their texts are; what `to` does not know gets codes from `to.length` on.
 */
export function alignTemplates(windows: WindowCounts, from: TemplateTable, to: TemplateTable): WindowCounts {
  const codeOfText = new Map(to.map((template, code) => [template.text, code]))
  const renamed = from.map((template, code) => codeOfText.get(template.text) ?? to.length + code)
  const offsets = new Int32Array(windows.count + 1)
  const templates: number[] = []
  const counts: number[] = []
  for (let window = 0; window < windows.count; window++) {
    const total = new Map<number, number>()
    for (let entry = windows.offsets[window]; entry < windows.offsets[window + 1]; entry++) {
      const code = renamed[windows.templates[entry]]
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
