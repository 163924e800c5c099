import { LogReaderError } from '@sp/log-reader'
import { PipelineError } from './errors.js'

/** What can be told of an error in another thread: its class does not get there. */
export interface ThreadFailure {
  readonly name: string
  readonly code: string | undefined
  readonly message: string
}

/** An error as what can be told of it in another thread. */
export function failureOf(error: Error): ThreadFailure {
  return { name: error.name, code: (error as { readonly code?: string }).code, message: error.message }
}

/** The error that another thread tells of. */
export function errorOf({ name, code, message }: ThreadFailure): Error {
  if (name === 'PipelineError') return new PipelineError(code as PipelineError['code'], message)
  if (name === 'LogReaderError') return new LogReaderError(code as LogReaderError['code'], message)
  return new Error(message)
}
