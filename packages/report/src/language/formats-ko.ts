import type { ReportTraining } from '../report.js'
import { Formats } from './formats.js'

/** 한국어로 숫자, 날짜, 기간을 쓰는 방식. */
export const formats = new Formats(
  'ko',
  {
    units: [
      [86_400_000, '일', '일'],
      [3_600_000, '시간', '시간'],
      [60_000, '분', '분'],
      [1000, '초', '초'],
      [1, 'ms', 'ms'],
    ],
    join: ' ',
  },
  { range: '~', percent: '%', month: 'long' },
)

/** 정상 로그의 기간. 알 수 없으면 빈 문자열. */
export function spanOf({ firstTime, lastTime }: ReportTraining): string {
  return firstTime === null || lastTime === null || lastTime <= firstTime ? '' : formats.duration(lastTime - firstTime)
}
