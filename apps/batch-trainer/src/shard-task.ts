import { readFile, rm } from 'node:fs/promises'
import { z } from 'zod'
import { writeFileAtomically } from '@sp/log-table'
import { type MinedShard, mineShard, type ShardJob } from '@sp/pipeline'
import { maskingSchema, readingSchema } from './batch-job.js'

const layoutSchema = z.object({
  format: z.string(),
  confidence: z.number(),
  fallbacks: z.array(z.string()),
  hasTimestamps: z.boolean(),
  firstByte: z.number(),
  year: z.number().nullable(),
})

/** A {@link ShardJob}, checked: it may come over a network. Paths are relative to the folder of the plan. */
const shardJobSchema = z.object({
  shard: z.object({
    index: z.int(),
    pieces: z.array(
      z.object({
        source: z.int(),
        path: z.string(),
        fromByte: z.number(),
        toByte: z.number().nullable(),
        layout: layoutSchema.nullable(),
      }),
    ),
  }),
  masking: maskingSchema,
  reading: readingSchema,
  years: z.object({ year: z.number(), previous: z.number().nullable() }).nullable(),
  rows: z.string(),
}) satisfies z.ZodType<ShardJob>

/** A shard of the logs of a job, to be mined by a process of its own. */
export const shardTaskSchema = z.object({
  shard: shardJobSchema,
  /** Memory that it may take: that of its job. */
  memoryBytes: z.number(),
})

/** A shard of the logs of a job, to be mined by a process of its own. */
export type ShardTask = z.output<typeof shardTaskSchema>

/** Mines a shard and leaves what it showed beside its rows. The working directory is the folder of the plan. */
export async function mineIntoFile({ shard }: ShardTask): Promise<void> {
  await writeFileAtomically(minedFile(shard), JSON.stringify(await mineShard(shard)))
}

/** Takes what {@link mineIntoFile} has left. */
export async function takeMined(shard: ShardJob): Promise<MinedShard> {
  const mined = JSON.parse(await readFile(minedFile(shard), 'utf8')) as MinedShard
  await rm(minedFile(shard))
  return mined
}

function minedFile({ rows }: ShardJob): string {
  return `${rows}.mined`
}
