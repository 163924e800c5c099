import { STATUS_CODES } from 'node:http'

/** An answer that says no, as RFC 9457 has it. */
export class Problem extends Error {
  override readonly name = 'Problem'

  constructor(
    readonly status: number,
    /** Stable name, such as `bad-lines`. */
    readonly code: string,
    detail: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail)
  }
}

/** The body of such an answer. */
export interface ProblemBody {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  readonly detail: string
}

/** The body of an answer that says no. */
export function problemBody(status: number, code: string, detail: string): ProblemBody {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, code, detail }
}

interface FrameworkError {
  readonly statusCode?: number
  readonly code?: string
  readonly message?: string
}

/** What the framework's own errors are in our words; anything unknown is a defect of ours and says no more than that. */
export function problemFrom(error: unknown): Problem {
  if (error instanceof Problem) return error
  const { statusCode = 500, code = '' } = error as FrameworkError
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem(413, 'body-too-large', 'the body is longer than the service takes; send smaller batches')
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Problem(415, 'bad-media-type', 'send text/plain, application/x-ndjson or application/json')
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new Problem(400, 'bad-length', 'the body is not as long as content-length says')
    case 'FST_ERR_BAD_URL':
      return new Problem(400, 'bad-url', 'the address is not well formed')
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new Problem(414, 'url-too-long', 'a part of the address is too long')
  }
  if (statusCode >= 400 && statusCode < 500)
    return new Problem(statusCode, 'bad-request', 'the request is not well formed')
  return new Problem(500, 'defect', 'the service failed; its log says why')
}
