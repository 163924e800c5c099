import { createHash } from 'node:crypto'
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { sessionKey } from '@sp/builders'
import { EvidenceMiner } from '@sp/drain'
import { openSources } from '@sp/log-reader'
import { readTable } from '@sp/log-table'
import { Masker } from '@sp/masking'
import {
  buildSequencesIntoFolder,
  inferDeepLogIntoFolder,
  parseIntoFolder,
  readDeepLog,
  readVocabulary,
  trainDeepLogToFile,
  writeOutput,
  type DeepLogSummary,
} from '@sp/pipeline'

/** A raw log and which of its blocks are abnormal. */
interface LabelledLog {
  readonly lines: readonly string[]
  readonly isAbnormal: ReadonlyMap<string, boolean>
}

const BLOCK = /blk_-?\d+/g

/**
 * HDFS from raw lines, no event ids given: lines are parsed, templates mined from the training part alone, sessions
 * taken by block id, all by the functions behind the commands.
 */
export async function hdfsFromRawLines(data: string): Promise<object> {
  const sample = readLabelled(join(data, 'hdfs_2percent'), 'HDFS_2percent.log.gz')
  const small = readLabelled(join(data, 'hdfs_raw'), 'HDFS_5k.log')
  const random = await trainAndJudge('blocks halved by a hash of their id', sample, {
    trains: (block) => isFirstHalf(block),
    judged: { ...sample, lines: sample.lines.filter((line) => blocksOf(line).some((block) => !isFirstHalf(block))) },
  })
  const { early, late } = halvesByTime(sample)
  const timed = await trainAndJudge('blocks that end before the middle of the time, and begin after it', sample, {
    trains: (block) => early.has(block),
    judged: { ...sample, lines: sample.lines.filter((line) => blocksOf(line).some((block) => late.has(block))) },
    judges: (block) => late.has(block),
  })
  const own = new Set(small.lines.flatMap(blocksOf))
  const raw = await trainAndJudge('hdfs_raw', sample, { trains: (block) => !own.has(block), judged: small })
  return {
    hdfs2percent: {
      f1: random.f1,
      f1TimeSplit: timed.f1,
      f1TimeSplitDriftFlagged: timed.f1DriftFlagged,
      driftReported: timed.summary.drift !== null,
      drift: timed.summary.drift,
      driftOfRandomSplit: random.summary.drift,
    },
    hdfsRaw: { found: raw.found, of: raw.abnormal, falseAlarms: raw.falseAlarms, normal: raw.normal },
  }
}

interface Outcome {
  readonly summary: DeepLogSummary
  readonly f1: number
  /** F1 when sessions that are part of a drift are flagged too. */
  readonly f1DriftFlagged: number
  readonly found: number
  readonly abnormal: number
  readonly falseAlarms: number
  readonly normal: number
}

async function trainAndJudge(
  name: string,
  log: LabelledLog,
  {
    trains,
    judged,
    judges = (block) => !trains(block),
  }: { trains: (block: string) => boolean; judged: LabelledLog; judges?: (block: string) => boolean },
): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-deeplog-'))
  try {
    const normal = log.lines.filter((line) =>
      blocksOf(line).some((block) => trains(block) && log.isAbnormal.get(block) === false),
    )
    const miner = EvidenceMiner.create()
    const key = sessionKey('hdfs-block')
    await sequencesOf(normal, join(folder, 'train'), { miner, frozen: false, key })
    const sequences = join(folder, 'train', 'sequences.parquet')
    const vocabulary = join(folder, 'train', 'vocab.json')
    const out = join(folder, 'model.safetensors')
    await trainDeepLogToFile({ sequences, vocabulary, out, options: { seed: 1 } })
    await sequencesOf(judged.lines, join(folder, 'judged'), {
      miner,
      frozen: true,
      key,
      vocabulary: await readVocabulary(vocabulary),
    })
    const { result } = await writeOutput(join(folder, 'judged'), async (output) =>
      inferDeepLogIntoFolder(output, {
        sequences: join(folder, 'judged', 'sequences.parquet'),
        model: await readDeepLog(out),
      }),
    )
    const outcome = await compare(join(folder, 'judged'), {
      judged,
      summary: result.summary,
      isJudged: judges,
    })
    console.log(
      `${name}: ${outcome.found} of ${outcome.abnormal} abnormal blocks found, ${outcome.falseAlarms} of ` +
        `${outcome.normal} normal ones flagged, F1 ${outcome.f1.toFixed(4)} (drift flagged too: ` +
        `${outcome.f1DriftFlagged.toFixed(4)}); drift: ${JSON.stringify(outcome.summary.drift)}`,
    )
    return outcome
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function sequencesOf(
  lines: readonly string[],
  folder: string,
  {
    miner,
    frozen,
    ...options
  }: { miner: EvidenceMiner; frozen: boolean } & Parameters<typeof buildSequencesIntoFolder>[2],
): Promise<void> {
  await writeOutput(folder, async (output) => {
    const path = join(output.stagingPath, 'lines.log')
    await writeLines(path, lines)
    const [source] = await openSources([path])
    await parseIntoFolder(output, [{ source }], { masker: Masker.create(), miner, frozen })
  })
  await writeOutput(folder, (output) => buildSequencesIntoFolder(output, join(folder, 'parsed.parquet'), options))
}

function writeLines(path: string, lines: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = createWriteStream(path)
    stream.on('error', reject)
    stream.end(lines.join('\n') + '\n', () => resolve())
  })
}

