import { writeLabels } from '../src/labels.js'
import { generateSyntheticLog } from '../src/synthetic/synthetic-log.js'

/** The kinds of incidents in the example. */
export const KINDS = ['unseen', 'error', 'attack', 'crash', 'burst', 'missing'] as const

/** The example logs, by file name: two of the same world, the second a week later and with incidents. */
export function exampleLogs(): Map<string, string> {
  const normal = generateSyntheticLog({ seed: 11, lines: 20_000, startMs: Date.UTC(2026, 2, 2) })
  const suspicious = generateSyntheticLog({
    seed: 12,
    lines: 5_000,
    startMs: Date.UTC(2026, 2, 10),
    anomalies: { count: 12, kinds: KINDS },
  })
  return new Map([
    ['normal.log', `${normal.lines.join('\n')}\n`],
    ['suspicious.log', `${suspicious.lines.join('\n')}\n`],
    ['suspicious.labels.json', writeLabels({ source: 'suspicious.log', incidents: suspicious.labels })],
  ])
}
