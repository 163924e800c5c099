import { readdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

let program: string | undefined

/**
 * The batch trainer in one file, made from the sources: it starts in a fifth of the time, and most of what a test does is
 * to start processes. It is gone when this process ends.
 */
export function bundledProgram(): string {
  if (program !== undefined) return program
  const outfile = here(`../out-tsc/batch-trainer-${process.pid}.mjs`)
  const { buildSync } = createRequire(import.meta.url)('esbuild') as { buildSync: (options: object) => void }
  buildSync({
    entryPoints: [here('../src/main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    packages: 'external',
    alias: Object.fromEntries(readdirSync(PACKAGES).map((name) => [`@sp/${name}`, `${PACKAGES}${name}/src/index.ts`])),
    banner: { js: COMMONJS },
  })
  process.once('exit', () => rmSync(outfile, { force: true }))
  return (program = outfile)
}

/** What CommonJS among the sources takes for given. */
const COMMONJS = [
  `import { createRequire as requireOf } from 'node:module'`,
  `const [__filename, require] = [new URL(import.meta.url).pathname, requireOf(import.meta.url)]`,
].join('\n')

const PACKAGES = here('../../../packages/')

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}
