import { severityOf, speaksOfFailure } from '../src/incidents/severity.js'

const CALM = { pValue: 0.004, budget: 0.005, hasNewTemplate: false, hasNewFailure: false, agreeing: 1, sessions: 0 }

describe('severity', () => {
  it('is high for a new message that speaks of a failure, and medium for any other new message', () => {
    expect(severityOf({ ...CALM, hasNewTemplate: true, hasNewFailure: true })).toBe('high')
    expect(severityOf({ ...CALM, hasNewTemplate: true })).toBe('medium')
    expect(speaksOfFailure('link up', 3)).toBe(true)
    expect(speaksOfFailure('link up', 4)).toBe(false)
    expect(speaksOfFailure('java.io.IOException: broken', -1)).toBe(true)
  })

  it('follows the p-value in steps of ten below the budget', () => {
    const severities = [0.005, 0.0006, 0.0005, 0.00006, 0.00005].map((pValue) => severityOf({ ...CALM, pValue }))
    expect(severities).toEqual(['low', 'low', 'medium', 'medium', 'high'])
  })

  it('is never low where three detectors agree or ten sessions are strange', () => {
    expect(severityOf({ ...CALM, agreeing: 3 })).toBe('medium')
    expect(severityOf({ ...CALM, sessions: 10 })).toBe('medium')
  })

  it('without a budget, follows from what is new alone', () => {
    expect(severityOf({ ...CALM, pValue: 1e-12, budget: null })).toBe('low')
  })
})
