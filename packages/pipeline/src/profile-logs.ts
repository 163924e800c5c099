import { LogProfiler, type LogProfile } from '@sp/baseline'
import { visitRows, type LogInput } from './log-input.js'
import type { ParseLogOptions } from './parse-log.js'

/** The profiles of several logs under one miner, so that a template is the same one in all of them. */
export async function profileLogs(inputs: readonly LogInput[], options: ParseLogOptions): Promise<LogProfile[]> {
  const pending: (() => LogProfile)[] = []
  for (const input of inputs) {
    const profiler = new LogProfiler()
    const templates = await visitRows(input, options, (batch) => profiler.add(batch))
    pending.push(() => profiler.finish(input.name, templates()))
  }
  // Only now are the templates what they will be: a later log may have changed them.
  return pending.map((finish) => finish())
}
