import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { ROOT, runCli, temporaryFolder } from './run-cli.js'

// Inputs that are hard but legal: they are read, and what was done to them is counted and said.
const folder = temporaryFolder()
const header = 'Jan  5 10:00:00 host-1 app[42]: '

async function parsed(name: string, content: string | Uint8Array, ...args: string[]) {
  const path = join(folder, name)
  writeFileSync(path, content)
  const run = await runCli(['parse', path, '--out-dir', join(folder, `${name}.out`), '--json', ...args])
  expect(run.stderr).toBe('')
  return JSON.parse(run.stdout)
}

test('a line of 10 MB is cut at 1 MB and counted', async () => {
  const summary = await parsed('long.log', `${header}first\n${header}${'x'.repeat(10 << 20)}\n${header}last\n`)
  expect(summary.rows).toBe(3)
  expect(summary.target[0].cutLines).toBe(1)
})

test('bad UTF-8 is kept as U+FFFD and counted', async () => {
  const bad = Buffer.concat([Buffer.from(`${header}caf`), Buffer.from([0xe9, 0x21]), Buffer.from('\n')])
  const summary = await parsed('latin1.log', bad)
  expect(summary.target[0].invalidUtf8).toBe(1)
  expect(readFileSync(join(folder, 'latin1.log.out/preview.json'), 'utf8')).toContain('caf\ufffd!')
})

test('several gzip members in one file are read to the end', async () => {
  const members = Buffer.concat([gzipSync(`${header}one\n`), gzipSync(`${header}two\n`)])
  expect((await parsed('two.log.gz', members)).rows).toBe(2)
})

test('a log without a last line end keeps its last line', async () => {
  expect((await parsed('open.log', `${header}one\r\n${header}two`)).rows).toBe(2)
})

test('a disk that is full leaves neither results nor half of them', () => {
  const log = join(folder, 'big.log')
  writeFileSync(log, Array.from({ length: 60_000 }, (_, i) => `${header}request ${i} of ${i * i}\n`).join(''))
  const outDir = join(folder, 'full')
  // A limit on the size of files fails a write in the midst, as a full disk does.
  const command = `trap '' XFSZ; ulimit -f 300; exec "$0" "$@"`
  const binary = join(ROOT, 'apps/cli/dist/main.js')
  const run = spawnSync('bash', ['-c', command, process.execPath, binary, 'parse', log, '--out-dir', outDir], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  expect(run.stderr).toMatch(/^sp: .*\n$/)
  expect(run.status).toBe(2)
  expect(existsSync(outDir) ? readdirSync(outDir) : []).toEqual([])
})

test('Ctrl-C ends a run that waits for a pipe nobody writes to, and leaves nothing', async () => {
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  const outDir = join(folder, 'waiting')
  const run = await runCli(['parse', pipe, '--out-dir', outDir], {
    interruptWhen: () => existsSync(outDir) && readdirSync(outDir).length > 0,
  })
  // Ended by the signal itself, which shells report as 130.
  expect(run).toEqual({ code: null, stdout: '', stderr: 'sp: interrupted; nothing was written\n' })
  expect(readdirSync(outDir)).toEqual([])
})

test('Ctrl-C while reading leaves an earlier result as it was', async () => {
  const outDir = join(folder, 'kept')
  const log = join(folder, 'kept.log')
  writeFileSync(log, `${header}one\n${header}two\n`)
  await runCli(['parse', log, '--out-dir', outDir])
  const before = readFileSync(join(outDir, 'parsed.parquet'))
  const run = await runCli(['parse', '-', '--out-dir', outDir], {
    interruptWhen: () => readdirSync(outDir).some((name) => name.startsWith('.partial')),
  })
  expect(run.code).toBe(130)
  expect(run.stderr).toBe('sp: interrupted; nothing was written\n')
  expect(readFileSync(join(outDir, 'parsed.parquet'))).toEqual(before)
  expect(readdirSync(outDir).filter((name) => name.startsWith('.'))).toEqual([])
})
