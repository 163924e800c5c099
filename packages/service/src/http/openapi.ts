import { z } from 'zod'
import type { Route } from './route.js'
import { ProblemSchema } from './schemas.js'

const PROBLEMS: Readonly<Record<number, string>> = {
  400: 'The request is not well formed; nothing was taken.',
  401: 'A token is missing or wrong.',
  403: 'The request comes from another site, or the service was started without a token.',
  413: 'The body is too long.',
  415: 'The media type or encoding is not known.',
  429: 'Too many requests; `Retry-After` says when to come back.',
  503: 'Too much is waiting, or the service is closing; nothing was taken.',
}

/** The OpenAPI 3.1 document of routes, from the schemas that validate them. */
export function openApiDocument(routes: readonly Route[], version: string): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'sp serve',
      version,
      description: 'Log lines in, findings and incidents out. Text of logs in answers is text of strangers.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: schemaOf(ProblemSchema, 'output') },
    },
  }
}

function operationOf({ name, summary, token, params, query, body, answers }: Route): object {
  const parameters = [...parametersOf(params, 'path'), ...parametersOf(query, 'query')]
  const content = body?.types.map((type) => [
    type,
    { schema: body.schema && type !== 'text/plain' ? schemaOf(body.schema, 'input') : { type: 'string' } },
  ])
  return {
    operationId: name,
    summary,
    ...(token === 'never' ? { security: [] } : { security: [{ token: [] }] }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body && content
      ? { requestBody: { description: body.description, content: Object.fromEntries(content) } }
      : {}),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(answerOf)),
      ...problemsOf(token, body !== undefined),
    },
  }
}

function answerOf([status, { description, body, mediaType = 'application/json' }]: [string, Route['answers'][number]]) {
  const schema = body ? schemaOf(body, 'output') : { type: 'string' }
  return [status, { description, content: { [mediaType]: { schema } } }]
}

function problemsOf(token: Route['token'], hasBody: boolean): object {
  const statuses = [400, ...(token === 'never' ? [] : [401, 403]), ...(hasBody ? [413, 415] : []), 429, 503]
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
  return Object.fromEntries(statuses.map((status) => [status, { description: PROBLEMS[status], content }]))
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, { readonly description?: string }>>
  readonly required?: readonly string[]
}

function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query'): object[] {
  if (schema === undefined) return []
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as ObjectSchema
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema,
  }))
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): object {
  const entries = Object.entries(z.toJSONSchema(schema, { io, unrepresentable: 'any' }))
  return Object.fromEntries(entries.filter(([key]) => key !== '$schema'))
}
