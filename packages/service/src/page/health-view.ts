import type { Status } from './answers.js'
import { byId, type Content, element, refill } from './dom.js'
import type { CardWords } from './incident-card.js'
import { type Figure, sentence } from './words.js'

/** The figures of the service, its inputs and its sinks. */
export function drawHealth(status: Status, rate: number, { words, formats, nowMs }: CardWords): void {
  const { queue, sources, latencyMs, lost, drift, lastSaveMs } = status
  const { notes } = words
  function n(value: number): string {
    return formats.number(value)
  }
  const fill = queue.mostBytes === 0 ? 0 : queue.bytes / queue.mostBytes
  const figures: [Figure, Content, string?][] = [
    [
      'state',
      element('span', { class: status.isReady ? 'good' : 'bad' }, status.isReady ? words.ready : words.notReady),
    ],
    ['rate', n(Math.round(rate))],
    ['latency', formats.milliseconds(latencyMs.p50), sentence(notes.latency, formats.milliseconds(latencyMs.p99))],
    [
      'queue',
      [formats.bytes(queue.bytes), element('meter', { min: 0, max: 1, high: 0.7, optimum: 0, value: fill })],
      sentence(notes.queue, formats.bytes(queue.mostBytes)),
    ],
    ['openSources', n(sources.open), sentence(notes.openSources, n(sources.most), n(sources.evicted))],
    ['unknown', formats.share(status.unknownShare)],
    ['drift', n(drift.findings), sentence(notes.drift, n(drift.sessions))],
    ['lost', n(lost.udp), sentence(notes.lost, n(lost.tooLong))],
    ['memory', formats.bytes(status.memoryBytes)],
    ['uptime', formats.duration(status.nowMs - status.startedMs)],
    ['saved', lastSaveMs === null ? words.neverSaved : formats.ago(lastSaveMs, nowMs)],
    ['bundle', element('code', {}, status.bundle.slice(0, 16)), sentence(notes.bundle, status.version)],
    ['listeners', n(status.listeners)],
  ]
  refill(
    byId('figures'),
    figures.map(([name, value, note]) => {
      const below = note !== undefined && element('dd', { class: 'note' }, note)
      return element('div', {}, element('dt', {}, words.figures[name]), element('dd', {}, value), below)
    }),
  )
  refill(
    byId('plumbing'),
    element('h2', {}, words.inputs),
    status.inputs.length === 0
      ? element('p', { class: 'quiet' }, words.none)
      : table(status.inputs.map(({ name, status }) => [element('code', {}, name), status])),
    element('h2', {}, words.sinks),
    status.sinks.length === 0
      ? element('p', { class: 'quiet' }, words.none)
      : table(
          status.sinks.map(({ name, sent, waiting, givenUp, lastError }) => [
            element('code', {}, name),
            ...[sent, waiting, givenUp].map((count) => formats.number(count)),
            lastError ?? '–',
          ]),
          words.sinkColumns,
        ),
  )
}

function table(rows: readonly (readonly Content[])[], columns: readonly string[] = []): HTMLElement {
  const head =
    columns.length > 0 &&
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        columns.map((name) => element('th', { scope: 'col' }, name)),
      ),
    )
  const body = element(
    'tbody',
    {},
    rows.map((cells) =>
      element(
        'tr',
        {},
        cells.map((cell) => element('td', {}, cell)),
      ),
    ),
  )
  return element('div', { class: 'wide', tabindex: 0 }, element('table', {}, head, body))
}
