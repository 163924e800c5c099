import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ReportError } from '../errors.js'

/** The script and the style of the page, each one text. */
export interface BundledPage {
  readonly script: string
  readonly style: string
}

/** What was bundled, so that it is done once. */
const bundled: { page?: BundledPage } = {}

/**
 * Bundles the script of the page with the chart library it draws with, and joins their styles.
 * In the sources this runs esbuild. In what is published the whole module is replaced by its result (`tsup.config.ts`),
 * so that neither esbuild nor the chart library is needed there.
 * @throws {ReportError} `no-page` when esbuild is not installed
 */
export function bundlePage(): BundledPage {
  return (bundled.page ??= bundleFrom(fileURLToPath(new URL('./page', import.meta.url))))
}

/** Bundles the page in a folder. */
export function bundleFrom(folder: string): BundledPage {
  const require = createRequire(join(folder, 'page.ts'))
  const { buildSync } = requireEsbuild(require)
  const { outputFiles } = buildSync({
    entryPoints: [join(folder, 'page.ts')],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2020',
    charset: 'utf8',
    // Its licence asks that its notice goes with every copy.
    banner: { js: `/*! uPlot\n${readFileSync(require.resolve('uplot/LICENSE'), 'utf8').trim()}\n*/` },
    write: false,
  })
  const chartStyle = readFileSync(require.resolve('uplot/dist/uPlot.min.css'), 'utf8')
  const style = chartStyle + readFileSync(join(folder, 'page.css'), 'utf8')
  // A script ends at `</script`, wherever that stands.
  return {
    script: outputFiles[0].text.replaceAll('</script', '<\\/script'),
    style: style.replaceAll('</style', '<\\/style'),
  }
}

interface Esbuild {
  readonly buildSync: (options: object) => { readonly outputFiles: readonly { readonly text: string }[] }
}

function requireEsbuild(require: NodeJS.Require): Esbuild {
  try {
    return require('esbuild') as Esbuild
  } catch (cause) {
    throw new ReportError('no-page', 'the sources of @sp/report need esbuild; run "npm ci"', { cause })
  }
}
