import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EvaluationError } from '../errors.js'
import { eventNames, type LabelledSessions, linesOf } from './labelled-sessions.js'

/**
 * How each public data set is divided and counted, as code, so that two runs mean the same by its name.
 * - `hdfs`: DeepLog's 1 % training file; whole sessions of the rest, half of them abnormal: reweight to the full set
 * - `openstack`, `hadoop`: the division of the published files; some sessions are cut off, but count as whole
 * - `bgl`: windows of 50 events of ONE file in time order (the two files share most rows); the first half without its
 *   abnormal windows to learn from, the second half to judge
 */
export const SESSION_PROTOCOLS = ['hdfs', 'openstack', 'hadoop', 'bgl'] as const

/** Name of a session data set; {@link SESSION_PROTOCOLS} says what each is. */
export type SessionProtocol = (typeof SESSION_PROTOCOLS)[number]

/**
 * Reads a data set from the folder that holds all of them.
 * @throws {EvaluationError} `no-data` when its files are not there
 */
export async function openSessionProtocol(name: SessionProtocol, folder: string): Promise<LabelledSessions> {
  async function read(...path: string[]): Promise<string> {
    try {
      return await readFile(join(folder, ...path), 'utf8')
    } catch (cause) {
      const message = `no ${path.join('/')} in ${folder}; name the folder that holds the data sets`
      throw new EvaluationError('no-data', message, { cause })
    }
  }
  if (name === 'hdfs')
    return hdfs(await read('hdfs_sessions', 'hdfs_train'), await read('hdfs_sessions', 'dev_sessions.csv'))
  if (name === 'bgl') return bgl(await read('bgl_windows', 'chronological_test.csv'))
  const [train, normal, abnormal] = await Promise.all(
    ['train', 'test_normal', 'test_abnormal'].map((part) => read(`${name}_sessions`, `${name}_${part}`)),
  )
  return divided(name, { train, normal, abnormal })
}

/** The full HDFS test set: Xu et al. 2009 (SOSP) less the training file. */
const HDFS_POPULATION = { normal: 553_366, abnormal: 16_838 }

function hdfs(train: string, test: string): LabelledSessions {
  const rows = linesOf(test)
    .slice(1)
    .map((line) => line.split(','))
  return {
    name: 'hdfs',
    train: linesOf(train).map(eventNames),
    test: rows.map(([, , sequence]) => eventNames(sequence)),
    isAnomalous: Uint8Array.from(rows, ([, label]) => Number(label)),
    closed: true,
    population: HDFS_POPULATION,
  }
}

/** Lines `session,events`. */
function divided(name: string, texts: { train: string; normal: string; abnormal: string }): LabelledSessions {
  function sessions(text: string): string[][] {
    return linesOf(text).map((line) => eventNames(line.slice(line.indexOf(',') + 1)))
  }
  const [normal, abnormal] = [sessions(texts.normal), sessions(texts.abnormal)]
  return {
    name,
    train: sessions(texts.train),
    test: [...normal, ...abnormal],
    isAnomalous: Uint8Array.from([...normal.map(() => 0), ...abnormal.map(() => 1)]),
    closed: true,
    population: null,
  }
}

/** Lines `events,label`. */
function bgl(text: string): LabelledSessions {
  const rows = linesOf(text).map((line) => {
    const comma = line.lastIndexOf(',')
    return { events: eventNames(line.slice(0, comma)), label: Number(line.slice(comma + 1)) }
  })
  const half = Math.floor(rows.length / 2)
  const normal = rows.slice(0, half).filter(({ label }) => label === 0)
  const judged = rows.slice(half)
  return {
    name: 'bgl',
    train: normal.map(({ events }) => events),
    test: judged.map(({ events }) => events),
    isAnomalous: Uint8Array.from(judged, ({ label }) => label),
    closed: false,
    population: null,
  }
}
