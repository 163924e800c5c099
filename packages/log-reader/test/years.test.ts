import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSources } from '../src/open-sources.js'
import type { ReadOptions } from '../src/read-records.js'
import { YearTracker } from '../src/year-tracker.js'
import { datedSourceOf, readAll, sourceOf } from './read-all.js'

let folder: string
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'years-'))))
afterAll(() => rm(folder, { recursive: true }))

/** Days of a syslog that consists of one line a day, written to a file changed at a time. */
async function daysOfFile(stamps: readonly string[], modified: string, options: ReadOptions = {}): Promise<string[]> {
  const path = join(folder, 'year.log')
  await writeFile(path, linesOf(stamps))
  await utimes(path, new Date(modified), new Date(modified))
  const [source] = await openSources([path])
  return days((await readAll(source, options)).records)
}

function linesOf(stamps: readonly string[]): string {
  return stamps.map((stamp) => `${stamp} 03:04:05 host app[1]: message\n`).join('')
}

function days(records: readonly { timestamp: number | null }[]): string[] {
  return records.map((record) => new Date(record.timestamp as number).toISOString().slice(0, 10))
}

describe('the year of a log that names none', () => {
  it('is that of the file when its last line is not younger', async () => {
    expect(await daysOfFile(['Mar  1', 'Mar  2'], '2023-03-03T00:00:00Z')).toEqual(['2023-03-01', '2023-03-02'])
  })

  it('is the year before when the date lies behind the time of last change', async () => {
    expect(await daysOfFile(['Dec 30', 'Dec 31'], '2024-01-01T08:00:00Z')).toEqual(['2023-12-30', '2023-12-31'])
  })

  it('turns between December and January, and the last line decides which it is', async () => {
    const seen = await daysOfFile(['Dec 31', 'Jan  1', 'Jan  2'], '2024-01-02T08:00:00Z')
    expect(seen).toEqual(['2023-12-31', '2024-01-01', '2024-01-02'])
  })

  it('is right over several years', async () => {
    const seen = await daysOfFile(['Nov  1', 'Feb  1', 'Nov  2', 'Mar  1', 'May  5'], '2024-05-05T08:00:00Z')
    expect(seen).toEqual(['2022-11-01', '2023-02-01', '2023-11-02', '2024-03-01', '2024-05-05'])
  })

  it('is right over several years in a file larger than what is looked at ahead', async () => {
    const stamps = ['Mar 10', 'Aug 10', 'Jan 10', 'Jun 10', 'Nov 10', 'Apr 10']
    const many = stamps.flatMap((stamp) => Array.from({ length: 2500 }, () => stamp))
    const seen = await daysOfFile(many, '2024-04-10T08:00:00Z')
    expect([...new Set(seen)]).toEqual([
      '2022-03-10', '2022-08-10', '2023-01-10', '2023-06-10', '2023-11-10', '2024-04-10',
    ]) // prettier-ignore
  })

  it('allows a day for the time zone of the writer', async () => {
    expect(await daysOfFile(['Jan  1'], '2023-12-31T20:00:00Z')).toEqual(['2023-01-01'])
    expect(await daysOfFile(['Dec 31'], '2023-12-31T01:00:00Z')).toEqual(['2023-12-31'])
  })

  it('is what the option says, and still turns', async () => {
    const seen = await daysOfFile(['Dec 31', 'Jan  1'], '2024-01-02T08:00:00Z', { year: 2010 })
    expect(seen).toEqual(['2010-12-31', '2011-01-01'])
  })

  it('is one that has a 29 February when the log has one', async () => {
    const seen = await daysOfFile(['Feb 28', 'Feb 29', 'Mar  1'], '2026-03-05T00:00:00Z')
    expect(seen).toEqual(['2024-02-28', '2024-02-29', '2024-03-01'])
  })

  it('follows for a stream from its first line', async () => {
    const { records } = await readAll(datedSourceOf(Date.UTC(2024, 0, 2), linesOf(['Dec 31', 'Jan  1'])))
    expect(days(records)).toEqual(['2023-12-31', '2024-01-01'])
  })

  it('is 2000 when nothing is known', async () => {
    expect(days((await readAll(sourceOf(linesOf(['Feb 29'])))).records)).toEqual(['2000-02-29'])
  })
})

describe('YearTracker', () => {
  function read(year: number, dates: readonly [number, number][]): string[] {
    const tracker = new YearTracker(year)
    return dates.map(([month, day]) => new Date(tracker.dayStart(month, day)).toISOString().slice(0, 10))
  }

  it('puts a line that is late at the turn of the year into the old year', () => {
    const seen = read(2023, [[12, 31], [1, 1], [12, 31], [1, 1]]) // prettier-ignore
    expect(seen).toEqual(['2023-12-31', '2024-01-01', '2023-12-31', '2024-01-01'])
  })

  it('does not take a long silence for a step back', () => {
    expect(read(2023, [[1, 5], [10, 1], [1, 1]])).toEqual(['2023-01-05', '2023-10-01', '2024-01-01']) // prettier-ignore
  })

  it('takes the nearest leap year before for a 29 February', () => {
    expect(read(2023, [[2, 29]])).toEqual(['2020-02-29'])
    expect(read(2101, [[2, 29]])).toEqual(['2096-02-29'])
  })
})
