import { defineConfig } from 'tsup'

// Run from the folder of a package or an app (npm script `build`). Apps have a main.ts and are ESM only;
// packages have an index.ts and ship ESM, CommonJS and types.
const isApp = process.cwd().includes('/apps/') || process.cwd().includes('\\apps\\')

export default defineConfig({
  entry: isApp ? { main: 'src/main.ts' } : { index: 'src/index.ts' },
  format: isApp ? ['esm'] : ['esm', 'cjs'],
  target: 'node20',
  platform: 'node',
  // `composite` makes the declaration step fail with TS6307; references are not needed there.
  dts: isApp ? false : { compilerOptions: { composite: false, customConditions: [] } },
  clean: true,
  sourcemap: true,
  splitting: false,
})
