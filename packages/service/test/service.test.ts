import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { execFileSync } from 'node:child_process'
import { request } from 'node:https'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { LineLanes } from '../src/flow/line-lanes.js'
import { SeenFindings } from '../src/flow/seen-findings.js'
import { Activity } from '../src/flow/activity.js'
import { FakeDetector } from './fake-detector.js'
import { ask, linesWith, post, started, until, withFolder, withService } from './running-service.js'

const TOKEN = 'a-token-of-at-least-sixteen'
const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }

describe('sources', () => {
  test('are bounded: the quietest is ended, what was open of it is judged, and it may come back', () =>
    withService({ mostSources: 3 }, async ({ url, detector }) => {
      for (const source of ['a', 'b', 'c', 'd']) await post(`${url}/v1/lines?source=${source}`, linesWith(20, 5))
      await until('a is gone', () => !detector.sources().includes('a'))
      expect(detector.sources()).toEqual(['b', 'c', 'd'])
      const ended = JSON.parse((await ask(`${url}/v1/incidents`)).text).incidents
      expect(ended).toMatchObject([{ places: [{ source: 'a', lastLine: 5 }] }])
      // Its lines count from 0 again: the same place, another finding.
      await post(`${url}/v1/lines?source=a`, linesWith(20, 5))
      await post(`${url}/v1/lines?source=e`, linesWith(1, -1))
      await post(`${url}/v1/lines?source=f`, linesWith(1, -1))
      await post(`${url}/v1/lines?source=g`, linesWith(1, -1))
      await until('a is gone again', () => !detector.sources().includes('a'))
      expect(JSON.parse((await ask(`${url}/v1/status`)).text)).toMatchObject({ sources: { evicted: 5 } })
    }))

  test('2,000 at once are held at their number whatever comes', () =>
    withService({ mostSources: 50 }, async ({ url, detector }) => {
      const body = Array.from({ length: 2000 }, (_, i) =>
        JSON.stringify({ source: `s${i % 500}`, line: `line ${i}` }),
      ).join('\n')
      await Promise.all([1, 2, 3].map(() => post(`${url}/v1/lines`, body, { 'content-type': 'application/x-ndjson' })))
      await until('they are ended', () => detector.sources().length <= 50)
    }))

  test('a record under way is taken after a pause', () =>
    withService({ flushAfterMs: 200 }, async ({ url, detector }) => {
      const flushed: (string | undefined)[] = []
      detector.flush = async (source) => (flushed.push(source), [])
      await post(`${url}/v1/lines?source=a`, 'one\n')
      await until('the flush', () => flushed.length === 1)
      expect(flushed).toEqual(['a'])
    }))

  test('many that have become quiet are taken a few at a time, so that lines need not wait for all', () =>
    withService({ flushAfterMs: 200 }, async ({ url, detector }) => {
      const flushed = new Set<string | undefined>()
      let [running, most] = [0, 0]
      detector.flush = async (source) => {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setTimeout(resolve, 5))
        running--
        flushed.add(source)
        return []
      }
      const body = Array.from({ length: 40 }, (_, i) => JSON.stringify({ source: `s${i}`, line: 'one' })).join('\n')
      await post(`${url}/v1/lines`, body, { 'content-type': 'application/x-ndjson' })
      await until('all flushes', () => flushed.size === 40)
      expect(most).toBe(4)
    }))

  test('one that is quiet for long is ended', () =>
    withService({ endAfterMs: 300, flushAfterMs: 50 }, async ({ url, detector }) => {
      await post(`${url}/v1/lines?source=a`, 'one\n')
      await until('the end', () => detector.sources().length === 0)
    }))
})

describe('swapping the bundle', () => {
  test('under load: no line is lost, and the new one is in use', () =>
    withFolder(async (folder) => {
      for (const name of ['first', 'second', 'broken']) await mkdir(join(folder, name))
      const bundle = join(folder, 'first')
      await withService({ bundle, http: { tokens: [TOKEN] } }, async ({ url, detector, service }) => {
        const posts = Array.from({ length: 40 }, (_, i) =>
          post(`${url}/v1/lines?source=s${i % 4}`, linesWith(25, -1), { ...headers, 'content-type': 'text/plain' }),
        )
        const { status, text } = await post(`${url}/v1/bundle`, '{"name":"second"}', headers)
        expect([status, JSON.parse(text).bundle]).toEqual([200, detector.bundleHash])
        expect((await Promise.all(posts)).every((answer) => answer.status === 200)).toBe(true)
        expect(detector.stats().lines).toBe(1000)
        expect(detector.swaps).toEqual([join(folder, 'second')])
        const before = detector.bundleHash
        expect((await post(`${url}/v1/bundle`, '{"name":"broken"}', headers)).status).toBe(422)
        expect((await post(`${url}/v1/bundle`, '{"name":"none"}', headers)).status).toBe(404)
        expect(detector.bundleHash).toBe(before)
        await service.swap()
        expect(detector.swaps.at(-1)).toBe(bundle)
      })
    }))

  test('a symlink that leads out of the folder is no bundle', () =>
    withFolder(async (folder) => {
      await mkdir(join(folder, 'bundles', 'first'), { recursive: true })
      await mkdir(join(folder, 'elsewhere'))
      await symlink(join(folder, 'elsewhere'), join(folder, 'bundles', 'second'))
      await symlink(join(folder, 'bundles', 'first'), join(folder, 'bundles', 'current'))
      await withService({ bundle: join(folder, 'bundles', 'first'), http: { tokens: [TOKEN] } }, async ({ url }) => {
        expect((await post(`${url}/v1/bundle`, '{"name":"second"}', headers)).status).toBe(404)
        expect((await post(`${url}/v1/bundle`, '{"name":"current"}', headers)).status).toBe(200)
      })
    }))
})

