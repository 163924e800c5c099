import fc from 'fast-check'
import type { Template } from '@sp/log-table'
import { AdaptiveBins, COUNT_WIDTHS, TIME_WIDTHS } from '../src/pictures/adaptive-bins.js'
import { ScoreDistributions } from '../src/pictures/score-distributions.js'
import { type JudgedUnit, ScoreTimeline } from '../src/pictures/score-timeline.js'
import { TemplateActivity } from '../src/pictures/template-activity.js'
import { template } from './make-findings.js'

function counts(limit: number, widths: readonly number[]) {
  return new AdaptiveBins<{ count: number }>({
    widths,
    limit,
    create: () => ({ count: 0 }),
    merge: (into, from) => (into.count += from.count),
  })
}

describe('bins', () => {
  it('each width is a multiple of the one before', () => {
    for (const widths of [TIME_WIDTHS, COUNT_WIDTHS]) {
      widths.slice(1).forEach((width, i) => expect(width % widths[i]).toBe(0))
    }
  })

  it('do not depend on the order of what is put in, and lose nothing', () => {
    const values = fc.array(fc.integer({ min: -1e12, max: 1e12 }), { minLength: 1, maxLength: 80 })
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 12 }), (all, limit) => {
        const [forth, back] = [counts(limit, TIME_WIDTHS), counts(limit, TIME_WIDTHS)]
        for (const value of all) forth.at(value).count++
        for (const value of [...all].reverse()) back.at(value).count++
        expect(forth.sorted()).toEqual(back.sorted())
        expect(forth.size).toBeLessThanOrEqual(limit)
        expect(forth.sorted().reduce((sum, { content }) => sum + content.count, 0)).toBe(all.length)
      }),
    )
  })

  it('stay narrow when a lone value lies far away', () => {
    const bins = counts(100, TIME_WIDTHS)
    for (let minute = 0; minute < 60; minute++) bins.at(minute * 60_000).count++
    const before = bins.width
    bins.at(Date.UTC(2099, 0)).count++
    expect(bins.width).toBe(before)
  })
})

const anyUnit: fc.Arbitrary<JudgedUnit> = fc.record({
  source: fc.constantFrom('a', 'b'),
  detector: fc.constantFrom('windows', 'sessions'),
  time: fc.option(fc.integer({ min: 0, max: 1e10 }), { nil: null, freq: 20 }),
  line: fc.nat(100_000),
  score: fc.double({ min: -5, max: 500, noNaN: true }),
  pValue: fc.double({ min: 0, max: 1, noNaN: true }),
  isFlagged: fc.boolean(),
})

describe('a timeline', () => {
  it('stacks detectors by the strangest unit of each bin, and counts what was flagged', () => {
    const timeline = new ScoreTimeline()
    const unit = { source: 'a', line: 0, score: 1, isFlagged: false, detector: 'x' }
    timeline.add({ ...unit, time: 10, pValue: 0.1 })
    timeline.add({ ...unit, time: 10, pValue: 0.001, isFlagged: true })
    timeline.add({ ...unit, time: 10, pValue: 0.01, detector: 'y' })
    const [all] = timeline.toJSON().sources
    expect(all).toMatchObject({ source: null, axis: 'time', starts: [10], strength: [[3], [2]], flagged: [[1], [0]] })
  })

  it('runs along lines where there are no times', () => {
    const timeline = new ScoreTimeline()
    timeline.add({ source: 'a', detector: 'x', time: null, line: 7, score: 1, pValue: NaN, isFlagged: true })
    expect(timeline.toJSON().sources[0]).toMatchObject({ axis: 'line', strength: [[1]] })
  })

  it('is bounded, however long the log and however many its sources', () => {
    const timeline = new ScoreTimeline()
    for (let i = 0; i < 30_000; i++) {
      timeline.add({
        source: `s${i % 60}`,
        detector: 'x',
        time: i * 977_000,
        line: i,
        score: 1,
        pValue: 0.5,
        isFlagged: false,
      })
    }
    const { sources, moreSources } = timeline.toJSON()
    expect([sources.length, moreSources]).toEqual([25, 36])
    for (const { starts } of sources) expect(starts.length).toBeLessThanOrEqual(360)
  })

  it('goes on from a snapshot as if nothing had happened', () => {
    fc.assert(
      fc.property(fc.array(anyUnit, { maxLength: 50 }), fc.nat(50), (units, at) => {
        const whole = new ScoreTimeline()
        units.forEach((unit) => whole.add(unit))
        const first = new ScoreTimeline()
        units.slice(0, at).forEach((unit) => first.add(unit))
        const second = ScoreTimeline.restore(JSON.parse(JSON.stringify(first.snapshot())))
        units.slice(at).forEach((unit) => second.add(unit))
        expect(second.toJSON()).toEqual(whole.toJSON())
      }),
    )
  })
})

