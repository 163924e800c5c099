import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSources, type Source } from '@sp/log-reader'

/** A folder that is gone after the test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sp-pipeline-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A source of these lines. */
export async function sourceOf(folder: string, name: string, lines: readonly string[]): Promise<Source> {
  const path = join(folder, name)
  writeFileSync(path, lines.join('\n') + '\n')
  const [source] = await openSources([path])
  return source
}

/** A syslog line, `minute` minutes after midnight of a fixed day. */
export function lineAt(minute: number, message: string): string {
  const time = new Date(Date.UTC(2026, 0, 5, 0, minute)).toISOString().slice(11, 19)
  return `2026-01-05T${time}Z host-1 app[42]: ${message}`
}
