import type { Evidence, NamedTemplate } from '@sp/log-table'
import type { ReportTraining } from '../report.js'
import type { Quote } from './catalogue.js'
import { formats, spanOf } from './formats-ko.js'
import { parameterPlace } from './parameter-place.js'
import type { ToldEvidence } from './told-evidence.js'

/** 한 문장에 나열하는 예상 템플릿 수. */
const NAMED = 3

/** 근거 하나를 마침표 없는 문장으로. */
export function evidenceText(evidence: Evidence<NamedTemplate>, { place, training, quote }: ToldEvidence): string {
  switch (evidence.kind) {
    case 'new-template': {
      const nearest = evidence.nearest ? `. 가장 비슷한 기존 템플릿: ${name(evidence.nearest, quote)}` : ''
      return `${name(evidence.template, quote)} 템플릿이 ${trainingPhrase(training)} 한 번도 없었으나 ${place} ${number(evidence.count)}회 발생${nearest}`
    }
    case 'more-frequent': {
      const { count, expected, template } = evidence
      const ratio = expected > 0 && count / expected >= 1.5 ? `, 평소의 ${number(count / expected)}배` : ''
      return `${name(template, quote)} 템플릿이 ${place} ${number(count)}회 발생${ratio}(평소 ${number(expected)}회)`
    }
    case 'less-frequent': {
      const { count, expected, template } = evidence
      if (count === 0)
        return `${name(template, quote)} 템플릿이 ${place} 한 번도 나타나지 않음(평소 ${number(expected)}회)`
      return `${name(template, quote)} 템플릿이 ${place} ${number(count)}회에 그침(평소 ${number(expected)}회)`
    }
    case 'unexpected-order': {
      const { expected, after, template } = evidence
      const got = `${name(template, quote)} 템플릿`
      const where = after === null ? '시작 위치에' : `${name(after, quote)} 다음에`
      if (expected.length === 0) return `${got}이 정상 로그와 달리 ${where} 나타남`
      const names = expected.slice(0, NAMED).map((one) => name(one, quote))
      const wanted = names.length > 1 ? `${names.join(', ')} 중 하나가` : `${names[0]} 템플릿이`
      return `${where}는 ${wanted} 와야 하는데 ${got}이 나타남`
    }
    case 'missing-step':
      return `${name(evidence.after, quote)} 다음에 와야 할 ${name(evidence.template, quote)} 템플릿이 나타나지 않음(평소 ${formats.duration(evidence.usualMs)} 이내)`
    case 'late': {
      const { template, after, gapMs, usualMs } = evidence
      const [gap, usual] = [formats.duration(gapMs), formats.duration(usualMs)]
      if (template.text === after.text)
        return `${name(template, quote)} 템플릿이 ${gap} 만에 다시 나타남(평소 ${usual} 이내)`
      return `${name(template, quote)} 템플릿이 ${name(after, quote)} 이후 ${gap} 만에 나타남(평소 ${usual} 이내)`
    }
    case 'value': {
      const { position, value, low, high, template } = evidence
      const place = parameterPlace(template.text, evidence)
      const which = place === null ? `${number(position + 1)}번째 값이` : `${quote(place)} 값이`
      const range = low === high ? `정상 로그에서는 항상 ${number(low)}` : `평소 ${formats.range(low, high)}`
      return `${name(template, quote)} 템플릿의 ${which} ${number(value)}(${range})`
    }
    case 'burst': {
      const { count, withinMs, host, most, template } = evidence
      return `${onHost(host, quote)}${name(template, quote)} 템플릿이 ${formats.duration(withinMs)} 동안 ${number(count)}회 발생(정상 로그에서는 최대 ${number(most)}회)`
    }
    case 'silence': {
      const { silentMs, longestMs, host, template } = evidence
      return `${onHost(host, quote)}${name(template, quote)} 템플릿이 ${formats.duration(silentMs)} 동안 끊김(정상 로그에서는 최대 ${formats.duration(longestMs)})`
    }
    case 'spread':
      return `${name(evidence.template, quote)} 템플릿이 호스트 ${number(evidence.hosts)}대에서 동시에 발생(정상 로그에서는 최대 ${number(evidence.most)}대)`
    case 'session-length': {
      const { events, shortest, longest } = evidence
      return `세션의 이벤트가 ${number(events)}개(정상 세션은 ${formats.range(shortest, longest)}개)`
    }
    case 'session-counts': {
      const told = evidence.differences
        .slice(0, NAMED)
        .map(({ template, count, usual }) => `${name(template, quote)} ${number(count)}회(평소 ${number(usual)}회)`)
      return told.length > 0
        ? `이벤트 수가 정상 세션과 다름: ${told.join(', ')}`
        : '이벤트 수 구성이 어떤 정상 세션과도 다름'
    }
    case 'session-end':
      return `정상 세션이라면 이어질 ${name(evidence.template, quote)} 다음에서 끝남`
    case 'new-habit': {
      const { template, sessions, share, differences } = evidence
      const [first] = differences
      const change = first
        ? `. ${name(template, quote)} 템플릿이 있는 세션의 비율: 학습 시 ${formats.share(first.before)}, 현재 ${formats.share(first.after)}`
        : ''
      return `새로운 유형의 세션이 자리 잡음(지금까지 ${number(sessions)}개, 이후 세션의 ${formats.share(share)})${change}`
    }
    case 'series': {
      const { template, series, direction, deviation } = evidence
      return `${quote(template?.text ?? series)} 발생량이 예상치보다 표준편차 ${number(deviation)}배 ${direction === 'up' ? '높음' : '낮음'}`
    }
  }
}

/** 인용한 템플릿. 텍스트가 없으면 어느 템플릿에도 맞지 않는 라인. */
function name({ text }: NamedTemplate, quote: Quote): string {
  return text === '' ? '알 수 없는' : quote(text)
}

/** `학습한 3일(20,000라인) 동안`. */
function trainingPhrase(training: ReportTraining): string {
  if (training.rows === 0) return '이 로그에서 이전까지'
  const span = spanOf(training)
  const lines = `${formats.number(training.rows)}라인`
  return span === '' ? `학습한 ${lines}에` : `학습한 ${span}(${lines}) 동안`
}

function number(value: number): string {
  return formats.number(value)
}

function onHost(host: string, quote: Quote): string {
  return host === '' ? '' : `${quote(host)} 호스트에서 `
}
