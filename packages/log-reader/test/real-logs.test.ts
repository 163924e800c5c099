import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openSources } from '../src/open-sources.js'
import { readAll } from './read-all.js'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const DATA = process.env.SP_DATA ?? resolve(ROOT, '../shared/data')
const HADOOP = 'hadoop_raw/application_1445062781478_0011'

const EXPECTED: Readonly<Record<string, string>> = {
  'raw/BGL_5000.log': 'bgl',
  'raw/HealthApp_20000.log': 'healthapp',
  'raw/Linux.log': 'syslog',
  'raw/elastic_apache_logs': 'apache-access',
  'raw/raspberrypi_kern.log': 'syslog',
  'raw/raspberrypi_messages': 'syslog',
  'raw/raspberrypi_syslog': 'syslog',
  'raw/secrepo_auth.log': 'syslog',
  'hdfs_raw/HDFS_5k.log': 'hdfs',
  'hdfs_2percent/HDFS_2percent.log.gz': 'hdfs',
  'loghub2k/Apache/Apache_2k.log': 'apache-error',
  'loghub2k/BGL/BGL_2k.log': 'bgl',
  'loghub2k/HDFS/HDFS_2k.log': 'hdfs',
  'loghub2k/Hadoop/Hadoop_2k.log': 'log4j',
  'loghub2k/HealthApp/HealthApp_2k.log': 'healthapp',
  'loghub2k/Linux/Linux_2k.log': 'syslog',
  'loghub2k/Mac/Mac_2k.log': 'syslog',
  'loghub2k/OpenStack/OpenStack_2k.log': 'openstack',
  'loghub2k/Proxifier/Proxifier_2k.log': 'proxifier',
  'loghub2k/Spark/Spark_2k.log': 'spark',
}

const isHere = existsSync(DATA)
if (!isHere) console.warn(`skipped: tests on real logs, there is no ${DATA} (set SP_DATA)`)

;(isHere ? describe : describe.skip)('a real log', () => {
  it.each(Object.entries(EXPECTED))('%s is found to be %s, and its lines have times', async (file, format) => {
    const [source] = await openSources([join(DATA, file)])
    const { summary } = await readAll(source)
    expect(summary.format).toBe(format)
    expect(summary.confidence).toBeGreaterThanOrEqual(0.99)
    expect(summary.timestamps / summary.records).toBeGreaterThanOrEqual(0.99)
  })

  it('of Hadoop keeps its stack traces together', async () => {
    for (const name of readdirSync(join(DATA, HADOOP))) {
      const [source] = await openSources([join(DATA, HADOOP, name)])
      const { summary, records } = await readAll(source)
      expect(summary).toMatchObject({ format: 'log4j', confidence: 1 })
      const dated = records.filter((record) => /^\d{4}-\d\d-\d\d /.test(record.raw))
      expect(summary.timestamps).toBe(dated.length)
      expect(records.some((record) => /^\s|^Caused by/.test(record.raw))).toBe(false)
    }
  })

  it('that turns the year inside runs forward in time', async () => {
    const [source] = await openSources([join(DATA, 'raw/Linux.log')])
    const { records } = await readAll(source, { year: 2005 })
    const times = records.map((record) => record.timestamp as number)
    expect(new Date(times[0]).toISOString().slice(0, 10)).toBe('2005-06-09')
    expect(new Date(times[times.length - 1]).toISOString().slice(0, 10)).toBe('2006-02-28')
  })
})
