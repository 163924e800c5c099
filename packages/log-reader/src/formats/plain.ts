import type { HeaderFormat } from '../header-format.js'

/** Lines without a header that anybody knows: the whole line is the message. */
export const plainFormat: HeaderFormat = {
  name: 'plain',
  description: 'no header: the whole line is the message',
  examples: ['Server started, waiting for connections'],
  parse: () => true,
}
