import { S3mini, S3NetworkError, S3ServiceError } from 's3mini'
import { copyBundle, pasteBundle } from '@sp/pipeline'
import { StoreError } from '../errors.js'
import type { ResultStore } from './result-store.js'
import type { BucketPlace } from './store-address.js'

/** By this file a bundle is known: whoever finds it finds the rest. */
const MARKER = 'bundle.json'
/** Pauses before a request that failed is sent again: what is overloaded needs some seconds. */
const RETRY_MS = [250, 1000, 4000]
/** A request that takes longer counts as lost. */
const REQUEST_MS = 120_000

/** The store of a bucket, as the variables of the environment that AWS tools use have it. @throws {StoreError} */
export function s3Store(place: BucketPlace, environment: NodeJS.ProcessEnv = process.env): S3Store {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment
  if (!accessKeyId || !secretAccessKey) {
    throw new StoreError(`s3://${place.bucket} asks for AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; set them`)
  }
  const region = environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? 'us-east-1'
  const given = environment.AWS_ENDPOINT_URL_S3 ?? environment.AWS_ENDPOINT_URL
  const endpoint = `${given ?? `https://s3.${region}.amazonaws.com`}`.replace(/\/+$/, '')
  if (!URL.canParse(endpoint)) throw new StoreError(`AWS_ENDPOINT_URL ${endpoint} is no URL; give https://host`)
  return new S3Store(place, {
    client: new S3mini({
      accessKeyId,
      secretAccessKey,
      region,
      endpoint: `${endpoint}/${place.bucket}`,
      requestAbortTimeout: REQUEST_MS,
    }),
  })
}

/**
 * Bundles in a bucket of S3, or of whatever speaks its language. The files of a bundle lie under
 * `<prefix>/<name>/<hash>/`; last of all comes `<prefix>/<name>/bundle.json`, which says by its `hash` which of them is
 * the present one. So a reader finds the bundle before or the one after, whenever a writer is stopped, and two writers
 * do not mix.
 */
export class S3Store implements ResultStore {
  readonly #client: S3mini
  readonly #place: BucketPlace
  readonly #retryMs: readonly number[]

  constructor(
    place: BucketPlace,
    { client, retryMs = RETRY_MS }: { readonly client: S3mini; readonly retryMs?: readonly number[] },
  ) {
    this.#place = place
    this.#client = client
    this.#retryMs = retryMs
  }

  /** See {@link ResultStore.publish}. */
  async publish(name: string, bundle: string): Promise<void> {
    const { hash, files } = await copyBundle(bundle)
    if ((await this.#present(name)) === hash) return
    for (const [file, bytes] of files) await this.#put(`${name}/${hash}/${file}`, bytes)
    await this.#put(`${name}/${MARKER}`, files.get(MARKER)!)
  }

  /** See {@link ResultStore.fetch}. */
  async fetch(name: string, folder: string): Promise<void> {
    const hash = await this.#present(name)
    if (hash === null) throw new StoreError(`there is no bundle ${this.#where(name)}; publish it first`)
    const copied = await copyBundle(this.#where(name), async (file) => {
      const key = `${name}/${hash}/${file}`
      const bytes = await this.#get(key)
      if (bytes === null) throw new StoreError(`${this.#where(key)} is missing`)
      return bytes
    })
    await pasteBundle(folder, copied)
  }

  /** Hash of the bundle that a name stands for, `null` where there is none. */
  async #present(name: string): Promise<string | null> {
    const marker = await this.#get(`${name}/${MARKER}`)
    if (marker === null) return null
    try {
      const { hash } = JSON.parse(Buffer.from(marker).toString('utf8')) as { hash?: unknown }
      return typeof hash === 'string' ? hash : null
    } catch {
      return null
    }
  }

  async #put(key: string, bytes: Uint8Array): Promise<void> {
    await this.#asked('write', key, () => this.#client.putAnyObject(this.#keyOf(key), bytes))
  }

  async #get(key: string): Promise<Uint8Array | null> {
    const response = await this.#asked('read', key, () => this.#client.getObjectResponse(this.#keyOf(key)))
    return response === null ? null : new Uint8Array(await response.arrayBuffer())
  }

  /** Sends a request, again where it may go well next time. */
  async #asked<T>(what: 'read' | 'write', key: string, request: () => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries++) {
      try {
        return await request()
      } catch (cause) {
        if (!isPassing(cause) || tries === this.#retryMs.length) {
          throw new StoreError(`cannot ${what} ${this.#where(key)}: ${reasonOf(cause)}`, { cause })
        }
        await new Promise((resolve) => setTimeout(resolve, this.#retryMs[tries]))
      }
    }
  }

  #keyOf(key: string): string {
    const { prefix } = this.#place
    return prefix === '' ? key : `${prefix}/${key}`
  }

  #where(key: string): string {
    return `s3://${this.#place.bucket}/${this.#keyOf(key)}`
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof S3ServiceError) return error.status >= 500 || error.status === 429
  return error instanceof S3NetworkError || !(error instanceof TypeError)
}

/** One sentence: what was said, and what to do. */
function reasonOf(error: unknown): string {
  if (!(error instanceof S3ServiceError)) return `${(error as Error).message}; is AWS_ENDPOINT_URL right?`
  const { status, serviceCode } = error
  if (serviceCode === 'NoSuchBucket') return 'there is no such bucket; create it'
  const said = serviceCode === undefined ? `status ${status}` : `status ${status}, ${serviceCode}`
  return status === 401 || status === 403 ? `it is refused (${said}); check the keys and what they may do` : said
}
