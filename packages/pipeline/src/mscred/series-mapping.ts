import { z } from 'zod'
import { checkChannels, type SeriesChannels } from '@sp/builders'
import type { TemplateTable } from '@sp/log-table'
import { readJsonFile } from '../json-file.js'

const schema = z.strictObject({
  format: z.literal('sp-series'),
  version: z.literal(1),
  /** How the log is cut: a number of lines from every `stride` on, or a time in milliseconds. */
  window: z.union([
    z.strictObject({ lines: z.int().positive(), stride: z.int().positive() }),
    z.strictObject({ ms: z.number().positive() }),
  ]),
  channels: z.strictObject({ version: z.int(), templates: z.array(z.string()), other: z.array(z.string()) }),
  /** Text of each template of training by its id. */
  texts: z.record(z.string(), z.string()),
})

/** Which template is counted by which series, and in which windows: `template_mapping.json`. */
export type SeriesMapping = z.infer<typeof schema>

/** How a log is cut into windows. */
export type WindowShape = SeriesMapping['window']

/** A shape in words; two shapes with the same words are the same. */
export function windowText(window: WindowShape): string {
  return 'ms' in window
    ? `windows of ${window.ms / 1000} s`
    : `windows of ${window.lines} lines, ${window.stride} from one to the next`
}

/** The mapping of channels that were chosen from a log. */
export function mappingOf(channels: SeriesChannels, window: WindowShape, templates: TemplateTable): SeriesMapping {
  const own = new Set([...channels.templates, ...channels.other])
  const texts = templates.filter(({ id }) => own.has(id)).map(({ id, text }) => [id, text] as const)
  const { version, templates: ids, other } = channels
  return {
    format: 'sp-series',
    version: 1,
    window,
    channels: { version, templates: [...ids], other: [...other] },
    texts: Object.fromEntries(texts),
  }
}

/** A mapping that was read as JSON. @throws when it is none; {BuildersError} `bad-channels` */
export function checkMapping(value: unknown): SeriesMapping {
  const mapping = schema.parse(value)
  checkChannels(mapping.channels)
  return mapping
}

/** Reads a mapping. @throws {PipelineError} `bad-folder`; {BuildersError} `bad-channels` */
export async function readMapping(path: string): Promise<SeriesMapping> {
  const mapping = await readJsonFile(path, schema, 'sp build-mscred')
  checkChannels(mapping.channels)
  return mapping
}