describe('the state folder', () => {
  test('a restart goes on; files of sources that ended are removed', () =>
    withFolder(async (folder) => {
      const stateFolder = join(folder, 'state')
      const first = await started({ stateFolder, mostSources: 2 })
      for (const source of ['a', 'b', 'c']) await post(`${first.url}/v1/lines?source=${source}`, linesWith(70, 5))
      await until('one is ended', () => first.detector.sources().length === 2)
      await first.service.close()
      expect((await readdir(join(stateFolder, 'sources'))).length).toBe(2)
      const second = await started({ stateFolder })
      expect(second.detector.stats('c').lines).toBe(70)
      const { incidents } = JSON.parse((await ask(`${second.url}/v1/incidents`)).text)
      expect(incidents.length).toBe(3)
      await second.service.close()
      expect(first.detector.isClosed).toBe(true)
    }))

  test('a source whose state is lost does not keep the others from being saved', () =>
    withFolder(async (folder) => {
      const detector = new FakeDetector()
      const first = await started({ stateFolder: folder, detector })
      for (const source of ['a', 'b', 'c']) await post(`${first.url}/v1/lines?source=${source}`, linesWith(10, 5))
      const snapshot = detector.snapshot.bind(detector)
      detector.snapshot = (source) =>
        source === 'a' ? Promise.reject(new Error('its thread ended')) : snapshot(source)
      await first.service.close()
      const failed = first.events.filter(({ code }) => code === 'save-failed')
      expect(failed.map(({ message }) => message)).toEqual(['its thread ended'])
      const second = await started({ stateFolder: folder })
      expect([...second.detector.sources()].sort()).toEqual(['b', 'c'])
      await second.service.close()
    }))

  test('states of another bundle begin anew, and it says so', () =>
    withFolder(async (folder) => {
      const first = await started({ stateFolder: folder })
      await post(`${first.url}/v1/lines?source=a`, linesWith(10, 5))
      await first.service.close()
      const second = await started({ stateFolder: folder, detector: new FakeDetector('another') })
      expect(second.detector.sources()).toEqual([])
      expect(second.events.map(({ code }) => code)).toContain('state-refused')
      await second.service.close()
    }))

  test('a damaged file is named, and nothing is started', () =>
    withFolder(async (folder) => {
      await mkdir(join(folder, 'sources'))
      await writeFile(join(folder, 'service.json'), '{"format":"other"}')
      await expect(started({ stateFolder: folder })).rejects.toMatchObject({ code: 'bad-state' })
    }))
})

describe('TLS', () => {
  test('by file, and read again', () =>
    withFolder(async (folder) => {
      const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
      const words = [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
        '-subj',
        '/CN=localhost',
      ]
      execFileSync('openssl', [...words, '-keyout', key, '-out', certificate], { stdio: 'ignore' })
      await withService({ http: { tls: { certificate, key } } }, async ({ url, service }) => {
        expect(url).toMatch(/^https:/)
        await service.reopen()
        const status = await new Promise((resolve, reject) =>
          request(`${url}/healthz`, { rejectUnauthorized: false, agent: false }, (response) => {
            response.resume()
            resolve([response.statusCode, response.headers['strict-transport-security']])
          })
            .on('error', reject)
            .end(),
        )
        expect(status).toEqual([200, 'max-age=31536000'])
      })
      await expect(started({ http: { tls: { certificate, key: join(folder, 'none') } } })).rejects.toMatchObject({
        code: 'bad-options',
      })
    }))
})

describe('parts', () => {
  test('lanes: lines of a source keep their order, whatever the sizes, and none is lost', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 40 })), { maxLength: 60 }),
        fc.integer({ min: 1, max: 4 }),
        async (pushes, concurrency) => {
          const got = new Map<string, string>()
          async function judge(source: string, bytes: Uint8Array): Promise<number> {
            await Promise.resolve()
            got.set(source, (got.get(source) ?? '') + Buffer.from(bytes).toString())
            return 0
          }
          const lanes = new LineLanes(judge, { mostBytes: 50, concurrency, mostBatchBytes: 64 })
          const wanted = new Map<string, string>()
          const done = pushes.map(([source, length], i) => {
            const text = String(i).padEnd(length, '.')
            wanted.set(`${source}`, (wanted.get(`${source}`) ?? '') + text)
            return lanes.push(`${source}`, Buffer.from(text), undefined)
          })
          await Promise.all(done)
          expect(got).toEqual(wanted)
          expect([lanes.bytes, lanes.waiting]).toEqual([0, 0])
        },
      ),
      { numRuns: 50 },
    )
  })

  test('seen findings are bounded, the oldest forgotten first', () => {
    const seen = new SeenFindings(3)
    expect(['1', '2', '3', '4'].map((id) => seen.add('a', id))).toEqual([true, true, true, true])
    expect([seen.add('a', '4'), seen.add('a', '1')]).toEqual([false, true])
    seen.forget('a')
    expect(seen.add('a', '4')).toBe(true)
  })

  test('activity forgets minutes that have passed', () => {
    const activity = new Activity()
    activity.add('a', 0, 5, [])
    activity.add('a', 60_000, 7, [])
    expect(activity.of('a', 60_000)!.lines.slice(-2)).toEqual([5, 7])
    expect(activity.of('a', 59 * 60_000)!.lines.filter((lines) => lines > 0)).toEqual([5, 7])
    expect(activity.of('a', 60 * 60_000)!.lines.filter((lines) => lines > 0)).toEqual([7])
    expect(activity.of('a', 1e9)!.lines.every((lines) => lines === 0)).toBe(true)
  })
})
