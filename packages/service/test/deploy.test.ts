import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { validate } from 'dockerfile-utils'
import { started } from './running-service.js'

function deployed(name: string): string {
  return fileURLToPath(new URL(`../../../docs/deploy/${name}`, import.meta.url))
}

/** Flags in a text that follow `sp serve`. */
function flagsIn(text: string): string[] {
  return [...new Set(text.match(/--(?:host|port|token-file|state-dir|sink-[a-z]+|journald|json|follow|redis)\b/g))]
}

describe('the container file', () => {
  const text = readFileSync(deployed('Containerfile'), 'utf8')

  test('passes the linter', () => {
    expect(validate(text).map(({ range, message }) => `${range.start.line + 1}: ${message}`)).toEqual([])
  })

  test('pins what it builds on, runs as nobody special, and never runs install scripts', () => {
    expect(text.match(/^FROM .*$/gm)!.every((line) => /:\d+-/.test(line))).toBe(true)
    expect(text).toMatch(/^USER node$/m)
    expect(text).toContain('--ignore-scripts')
  })
})

describe('the unit of systemd', () => {
  const text = readFileSync(deployed('sp-serve.service'), 'utf8')

  test('has its sections, each key once unless lists may go on', () => {
    const keys = text
      .split('\n')
      .filter((line) => /^[A-Z]\w+=/.test(line))
      .map((line) => line.split('=')[0])
    expect(text.match(/^\[\w+\]$/gm)).toEqual(['[Unit]', '[Service]', '[Install]'])
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual(['SystemCallFilter'])
  })

  const hasAnalyze = spawnSync('systemd-analyze', ['--version']).status === 0
  ;(hasAnalyze ? test : test.skip)('is what systemd takes', () => {
    const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', deployed('sp-serve.service')], {
      encoding: 'utf8',
    })
    // The program itself is not installed here.
    const complaints = stderr
      .split('\n')
      .filter((line) => line.includes('sp-serve.service') && !line.includes('/usr/bin/sp'))
    expect(complaints).toEqual([])
  })
})

test('both use flags that exist', () => {
  const options = readFileSync(
    fileURLToPath(new URL('../../../apps/cli/src/serve-options.ts', import.meta.url)),
    'utf8',
  )
  for (const name of ['Containerfile', 'sp-serve.service']) {
    for (const flag of flagsIn(readFileSync(deployed(name), 'utf8'))) {
      expect(options).toMatch(new RegExp(`^  '?${flag.slice(2)}'?: \\{`, 'm'))
    }
  }
})

test('leaving the loopback with a token is allowed, as the container does', async () => {
  const { service } = await started({ http: { host: '0.0.0.0', port: 0, tokens: ['a-token-of-at-least-sixteen'] } })
  await service.close()
})
