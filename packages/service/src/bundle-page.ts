import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ServiceError } from './errors.js'

/** The script and the style of the page, each one text. */
export interface BundledPage {
  readonly script: string
  readonly style: string
}

/** What was bundled, so that it is done once. */
const bundled: { page?: BundledPage } = {}

/**
 * Bundles the script of the live page. In the sources this runs esbuild. In what is published the whole module is
 * replaced by its result (`tsup.config.ts`), so that esbuild is not needed there.
 * @throws {ServiceError} `no-page` when esbuild is not installed
 */
export function bundlePage(): BundledPage {
  return (bundled.page ??= bundleFrom(fileURLToPath(new URL('./page', import.meta.url))))
}

/** Bundles the page in a folder. */
export function bundleFrom(folder: string): BundledPage {
  const { buildSync } = requireEsbuild(createRequire(join(folder, 'page.ts')))
  const { outputFiles } = buildSync({
    entryPoints: [join(folder, 'page.ts')],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    write: false,
  })
  return { script: outputFiles[0].text, style: readFileSync(join(folder, 'page.css'), 'utf8') }
}

interface Esbuild {
  readonly buildSync: (options: object) => { readonly outputFiles: readonly { readonly text: string }[] }
}

function requireEsbuild(require: NodeJS.Require): Esbuild {
  try {
    return require('esbuild') as Esbuild
  } catch (cause) {
    throw new ServiceError('no-page', 'the sources of @sp/service need esbuild; run "npm ci"', { cause })
  }
}
