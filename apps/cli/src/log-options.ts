import { inputsAt, type LogInput, type ParseLogOptions } from '@sp/pipeline'
import { type MaskingFlags, maskerFrom, maskingOptions } from './masking-options.js'
import { minerFrom, type MinerFlags, minerOptions } from './miner-options.js'
import type { CommandContext } from './run-command.js'
import { openInputs, readingFrom, type SourceFlags, sourceOptions } from './source-options.js'

/** Flags of commands that read logs, raw or parsed. */
export const logOptions = { ...sourceOptions, ...maskingOptions, ...minerOptions } as const

/** The values of {@link logOptions}. */
export type LogFlags = SourceFlags & MaskingFlags & MinerFlags

/** How the flags want raw logs to be parsed. */
export async function parsingFrom(flags: LogFlags, { progress, signal }: CommandContext): Promise<ParseLogOptions> {
  return {
    masker: await maskerFrom(flags),
    miner: minerFrom(flags),
    reading: readingFrom(flags),
    onProgress: progress.show,
    signal,
  }
}

/** The logs behind paths: raw ones, `parsed.parquet` files, or folders that hold one. */
export async function logsAt(paths: readonly string[]): Promise<LogInput[]> {
  return (await Promise.all(paths.map((path) => inputsAt(path, (raw) => openInputs([raw]))))).flat()
}
