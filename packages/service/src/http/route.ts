import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'

/** What one answer of a route is. */
export interface AnswerDescription {
  readonly description: string
  /** Of a body of JSON. */
  readonly body?: z.ZodType
  /** Where the body is no JSON. */
  readonly mediaType?: string
}

/** One operation over HTTP: it is validated, answered and documented from the same description. */
export interface Route {
  readonly method: 'GET' | 'POST'
  /** Path; `:name` stands for a part that varies. */
  readonly path: string
  readonly name: string
  readonly summary: string
  /** Whether it asks for a token where the service has some; `always`: it is closed where the service has none. */
  readonly token: 'never' | 'asked' | 'always'
  /** Whether pages of other sites may link to it. */
  readonly isPage?: boolean
  readonly params?: z.ZodType
  readonly query?: z.ZodType
  /** The body by media type. */
  readonly body?: { readonly types: readonly string[]; readonly description: string; readonly schema?: z.ZodType }
  readonly answers: Readonly<Record<number, AnswerDescription>>
  /** Answers; a value is sent as JSON, `undefined` says that the answer was sent already. */
  handle(request: FastifyRequest, reply: FastifyReply): Promise<unknown>
}
