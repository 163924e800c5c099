import type { ServiceEvent, Surroundings } from '@sp/service'

/** The clock and the memory of this process; events as lines on stderr, for people or as JSON. */
export function surroundingsOf(asJson: boolean): Surroundings {
  return {
    nowMs: () => Date.now(),
    memoryBytes: () => process.memoryUsage().rss,
    tell: (event) => process.stderr.write(asJson ? jsonLine(event) : `sp: ${prefixOf(event)}${event.message}\n`),
  }
}

function jsonLine(event: ServiceEvent): string {
  return JSON.stringify({ time: new Date().toISOString(), ...event }) + '\n'
}

function prefixOf({ level, code }: ServiceEvent): string {
  return level === 'info' ? '' : `${level} (${code}): `
}
