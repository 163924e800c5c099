import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

/** What a test may look at, and make go wrong. */
export interface S3Server {
  readonly url: string
  /** By `bucket/key`. */
  readonly objects: Map<string, Buffer>
  /** Method and path of every request, in order. */
  readonly requests: string[]
  /** Asked of every request: a status to answer instead, or null. */
  trouble: (request: IncomingMessage) => number | null
  close(): Promise<void>
}

/** A bucket `results` and no other, as much of S3 as a store needs; every signature is worked out again and compared. */
export async function startS3(keys: { readonly id: string; readonly secret: string }): Promise<S3Server> {
  const objects = new Map<string, Buffer>()
  const uploads = new Map<string, Buffer[]>()
  const requests: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => handle(request, response, Buffer.concat(chunks)))
  })

  function handle(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const url = new URL(request.url!, 'http://s3')
    const [method, path] = [request.method!, decodeURIComponent(url.pathname.slice(1))]
    requests.push(`${method} ${path}${url.search}`)
    const status = s3.trouble(request)
    if (status !== null) return refuse(response, status, 'InternalError')
    if (!isSigned(request, keys)) return refuse(response, 403, 'SignatureDoesNotMatch')
    if (path.split('/')[0] !== 'results') return refuse(response, 404, 'NoSuchBucket')
    const upload = url.searchParams.get('uploadId')
    if (method === 'POST' && url.searchParams.has('uploads')) {
      uploads.set('u1', [])
      const named = `<Bucket>results</Bucket><Key>${path}</Key><UploadId>u1</UploadId>`
      return xml(response, `<InitiateMultipartUploadResult>${named}</InitiateMultipartUploadResult>`)
    }
    if (method === 'PUT' && upload !== null) {
      uploads.get(upload)![Number(url.searchParams.get('partNumber')) - 1] = body
      return tagged(response, body)
    }
    if (method === 'POST' && upload !== null) {
      objects.set(path, Buffer.concat(uploads.get(upload)!))
      const named = `<Location>x</Location><Bucket>results</Bucket><Key>${path}</Key><ETag>"t"</ETag>`
      return xml(response, `<CompleteMultipartUploadResult>${named}</CompleteMultipartUploadResult>`)
    }
    if (method === 'PUT') {
      objects.set(path, body)
      return tagged(response, body)
    }
    const found = objects.get(path)
    if (found === undefined) return refuse(response, 404, 'NoSuchKey')
    response.end(found)
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const s3: S3Server = {
    url: `http://127.0.0.1:${port}`,
    objects,
    requests,
    trouble: () => null,
    close: () => closed(server),
  }
  return s3
}

/** AWS Signature Version 4 of a request, worked out from the request itself. */
function isSigned(request: IncomingMessage, { id, secret }: { id: string; secret: string }): boolean {
  const said = /Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]+)/.exec(
    request.headers.authorization ?? '',
  )
  if (said === null) return false
  const [who, date, region, service] = said[1].split('/')
  const url = new URL(request.url!, 'http://s3')
  const query = [...url.searchParams].map(([k, v]) => `${encodeURIComponent(k)}=${encodeURIComponent(v)}`).sort()
  const headers = said[2].split(';').map((name) => `${name}:${String(request.headers[name])}\n`)
  const hashed = String(request.headers['x-amz-content-sha256'])
  const canonical = [request.method, url.pathname, query.join('&'), headers.join(''), said[2], hashed].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], `${date}/${region}/${service}/aws4_request`]
  const text = [...toSign, createHash('sha256').update(canonical).digest('hex')].join('\n')
  const key = [date, region, service, 'aws4_request'].reduce<Buffer | string>(
    (outer, inner) => createHmac('sha256', outer).update(inner).digest(),
    `AWS4${secret}`,
  )
  return who === id && createHmac('sha256', key).update(text).digest('hex') === said[3]
}

function xml(response: ServerResponse, text: string, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/xml' }).end(`<?xml version="1.0"?>${text}`)
}

function refuse(response: ServerResponse, status: number, code: string): void {
  xml(response, `<Error><Code>${code}</Code><Message>${code}</Message></Error>`, status)
}

function tagged(response: ServerResponse, body: Buffer): void {
  response.writeHead(200, { etag: `"${createHash('md5').update(body).digest('hex')}"` }).end()
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
