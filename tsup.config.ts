import { defineConfig } from 'tsup'

// Run from the folder of a package or an app (npm script `build`). Apps have a main.ts and are ESM only;
// packages have an index.ts and ship ESM, CommonJS and types.
const isApp = process.cwd().includes('/apps/') || process.cwd().includes('\\apps\\')

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
  splitting: false,
  // `import.meta.url` in CommonJS, for the file names of worker threads.
  shims: true,
})
