import { dirname, join } from 'node:path'
import { defineConfig, type Options } from 'tsup'
import { bundleFrom as bundleReport } from './packages/report/src/html/bundle-page.js'
import { bundleFrom as bundleLivePage } from './packages/service/src/bundle-page.js'

// Run from the folder of a package or an app (npm script `build`). Apps have a main.ts and are ESM only;
// packages have an index.ts and ship ESM, CommonJS and types.
const isApp = process.cwd().includes('/apps/') || process.cwd().includes('\\apps\\')

/**
 * The script and the style of the HTML report and of the live page, bundled here and put in the place of the module that
 * bundles them in the sources: what is published needs neither esbuild nor the chart library.
 */
const inlinePage: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'inline-page',
  setup(build) {
    build.onLoad({ filter: /[\\/]bundle-page\.ts$/ }, ({ path }) => {
      const bundleFrom = /[\\/]service[\\/]/.test(path) ? bundleLivePage : bundleReport
      const page = JSON.stringify(bundleFrom(join(dirname(path), 'page')))
      return { contents: `export function bundlePage() { return ${page} }`, loader: 'js' }
    })
  },
}

/**
 * Bundling turns every `const` at the top of a module into `var`. V8 takes the value of a `const` for granted, and looks
 * that of a `var` up each time: in the tables that a scanner asks for each byte that is a sixth of its time. No module
 * has a variable that changes (a rule of the lint), so all of them are constants again.
 */
const keepConstants: NonNullable<Options['plugins']>[number] = {
  name: 'keep-constants',
  renderChunk: (code) => ({ code: code.replace(/^var (?=[\w$]+ = )/gm, 'const ') }),
}

export default defineConfig({
  // Beside it the programs of worker threads, which are loaded by file name.
  entry: isApp ? ['src/main.ts'] : ['src/index.ts', 'src/*-worker.ts'],
  format: isApp ? ['esm'] : ['esm', 'cjs'],
  target: 'node20',
  platform: 'node',
  // `composite` makes the declaration step fail with TS6307; references are not needed there.
  dts: isApp ? false : { entry: 'src/index.ts', compilerOptions: { composite: false, customConditions: [] } },
  clean: true,
  sourcemap: true,
  // Commands load what only they need when they run.
  splitting: isApp,
  plugins: [keepConstants],
  // `import.meta.url` in CommonJS, for the file names of worker threads.
  shims: true,
  esbuildPlugins: [inlinePage],
})
