import { severityOf } from '../src/reasons.js'

describe('the severity of a finding', () => {
  it.each([
    ['high', { hasNewTemplate: true, gravest: 3, pValue: 0.004 }],
    ['high', { hasNewTemplate: false, gravest: -1, pValue: 0.00005 }],
    ['medium', { hasNewTemplate: true, gravest: 6, pValue: 0.004 }],
    ['medium', { hasNewTemplate: true, gravest: -1, pValue: NaN }],
    ['medium', { hasNewTemplate: false, gravest: -1, pValue: 0.0005 }],
    ['low', { hasNewTemplate: false, gravest: -1, pValue: 0.004 }],
  ])('is %s for %j', (expected, facts) => {
    expect(severityOf({ ...facts, isFlagged: true, budget: 0.005 })).toBe(expected)
  })

  it('does not rest on p-values where no budget is set', () => {
    expect(severityOf({ isFlagged: true, hasNewTemplate: false, gravest: -1, pValue: 1e-9, budget: null })).toBe('low')
  })

  it('is low for what was not flagged, whatever speaks against it', () => {
    expect(severityOf({ isFlagged: false, hasNewTemplate: true, gravest: 0, pValue: 1e-9, budget: 0.005 })).toBe('low')
  })
})
