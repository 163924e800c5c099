import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** Real logs cut into what teaches and what is judged; every path is a file or a folder. */
export interface HdfsLogs {
  /** Lines of normal blocks of one half, the rest, and of the rest those of normal blocks. */
  readonly train: string
  readonly rest: string
  readonly restNormal: string
  readonly lines: { readonly train: number; readonly rest: number }
}

const BLOCK = /blk_-?\d+/g

/** `hdfs_2percent`, blocks halved by a hash of their id. */
export function hdfsHalves(data: string, folder: string): HdfsLogs {
  const { lines, isAbnormal } = readLabelled(join(data, 'hdfs_2percent'), 'HDFS_2percent.log.gz')
  const train = lines.filter((line) => ofAll(line, (block) => isFirst(block) && isAbnormal.get(block) === false))
  const rest = lines.filter((line) => blocksOf(line).some((block) => !isFirst(block)))
  const restNormal = rest.filter((line) => ofAll(line, (block) => isAbnormal.get(block) === false))
  return {
    train: written(folder, 'hdfs-train.log', train),
    rest: written(folder, 'hdfs-rest.log', rest),
    restNormal: written(folder, 'hdfs-rest-normal.log', restNormal),
    lines: { train: train.length, rest: rest.length },
  }
}

/** Normal lines of `hdfs_2percent` without the blocks of `hdfs_raw`, that log, and which of its blocks are abnormal. */
export function hdfsRaw(
  data: string,
  folder: string,
): { train: string; judged: string; isAbnormal: ReadonlyMap<string, boolean> } {
  const sample = readLabelled(join(data, 'hdfs_2percent'), 'HDFS_2percent.log.gz')
  const raw = readLabelled(join(data, 'hdfs_raw'), 'HDFS_5k.log')
  const own = new Set(raw.lines.flatMap(blocksOf))
  const train = sample.lines.filter((line) =>
    ofAll(line, (block) => !own.has(block) && sample.isAbnormal.get(block) === false),
  )
  return {
    train: written(folder, 'hdfs-raw-train.log', train),
    judged: join(data, 'hdfs_raw/HDFS_5k.log'),
    isAbnormal: raw.isAbnormal,
  }
}

/** Applications of Hadoop: the folder of each, and whether it ran normally. */
export function hadoopApplications(data: string): { path: string; name: string; label: string }[] {
  const root = join(data, 'hadoop_raw')
  const [, ...rows] = readFileSync(join(root, 'labels.csv'), 'utf8').trim().split(/\r?\n/)
  const found = new Set(readdirSync(root))
  return rows
    .map((row) => row.split(','))
    .filter(([name]) => found.has(name))
    .map(([name, , label]) => ({ path: join(root, name), name, label }))
}

interface LabelledLog {
  readonly lines: readonly string[]
  readonly isAbnormal: ReadonlyMap<string, boolean>
}

function readLabelled(folder: string, name: string): LabelledLog {
  const bytes = readFileSync(join(folder, name))
  const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  const [, ...labels] = readFileSync(join(folder, 'anomaly_label.csv'), 'utf8').trim().split(/\r?\n/)
  const isAbnormal = new Map(labels.map((row) => [row.split(',')[0], row.split(',')[1] !== 'Normal'] as const))
  return { lines: text.split(/\r?\n/).filter((line) => line !== ''), isAbnormal }
}

function blocksOf(line: string): string[] {
  return [...new Set(line.match(BLOCK))]
}

/** Whether all blocks that a line names are such: a line of two halves would carry one into the other. */
function ofAll(line: string, isSuch: (block: string) => boolean): boolean {
  const blocks = blocksOf(line)
  return blocks.length > 0 && blocks.every(isSuch)
}

function isFirst(block: string): boolean {
  return createHash('md5').update(block).digest()[0] % 2 === 0
}

function written(folder: string, name: string, lines: readonly string[]): string {
  const path = join(folder, name)
  writeFileSync(path, lines.join('\n') + '\n')
  return path
}
