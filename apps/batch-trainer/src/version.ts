import manifest from '../package.json' with { type: 'json' }

/** The version of the batch trainer, which is that of all the packages. */
export const VERSION: string = manifest.version