/** Counts the judged blocks that were not trained on. */
async function compare(
  folder: string,
  { judged, summary, isJudged }: { judged: LabelledLog; summary: DeepLogSummary; isJudged: (block: string) => boolean },
): Promise<Outcome> {
  const columns = await readTable(join(folder, 'deeplog_sessions.parquet'))
  const [blocks, flags, drifts] = ['session_key', 'is_anomaly', 'is_drift'].map((name) => Array.from(columns[name]))
  const counts = { found: 0, abnormal: 0, falseAlarms: 0, normal: 0, foundWithDrift: 0, falseWithDrift: 0 }
  blocks.forEach((block, i) => {
    const isAbnormal = judged.isAbnormal.get(block as string)
    if (isAbnormal === undefined || !isJudged(block as string)) return
    const [flag, flagOrDrift] = [Number(flags[i]), Number(flags[i] || drifts[i])]
    if (isAbnormal) {
      counts.abnormal++
      counts.found += flag
      counts.foundWithDrift += flagOrDrift
    } else {
      counts.normal++
      counts.falseAlarms += flag
      counts.falseWithDrift += flagOrDrift
    }
  })
  function f1(found: number, falseAlarms: number): number {
    return (2 * found) / (found + falseAlarms + counts.abnormal)
  }
  return {
    summary,
    ...counts,
    f1: f1(counts.found, counts.falseAlarms),
    f1DriftFlagged: f1(counts.foundWithDrift, counts.falseWithDrift),
  }
}

function readLabelled(folder: string, name: string): LabelledLog {
  const bytes = readFileSync(join(folder, name))
  const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  const labels = readFileSync(join(folder, 'anomaly_label.csv'), 'utf8').trim().split(/\r?\n/).slice(1)
  return {
    lines: text.split(/\r?\n/).filter((line) => line !== ''),
    isAbnormal: new Map(
      labels.map((line) => {
        const [block, label] = line.split(',')
        return [block, label !== 'Normal']
      }),
    ),
  }
}

function blocksOf(line: string): string[] {
  return [...new Set(line.match(BLOCK))]
}

function isFirstHalf(block: string): boolean {
  return createHash('md5').update(block).digest()[0] % 2 === 0
}

/** The blocks that ended before the middle of the log's time, and those that began after it. */
function halvesByTime({ lines }: LabelledLog): { early: Set<string>; late: Set<string> } {
  const [first, last] = [new Map<string, number>(), new Map<string, number>()]
  for (const line of lines) {
    const time = timeOf(line)
    for (const block of blocksOf(line)) {
      first.set(block, Math.min(first.get(block) ?? Infinity, time))
      last.set(block, Math.max(last.get(block) ?? -Infinity, time))
    }
  }
  const [begin, end] = [[...first.values()], [...last.values()]].map((times) => times.sort((a, b) => a - b))
  const middle = (begin[0] + end[end.length - 1]) / 2
  const blocks = [...first.keys()]
  return {
    early: new Set(blocks.filter((block) => last.get(block)! < middle)),
    late: new Set(blocks.filter((block) => first.get(block)! >= middle)),
  }
}

/** Milliseconds of `081109 203530 …`. */
function timeOf(line: string): number {
  const [year, month, day, hour, minute, second] = line.match(/\d\d/g)!.map(Number)
  return Date.UTC(2000 + year, month - 1, day, hour, minute, second)
}
