import { createHash, timingSafeEqual } from 'node:crypto'
import { ServiceError } from '../errors.js'

/** Fewest characters of a token: 16 of base64 are 96 bits. */
const FEWEST_CHARACTERS = 16
const MOST_TOKENS = 100

/** Tokens that open the service. They are kept as hashes only. */
export class Tokens {
  readonly #hashes: readonly Buffer[]

  /** Takes tokens. @throws {ServiceError} `bad-options` on a token that is too short, holds blanks, or is one of too many */
  constructor(tokens: readonly string[]) {
    if (tokens.length > MOST_TOKENS) throw new ServiceError('bad-options', `more than ${MOST_TOKENS} tokens`)
    for (const token of tokens) {
      if (token.length >= FEWEST_CHARACTERS && /^[\x21-\x7e]+$/.test(token)) continue
      const message = `a token of ${token.length} characters; it needs at least ${FEWEST_CHARACTERS}, all printable ASCII`
      throw new ServiceError('bad-options', `${message}: take "openssl rand -base64 24"`)
    }
    this.#hashes = tokens.map(hashOf)
  }

  /** Whether no token is asked for. */
  get isEmpty(): boolean {
    return this.#hashes.length === 0
  }

  /** Whether a header `Authorization: Bearer …` names one of them. Takes as long for a wrong token as for a right one. */
  accept(header: string | undefined): boolean {
    const token = /^Bearer +([\x21-\x7e]{1,4096})$/i.exec(header ?? '')?.[1]
    const hash = hashOf(token ?? '')
    let found = false
    for (const known of this.#hashes) found = timingSafeEqual(known, hash) || found
    return found && token !== undefined
  }
}

/** The tokens in a text: one a line, without empty lines and lines that begin with `#`. */
export function tokensFrom(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim())
  return lines.filter((line) => line !== '' && !line.startsWith('#'))
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
