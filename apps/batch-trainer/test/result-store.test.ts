import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { BUNDLE_VERSION } from '@sp/pipeline'
import { S3mini } from 's3mini'
import { FolderStore } from '../src/store/folder-store.js'
import type { ResultStore } from '../src/store/result-store.js'
import { S3Store, s3Store } from '../src/store/s3-store.js'
import { bucketPlace, storeAddress } from '../src/store/store-address.js'
import { type S3Server, startS3 } from './s3-server.js'

const KEYS = { id: 'key', secret: 'secret/with+signs' }
const PLACE = { bucket: 'results', prefix: 'nightly runs' }
let s3: S3Server
let folder: string

beforeEach(async () => {
  s3 = await startS3(KEYS)
  folder = await mkdtemp(join(tmpdir(), 'result-store-'))
})
afterEach(async () => {
  await s3.close()
  await rm(folder, { recursive: true })
})

function open(place = PLACE, secret = KEYS.secret): S3Store {
  const endpoint = `${s3.url}/${place.bucket}`
  const client = new S3mini({ accessKeyId: KEYS.id, secretAccessKey: secret, region: 'eu-1', endpoint })
  return new S3Store(place, { client, retryMs: [1, 1] })
}

function sha(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** A folder that is a bundle as far as a store can tell. */
async function bundleOf(name: string, members: Record<string, Buffer>): Promise<string> {
  const path = join(folder, name)
  await mkdir(path)
  const about = {
    data: { firstTime: null, lastTime: null, lines: 1, records: 1, sha256: sha(''), sources: 1 },
    detectors: {},
    format: 'sp-bundle',
    madeBy: 'test',
    members: Object.fromEntries(
      Object.keys(members)
        .sort()
        .map((member) => [member, { bytes: members[member].length, sha256: sha(members[member]) }]),
    ),
    settings: {},
    version: BUNDLE_VERSION,
  }
  const manifest = { ...about, hash: sha(JSON.stringify(about)) }
  for (const [member, bytes] of Object.entries(members)) await writeFile(join(path, member), bytes)
  await writeFile(join(path, 'metadata.json'), '{}')
  await writeFile(join(path, 'bundle.json'), JSON.stringify(manifest))
  return path
}

async function contentOf(path: string): Promise<Record<string, string>> {
  const names = (await readdir(path)).sort()
  return Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, (await readFile(join(path, name))).toString('base64')] as const),
    ),
  )
}

function puts(): string[] {
  return s3.requests.filter((request) => request.startsWith('PUT'))
}

describe.each(['folder', 'bucket'])('a %s', (kind) => {
  function store(): ResultStore {
    return kind === 'folder' ? new FolderStore(join(folder, 'shared', 'results')) : open()
  }

  test('gives back what was published, and the later of two', async () => {
    const one = await bundleOf('one', { 'a.json': Buffer.from('1'), 'b.bin': Buffer.from([0, 255, 10]) })
    const two = await bundleOf('two', { 'a.json': Buffer.from('2') })
    await store().publish('web', one)
    await store().fetch('web', join(folder, 'copy'))
    expect(await contentOf(join(folder, 'copy'))).toEqual(await contentOf(one))
    await store().publish('web', two)
    await store().fetch('web', join(folder, 'copy'))
    expect(await contentOf(join(folder, 'copy'))).toEqual(await contentOf(two))
  })

  test('takes nothing that is damaged, and says so of a name that it does not have', async () => {
    const one = await bundleOf('one', { 'a.json': Buffer.from('1') })
    await writeFile(join(one, 'a.json'), '3')
    await expect(store().publish('web', one)).rejects.toThrow(/a\.json was changed or damaged/)
    await expect(store().fetch('web', join(folder, 'copy'))).rejects.toThrow(/no bundle/)
    expect(await readdir(folder)).not.toContain('copy')
  })
})