const TABLE: readonly Template[] = ['steady <NUM>', 'burst <NUM>', 'late <NUM>'].map((text) => ({
  ...template(text),
  count: 1,
}))

function batch(codes: readonly number[], from = 0) {
  return {
    rowCount: codes.length,
    template: Int32Array.from(codes),
    timestamp: Float64Array.from(codes, (_, i) => (from + i) * 1000),
  }
}

describe('the activity of templates', () => {
  const codes = Array.from({ length: 600 }, (_, i) => (i >= 300 && i < 320 ? 1 : i > 590 ? 2 : 0))

  it('knows which template tells most about the time, and shows all its records', () => {
    const activity = new TemplateActivity()
    activity.addRows(batch(codes), TABLE)
    const { rows, totals } = activity.toJSON()
    expect(totals.reduce((sum, total) => sum + total, 0)).toBe(600)
    expect(rows.map(({ template: { text }, records }) => [text, records])).toEqual([
      ['steady <NUM>', 571],
      ['burst <NUM>', 20],
      ['late <NUM>', 9],
    ])
    expect(rows[1].information).toBeGreaterThan(rows[0].information)
  })

  it('does not depend on how the log was cut into batches', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 599 }), (at) => {
        const [whole, cut] = [new TemplateActivity(), new TemplateActivity()]
        whole.addRows(batch(codes), TABLE)
        cut.addRows(batch(codes.slice(0, at)), TABLE)
        const restored = TemplateActivity.restore(JSON.parse(JSON.stringify(cut.snapshot())))
        restored.addRows(batch(codes.slice(at), at), TABLE)
        expect(restored.toJSON()).toEqual(whole.toJSON())
      }),
    )
  })

  it('forgets the templates that tell least where there are too many, and counts them', () => {
    const many = Array.from({ length: 3000 }, (_, i) => ({ ...template(`kind ${i}`), count: 1 }))
    const activity = new TemplateActivity()
    activity.addRows(batch(many.map((_, i) => i)), many)
    const { rows, otherTemplates, otherRecords } = activity.toJSON()
    expect(rows.length).toBe(24)
    expect([otherTemplates + 24, otherRecords + 24]).toEqual([3000, 3000])
  })

  it('shows what is asked for, though it tells little', () => {
    const many = Array.from({ length: 60 }, (_, i) => ({ ...template(`kind ${i}`), count: 1 }))
    const activity = new TemplateActivity()
    activity.addRows(batch(Array.from({ length: 6000 }, (_, i) => i % 60)), many)
    expect(activity.toJSON([many[59].id]).rows.some((row) => row.template.id === many[59].id)).toBe(true)
  })
})

describe('a distribution of scores', () => {
  it('holds every score in a bin around it, whatever the threshold', () => {
    const scores = fc.array(fc.double({ min: -1e4, max: 1e4, noNaN: true }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(scores, fc.double({ min: 0.1, max: 1e3, noNaN: true }), (all, threshold) => {
        const distributions = new ScoreDistributions({ x: threshold })
        for (const score of all) distributions.add({ detector: 'x', score, isFlagged: score > threshold })
        const [{ bins, units }] = distributions.toJSON()
        expect(units).toBe(all.length)
        expect(bins.reduce((sum, bin) => sum + bin.units, 0)).toBe(all.length)
        const slack = 1e-4 * Math.max(threshold, ...all.map(Math.abs))
        expect(bins[0].from - slack).toBeLessThanOrEqual(Math.min(...all))
        expect(bins[bins.length - 1].to + slack).toBeGreaterThanOrEqual(Math.max(...all))
      }),
    )
  })

  it('counts a unit without a score, and leaves out a detector that judged nothing', () => {
    const distributions = new ScoreDistributions({ silent: 1 })
    distributions.add({ detector: 'x', score: NaN, isFlagged: true })
    expect(distributions.toJSON()).toEqual([{ detector: 'x', threshold: null, units: 1, flagged: 1, bins: [] }])
    expect(ScoreDistributions.restore(distributions.snapshot()).toJSON()).toEqual(distributions.toJSON())
  })
})
