import fc from 'fast-check'
import type { Finding } from '@sp/log-table'
import { type IncidentChange, IncidentGrouper } from '../src/incidents/incident-grouper.js'
import type { Incident } from '../src/incidents/incident.js'
import { finding, missingStep, moreFrequent, newTemplate, template, timeOf } from './make-findings.js'

function incidentsOf(findings: readonly Finding[], grouper = new IncidentGrouper({ budget: 0.005 })): Incident[] {
  const changes = [...findings.flatMap((one) => grouper.add(one)), ...grouper.close()]
  return changes.flatMap((change) => (change.kind === 'closed' ? [change.incident] : []))
}

const CRASH = newTemplate('segfault at <HEX>')
const LINK = moreFrequent('eth0: link down')
const FEWER = { kind: 'less-frequent', template: template('heartbeat'), count: 0, expected: 17, surprise: 9 } as const

describe('an incident', () => {
  it('is made of windows that touch, and of two where a gap lies between', () => {
    const windows = [
      finding({ firstLine: 0, evidence: [CRASH] }),
      finding({ firstLine: 25, evidence: [LINK] }),
      finding({ firstLine: 75, evidence: [newTemplate('Traceback:')] }),
      finding({ firstLine: 500, evidence: [newTemplate('disk full')] }),
    ]
    const incidents = incidentsOf(windows)
    expect(incidents.map(({ windows, places }) => [windows, places[0].firstLine, places[0].lastLine])).toEqual([
      [3, 0, 124],
      [1, 500, 549],
    ])
    expect(incidents[0].id).toBe(windows[0].id)
    expect(incidents[0].records).toBe(125)
  })

  it('is one with two thousand sessions that miss the same step', () => {
    const sessions = Array.from({ length: 2000 }, (_, i) =>
      finding({
        unit: 'session',
        session: `blk_${i}`,
        firstLine: i * 40,
        lastLine: i * 40 + 12,
        evidence: [missingStep('block stored', 'block received', i * 40 + 5)],
        texts: { [i * 40 + 5]: `received blk_${i} #0` },
      }),
    )
    const [incident, ...others] = incidentsOf(sessions)
    expect(others).toEqual([])
    expect(incident).toMatchObject({ sessions: 2000, findings: 2000, windows: 0, severity: 'high' })
    expect(incident.sessionKeys).toHaveLength(2000)
    expect(incident.reasons).toHaveLength(1)
    expect(incident.reasons[0].findings).toBe(2000)
    expect(incident.lines.map(({ text }) => text)).toEqual(['received blk_0', 'received blk_1999'])
  })

  it('keeps sessions apart that are strange for different reasons', () => {
    const sessions = ['stored', 'deleted', 'verified'].map((step, i) =>
      finding({ unit: 'session', firstLine: i * 9, evidence: [missingStep(`block ${step}`, 'block received')] }),
    )
    expect(incidentsOf(sessions)).toHaveLength(3)
  })

  it('takes in what another detector says of the same line', () => {
    const window = finding({ firstLine: 0, evidence: [CRASH], texts: { 20: 'segfault at 7f #0' } })
    const session = finding({
      unit: 'session',
      firstLine: 5,
      lastLine: 20,
      evidence: [missingStep('done', 'started', 20)],
      texts: { 20: 'segfault at 7f #0' },
      detectors: [{ name: 'deeplog', pValue: 1e-7 }],
      pValue: 1e-7,
    })
    const [incident, ...others] = incidentsOf([window, session])
    expect(others).toEqual([])
    expect(incident.detectors).toEqual([
      { name: 'deeplog', pValue: 1e-7, findings: 1 },
      { name: 'baseline', pValue: 1e-5, findings: 1 },
    ])
    expect(incident).toMatchObject({ windows: 1, sessions: 1, pValue: 1e-7, score: 7 })
  })

  it('joins windows of the same kind that lie near, and begins anew after a rest', () => {
    const near = [0, 120, 240].map((firstLine) => finding({ firstLine, evidence: [LINK] }))
    const later = finding({ firstLine: 9000, evidence: [LINK] })
    expect(incidentsOf([...near, later]).map(({ windows }) => windows)).toEqual([3, 1])
  })

  it('is over after six quiet hours of its log, and one that comes back is another', () => {
    const hours = [0, 5, 12].map((hour) =>
      finding({ unit: 'session', session: `s${hour}`, firstLine: hour * 3600, evidence: [missingStep('b', 'a')] }),
    )
    expect(incidentsOf(hours).map(({ sessions }) => sessions)).toEqual([2, 1])
  })

  it('is one where the same happens in several sources at a time, and never joins sources by their lines', () => {
    const texts = { 3: 'eth0: link down #0' }
    const same = ['a.log', 'b.log', 'c.log'].map((source) => finding({ source, evidence: [LINK], texts }))
    expect(incidentsOf(same).map(({ places }) => places.map(({ source }) => source))).toEqual([
      ['a.log', 'b.log', 'c.log'],
    ])
    const other = finding({ source: 'b.log', evidence: [newTemplate('disk full')], texts: { 3: 'disk full #0' } })
    expect(incidentsOf([same[0], other])).toHaveLength(2)
  })

  it('tells new templates in the order of the log, before all else where the strongest is new', () => {
    const window = finding({
      evidence: [newTemplate('frame <NUM>', 12), newTemplate('segfault at <HEX>', 9), moreFrequent('tick <NUM>', 9, 8)],
      texts: { 10: 'segfault at 7f #1', 11: 'frame 1 #0', 30: 'tick 1 #2' },
    })
    const [{ reasons }] = incidentsOf([window])
    expect(reasons.map(({ evidence }) => ('template' in evidence ? evidence.template!.text : ''))).toEqual([
      'segfault at <HEX>',
      'frame <NUM>',
      'tick <NUM>',
    ])
  })

  it('does not say of a new template that it never stood where it stands', () => {
    const [fresh, known] = [newTemplate('segfault at <HEX>', 9), moreFrequent('tick <NUM>', 9, 8)]
    const step = { kind: 'unexpected-order', expected: [], probability: 0, row: 0, surprise: 12 } as const
    const [fault, tick] = [template('segfault at <HEX>'), template('tick <NUM>')]
    const [{ reasons }] = incidentsOf([
      finding({
        evidence: [
          { ...step, template: fault, after: tick },
          { ...step, template: tick, after: fault },
          { ...step, template: tick, after: tick },
          fresh,
          known,
        ],
      }),
    ])
    expect(reasons.map(({ evidence }) => evidence.kind)).toEqual(['unexpected-order', 'new-template', 'more-frequent'])
  })

  it('leaves weak evidence out, and what is missing only because something else took its place', () => {
    const missing = { ...FEWER, surprise: 18 }
    const window = finding({
      evidence: [LINK, missing, moreFrequent('tick <NUM>', 8, 2)],
      texts: { 3: 'eth0: link down #0', 4: 'tick 4 #2' },
    })
    const [incident] = incidentsOf([window])
    expect(incident.reasons).toHaveLength(1)
    expect(incident.lines.map(({ role, reason }) => [role, reason])).toEqual([
      ['evidence', 0],
      ['context', null],
    ])
    expect(incident.places[0]).toMatchObject({ firstLine: 3, lastLine: 3 })
  })

  it('shows the first, the strongest and the last of its findings, never more lines than asked for', () => {
    const burst = Array.from({ length: 30 }, (_, i) => {
      const texts = Object.fromEntries(Array.from({ length: 12 }, (_, k) => [i * 50 + k, `eth0: link down ${i} #0`]))
      return finding({ firstLine: i * 50, pValue: i === 13 ? 1e-9 : 1e-5, evidence: [LINK], texts })
    })
    const [incident] = incidentsOf(burst, new IncidentGrouper({ maxLines: 20 }))
    expect(incident.lines).toHaveLength(20)
    expect([...new Set(incident.lines.map(({ text }) => text.split(' ')[3]))]).toEqual(['0', '13', '29'])
    expect(incident.lines.map(({ lineNo }) => lineNo)).toEqual(
      [...incident.lines.map(({ lineNo }) => lineNo)].sort((a, b) => a - b),
    )
  })

  it('names the values that its lines have in common', () => {
    const evidence = [newTemplate('Failed password for <*> from <IP> port <NUM>')]
    const texts = Object.fromEntries(
      Array.from({ length: 6 }, (_, i) => [
        i,
        `sshd[7]: Failed password for user${i} from 10.0.0.9 port ${4000 + i} #0`,
      ]),
    )
    const [{ parameters }] = incidentsOf([finding({ evidence, texts })])
    expect(
      parameters.map(({ position, type, value, why, lines, ofLines }) => [position, type, value, why, lines, ofLines]),
    ).toEqual([[1, '<IP>', '10.0.0.9', 'shared', 6, 6]])
  })

  it('closes the one that rested longest when too many are open', () => {
    const grouper = new IncidentGrouper({ maxOpen: 3 })
    const findings = Array.from({ length: 8 }, (_, i) =>
      finding({ unit: 'session', firstLine: i * 100, evidence: [missingStep(`step ${i}`, 'start')] }),
    )
    const changes = findings.flatMap((one) => grouper.add(one))
    expect(changes.filter(({ kind }) => kind === 'closed').map(({ id }) => id)).toEqual(
      findings.slice(0, 5).map(({ id }) => id),
    )
    expect(grouper.openIds()).toEqual(findings.slice(5).map(({ id }) => id))
  })

  it('refuses a state of another version', () => {
    const state = { ...new IncidentGrouper().snapshot(), version: 2 as never }
    expect(() => IncidentGrouper.restore(state)).toThrow('expected sp-incidents version 1')
  })
})