describe('a bucket', () => {
  test('gets the marker last, and nothing twice', async () => {
    const one = await bundleOf('one', { 'a.json': Buffer.from('1'), 'b.json': Buffer.from('2') })
    await open().publish('web', one)
    const written = puts()
    expect(written.at(-1)).toBe('PUT results/nightly runs/web/bundle.json')
    expect(written.length).toBe(5)
    await open().publish('web', one)
    expect(puts().length).toBe(5)
  })

  test('keeps the earlier bundle when the writer is stopped at any request', async () => {
    const one = await bundleOf('one', { 'a.json': Buffer.from('1') })
    const two = await bundleOf('two', { 'a.json': Buffer.from('2') })
    await open().publish('web', one)
    for (let stop = 0; stop < 4; stop++) {
      let left = stop
      s3.trouble = ({ method }) => (method === 'PUT' && left-- <= 0 ? 500 : null)
      await expect(open().publish('web', two)).rejects.toThrow(/cannot write s3:\/\/results\/nightly runs\/web/)
      s3.trouble = () => null
      await open().fetch('web', join(folder, 'copy'))
      expect(await contentOf(join(folder, 'copy'))).toEqual(await contentOf(one))
    }
  })

  test('is asked again after an error that passes', async () => {
    let errors = 2
    s3.trouble = () => (errors-- > 0 ? 503 : null)
    await open().publish('web', await bundleOf('one', { 'a.json': Buffer.from('1') }))
    expect([...s3.objects.keys()]).toContain('results/nightly runs/web/bundle.json')
  })

  test('takes a member of many megabytes in parts', async () => {
    const large = Buffer.alloc(20 * 2 ** 20, 'sample ')
    const one = await bundleOf('one', { 'history.parquet': large })
    await open().publish('web', one)
    expect(puts().filter((request) => request.includes('partNumber')).length).toBe(3)
    await open().fetch('web', join(folder, 'copy'))
    expect((await readFile(join(folder, 'copy', 'history.parquet'))).equals(large)).toBe(true)
  })

  test('says what is wrong: the keys, the bucket, the address, what lies there', async () => {
    const one = await bundleOf('one', { 'a.json': Buffer.from('1') })
    await expect(open(PLACE, 'wrong').publish('web', one)).rejects.toThrow(
      /refused \(status 403, SignatureDoesNotMatch/,
    )
    await expect(open({ bucket: 'other', prefix: '' }).publish('web', one)).rejects.toThrow(/no such bucket; create it/)
    await open().publish('web', one)
    const key = [...s3.objects.keys()].find((key) => key.endsWith('a.json'))!
    s3.objects.set(key, Buffer.from('9'))
    await expect(open().fetch('web', join(folder, 'copy'))).rejects.toThrow(/a\.json was changed or damaged/)
    await s3.close()
    await expect(open().publish('web', one)).rejects.toThrow(/is AWS_ENDPOINT_URL right\?/)
  })

  test('is found by the variables that AWS tools use', async () => {
    const keys = { AWS_ACCESS_KEY_ID: KEYS.id, AWS_SECRET_ACCESS_KEY: KEYS.secret }
    const one = await bundleOf('one', { 'a.json': Buffer.from('1') })
    await s3Store(PLACE, { ...keys, AWS_ENDPOINT_URL: s3.url, AWS_REGION: 'eu-1' }).publish('web', one)
    expect(s3.objects.size).toBe(4)
    expect(() => s3Store(PLACE, {})).toThrow(/AWS_ACCESS_KEY_ID/)
    expect(() => s3Store(PLACE, { ...keys, AWS_ENDPOINT_URL: 'host' })).toThrow(/no URL/)
  })
})

test('an address is a bucket with a prefix, or a folder', () => {
  expect(bucketPlace('s3://results/a/b/')).toEqual({ bucket: 'results', prefix: 'a/b' })
  expect(bucketPlace('s3://results')).toEqual({ bucket: 'results', prefix: '' })
  expect(bucketPlace('../shared/results')).toBe(null)
  for (const wrong of ['', 's3://', 's3://No', 's3://b/a?b', 'http://host/x']) {
    expect(storeAddress.safeParse(wrong).success).toBe(false)
  }
})
