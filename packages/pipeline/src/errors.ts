/**
 * A run could not be done as asked.
 * - `too-little-data`: nothing left to learn from, or nothing left to judge
 * - `same-data`: the normal log and the judged log are the same file
 * - `bad-folder`: a folder lacks the files an earlier step should have written, or they do not belong together
 * - `bad-bundle`: a bundle is damaged, of another version, or does not fit; or something else has its name
 * - `update-refused`: a bundle would have become worse
 * - `export-failed`: an exported network does not say what the trained one says
 * - `bad-state`: a saved miner state cannot be used
 * - `bad-options`: an option lies outside its range
 * - `write-failed`: the output folder cannot be written
 * - `thread-ended`: a thread that reads ended by itself, as it does without memory
 */
export class PipelineError extends Error {
  override readonly name = 'PipelineError'

  constructor(
    readonly code:
      | 'too-little-data'
      | 'same-data'
      | 'bad-folder'
      | 'bad-bundle'
      | 'update-refused'
      | 'export-failed'
      | 'bad-state'
      | 'bad-options'
      | 'write-failed'
      | 'thread-ended',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