const anyFinding = fc
  .record({
    line: fc.nat(3000),
    unit: fc.constantFrom('window' as const, 'session' as const),
    text: fc.constantFrom('alpha <NUM>', 'beta <IP>', 'gamma'),
    kind: fc.constantFrom('new', 'more', 'missing'),
    p: fc.integer({ min: 3, max: 12 }),
    source: fc.constantFrom('a.log', 'b.log'),
  })
  .map(({ line, unit, text, kind, p, source }) => {
    const evidence =
      kind === 'new' ? newTemplate(text) : kind === 'more' ? moreFrequent(text) : missingStep(text, 'before', line)
    return finding({
      firstLine: line,
      unit,
      source,
      session: `${source}-${line % 40}`,
      pValue: 10 ** -p,
      evidence: [evidence],
      texts: { [line + 3]: `${text} 7 #0` },
    })
  })

/** Changes without what closed incidents hold, and those. */
function told(changes: readonly IncidentChange[]): unknown {
  return JSON.parse(JSON.stringify(changes))
}

test('every finding is in exactly one incident, whatever they are', () => {
  fc.assert(
    fc.property(fc.array(anyFinding, { maxLength: 60 }), (findings) => {
      const incidents = incidentsOf(findings, new IncidentGrouper({ maxOpen: 5, quietMs: 600_000 }))
      expect(incidents.reduce((sum, one) => sum + one.findings, 0)).toBe(findings.length)
      for (const one of incidents) expect(one.windows + one.sessions).toBe(one.findings)
    }),
  )
})

test('a grouper that was saved and restored as JSON goes on exactly as it would have', () => {
  fc.assert(
    fc.property(fc.array(anyFinding, { maxLength: 40 }), fc.nat(40), (findings, at) => {
      const options = { budget: 0.005, maxOpen: 6 }
      const whole = new IncidentGrouper(options)
      const expected = [...findings.flatMap((one) => whole.add(one)), ...whole.close()]
      const first = new IncidentGrouper(options)
      const before = findings.slice(0, at).flatMap((one) => first.add(one))
      const second = IncidentGrouper.restore(JSON.parse(JSON.stringify(first.snapshot())), options)
      const after = [...findings.slice(at).flatMap((one) => second.add(one)), ...second.close()]
      expect(told([...before, ...after])).toEqual(told(expected))
    }),
  )
})

test('times are those of the lines of evidence', () => {
  const [incident] = incidentsOf([
    finding({ firstLine: 0, texts: { 8: 'segfault at 1 #0', 12: 'segfault at 2 #0', 4: 'calm' } }),
  ])
  expect([incident.startTime, incident.endTime]).toEqual([timeOf(8), timeOf(12)])
})
