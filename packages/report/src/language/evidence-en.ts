import type { Evidence, NamedTemplate } from '@sp/log-table'
import type { ReportTraining } from '../report.js'
import type { Quote } from './catalogue.js'
import { formats, plural, spanOf, times } from './formats-en.js'
import { parameterPlace } from './parameter-place.js'
import type { ToldEvidence } from './told-evidence.js'

/** How many expected templates a sentence names. */
const NAMED = 3

/** One piece of evidence as a sentence without a full stop. */
export function evidenceText(evidence: Evidence<NamedTemplate>, { place, training, quote }: ToldEvidence): string {
  switch (evidence.kind) {
    case 'new-template': {
      const nearest = evidence.nearest ? `; nearest known: ${name(evidence.nearest, quote)}` : ''
      return `${name(evidence.template, quote)} never seen in ${trainingPhrase(training)}, here ${times(evidence.count)} ${place}${nearest}`
    }
    case 'more-frequent': {
      const { count, expected, template } = evidence
      const ratio = expected > 0 && count / expected >= 1.5 ? `, ${number(count / expected)} × its usual rate` : ''
      return `${name(template, quote)} ${times(count)} ${place}${ratio} (usual: ${number(expected)})`
    }
    case 'less-frequent': {
      const { count, expected, template } = evidence
      if (count === 0) return `${name(template, quote)} is missing ${place} (usual: ${number(expected)})`
      return `${name(template, quote)} only ${times(count)} ${place} (usual: ${number(expected)})`
    }
    case 'unexpected-order': {
      const { expected, after, template } = evidence
      const got = name(template, quote)
      const where = after === null ? 'at the beginning' : `after ${name(after, quote)}`
      if (expected.length === 0) return `${got} ${where}, where it never is in normal logs`
      const names = expected.slice(0, NAMED).map((one) => name(one, quote))
      return `expected ${names.length > 1 ? 'one of ' : ''}${names.join(', ')} ${where}; got ${got}`
    }
    case 'missing-step':
      return `${name(evidence.template, quote)} did not follow ${name(evidence.after, quote)}, as it usually does within ${formats.duration(evidence.usualMs)}`
    case 'late': {
      const { template, after, gapMs, usualMs } = evidence
      const [gap, usual] = [formats.duration(gapMs), formats.duration(usualMs)]
      if (template.text === after.text)
        return `${name(template, quote)} came again only after ${gap}, usually within ${usual}`
      return `${name(template, quote)} came ${gap} after ${name(after, quote)}, usually within ${usual}`
    }
    case 'value': {
      const { position, value, low, high, template } = evidence
      const place = parameterPlace(template.text, evidence)
      const which = place === null ? `value ${number(position + 1)}` : quote(place)
      const range = low === high ? `always ${number(low)} in normal logs` : `usually ${number(low)} to ${number(high)}`
      return `${which} of ${name(template, quote)} is ${number(value)}, ${range}`
    }
    case 'burst': {
      const { count, withinMs, host, most, template } = evidence
      return `${name(template, quote)} ${times(count)} within ${formats.duration(withinMs)}${onHost(host, quote)}, at most ${number(most)} in normal logs`
    }
    case 'silence': {
      const { silentMs, longestMs, host, template } = evidence
      return `${name(template, quote)} stopped for ${formats.duration(silentMs)}${onHost(host, quote)}, at most ${formats.duration(longestMs)} in normal logs`
    }
    case 'spread':
      return `${name(evidence.template, quote)} on ${plural(evidence.hosts, 'host')} at once, at most ${number(evidence.most)} in normal logs`
    case 'session-length': {
      const { events, shortest, longest } = evidence
      return `${plural(events, 'event')}, where normal sessions have ${shortest === longest ? number(shortest) : `${number(shortest)} to ${number(longest)}`}`
    }
    case 'session-counts': {
      const told = evidence.differences
        .slice(0, NAMED)
        .map(({ template, count, usual }) => `${name(template, quote)} ${times(count)} instead of ${number(usual)}`)
      return told.length > 0 ? told.join(', ') : 'numbers of events that no normal session has'
    }
    case 'session-end':
      return `ended after ${name(evidence.template, quote)}, where normal sessions go on`
    case 'new-habit': {
      const { template, sessions, share, differences } = evidence
      const [first] = differences
      const change = first
        ? `: ${name(template, quote)} in ${formats.share(first.after)} of them, ${formats.share(first.before)} in training`
        : ''
      return `a new kind of sessions has come to stay, ${number(sessions)} so far (${formats.share(share)} of all since)${change}`
    }
    case 'series': {
      const { template, series, direction, deviation } = evidence
      return `${quote(template?.text ?? series)} ${number(deviation)} standard deviations ${direction === 'up' ? 'above' : 'below'} what was expected`
    }
  }
}

/** A template as it is quoted; one without a text is of a line that fits none. */
function name({ text }: NamedTemplate, quote: Quote): string {
  return text === '' ? 'a line of no known kind' : quote(text)
}

/** `3 days of training (20,000 lines)`. */
function trainingPhrase(training: ReportTraining): string {
  if (training.rows === 0) return 'this log before'
  const span = spanOf(training)
  return span === ''
    ? `${plural(training.rows, 'line')} of training`
    : `${span} of training (${plural(training.rows, 'line')})`
}

function number(value: number): string {
  return formats.number(value)
}

function onHost(host: string, quote: Quote): string {
  return host === '' ? '' : ` on ${quote(host)}`
}
