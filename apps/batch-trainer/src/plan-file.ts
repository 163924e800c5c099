import { readFile } from 'node:fs/promises'
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml'
import { z } from 'zod'
import { type TrainSettingsInput, trainSettingsSchema } from '@sp/pipeline'
import { DEVICES, maskingSchema, readingSchema } from './batch-job.js'
import { byteSize } from './byte-size.js'
import { UsageError } from './errors.js'
import { storeAddress } from './store/store-address.js'

/** Settings of training as a plan gives them: those of `trainSettingsSchema`, none of them filled in. */
const givenSettings = z.strictObject(
  Object.fromEntries(Object.entries(trainSettingsSchema.shape).map(([key, value]) => [key, value.unwrap().optional()])),
) as unknown as z.ZodType<TrainSettingsInput, TrainSettingsInput>

/** What can be said of one bundle, or of all that say nothing else. */
const forEach = {
  settings: givenSettings.optional(),
  reading: readingSchema.optional(),
  masking: maskingSchema.optional(),
  /** Memory that a job may take; estimated from the size of its logs. */
  memory: byteSize.optional(),
  /** How often a job is begun before it counts as failed, when its process ends by itself; 2. */
  attempts: z.int().min(1).max(10).optional(),
  /** Threads that read big files of a job; 1, since jobs run beside each other. */
  threads: z.int().min(1).max(64).optional(),
  /** Parts in which the logs are read by processes of their own, with `--queue` on any machine; none. */
  shards: z.int().min(1).max(10_000).optional(),
  /** Levels of folders that are searched; 3. */
  maxDepth: z.int().min(0).optional(),
  /** Most files of a job; 1000. */
  maxFiles: z.int().min(1).optional(),
}

const bundleSchema = z.strictObject({
  /** Name of the job, and of the folder of its bundle. */
  name: z.string().regex(/^[A-Za-z0-9][\w.-]{0,99}$/, 'expected letters, figures, ".", "_" or "-" (at most 100)'),
  /** Normal logs: files, folders, globs, relative to the plan. */
  sources: z.array(z.string().min(1)).min(1),
  /** GPU jobs run one at a time; `cpu`. */
  device: z.enum(DEVICES).default('cpu'),
  /** Higher goes first; 0. */
  priority: z.int().min(-1000).max(1000).default(0),
  ...forEach,
})

const planSchema = z
  .strictObject({
    version: z.literal(1),
    /** Folder of the results, relative to the plan. */
    out: z.string().min(1).default('trained'),
    /** Where finished bundles are put besides: a folder, or `s3://bucket/prefix`; nowhere. */
    store: storeAddress.optional(),
    /** Memory of all jobs together; three quarters of what the machine has. */
    budget: byteSize.optional(),
    /** Jobs at a time; one a processor core. */
    parallel: z.int().min(1).max(256).optional(),
    defaults: z.strictObject(forEach).default({}),
    bundles: z.array(bundleSchema).min(1),
  })
  .superRefine(({ bundles }, context) => {
    // On Windows and macOS two names that differ in case are one folder.
    const names = bundles.map(({ name }) => name.toLowerCase())
    const twice = names.findIndex((name, i) => names.indexOf(name) < i)
    if (twice < 0) return
    const message = `"${bundles[twice].name}" is the name of an earlier bundle too`
    context.addIssue({ code: 'custom', path: ['bundles', twice, 'name'], message })
  })

/** What a plan file says, defaults filled in but for those of the jobs. */
export type PlanFile = z.output<typeof planSchema>

/** A plan file that was read, and where in it things stand. */
export interface ReadPlan {
  readonly plan: PlanFile
  /** An error that names file, line and key. */
  error(path: readonly PropertyKey[], message: string): UsageError
}

/** Reads a plan file and checks it. @throws {UsageError} with line and key of the first mistake */
export async function readPlanFile(path: string): Promise<ReadPlan> {
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new UsageError(`cannot read the plan ${path} (${cause.message})`)
  })
  return parsePlan(text, path)
}

/** As {@link readPlanFile}, of a text. @param name of the file, for errors */
export function parsePlan(text: string, name: string): ReadPlan {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const [mistake] = document.errors
  if (mistake !== undefined) {
    const { line } = lines.linePos(mistake.pos[0])
    throw new UsageError(`${name}:${line}: this is no YAML: ${mistake.message.split(/ at line |\n/)[0]}`)
  }
  function error(path: readonly PropertyKey[], message: string): UsageError {
    const line = lines.linePos(offsetOf(document, path)).line
    return new UsageError(`${name}:${line}: ${path.join('.') || 'top level'}: ${message}`)
  }
  const parsed = planSchema.safeParse(valueOf(document, error))
  if (parsed.success) return { plan: parsed.data, error }
  const [issue] = parsed.error.issues
  const isUnknown = issue.code === 'unrecognized_keys'
  throw isUnknown
    ? error([...issue.path, issue.keys[0]], 'there is no such key')
    : error(issue.path, issue.message.replace(/^Invalid input: /, ''))
}

function valueOf(document: Document, error: ReadPlan['error']): unknown {
  try {
    return document.toJS()
  } catch (cause) {
    throw error([], (cause as Error).message)
  }
}

/** Where in the text the value of a path stands: its key, or the last thing on the way that is there. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document)
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === step)
      if (pair === undefined) break
      offset = startOf(pair.key) ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(step)]
      offset = startOf(node) ?? offset
    } else break
  }
  return offset
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0]
}
