import { spanText } from '../formats/incident-facts.js'
import type { Catalogue } from './catalogue.js'
import { evidenceText } from './evidence-ko.js'
import { formats, spanOf } from './formats-ko.js'

// 보고서의 한국어 문구. 근거 문장은 evidence-ko.ts. 영어판은 catalogue-en.ts.
// A particle depends on how the word before it ends; after log text stands a noun of ours (템플릿, 세션 …) that takes it.

/** 이보다 작은 p값은 분포 꼬리의 추정치일 뿐이며, 사람이 체감할 수 있는 수가 아님. */
const RAREST = 1e-6

/** 한국어 카탈로그. */
export const KO: Catalogue = {
  language: 'ko',
  formats,
  title: '로그 이상탐지 보고서',
  severities: { high: '높음', medium: '보통', low: '낮음' },
  roles: { normal: '정상 로그(학습)', judged: '검사 대상' },
  units: { window: '윈도우', session: '세션', line: '로그 라인' },
  kinds: {
    'new-template': '학습 데이터에 없던 템플릿',
    'more-frequent': '평소보다 훨씬 자주 발생한 템플릿',
    'less-frequent': '평소보다 훨씬 적게 발생한 템플릿',
    'unexpected-order': '앞선 로그 다음에 올 수 없는 템플릿',
    'missing-step': '나타나지 않은 다음 단계',
    late: '평소보다 늦게 발생한 로그',
    value: '정상 범위를 벗어난 값',
    burst: '짧은 시간에 학습 데이터보다 많이 발생한 로그',
    silence: '주기적으로 발생하다가 끊긴 로그',
    spread: '학습 데이터보다 많은 호스트에서 동시에 발생한 로그',
    'session-length': '정상 세션보다 짧거나 긴 세션',
    'session-counts': '이벤트 수 구성이 정상 세션과 다른 세션',
    'session-end': '정상이라면 이어질 지점에서 끝난 세션',
    'new-habit': '새로 자리 잡은 유형의 세션',
    series: '다른 시계열과의 관계에서 벗어난 발생량',
  },
  headings: {
    incidents: '인시던트',
    timeline: '시간 흐름',
    activity: '템플릿별 발생 추이',
    distributions: '이상 점수 분포',
    changes: '지속된 변화',
    below: '임계값 이하 중 가장 이상한 구간',
    sources: '읽은 로그',
    training: '학습 내용',
    detectors: '탐지기',
    reading: '보고서 읽는 법',
    limits: '한계',
    remarks: '먼저 확인할 사항',
  },
  sourceColumns: ['파일', '구분', '형식', '레코드 수', '시각 있음', '기간', '비고'],
  detectorColumns: ['탐지기', '단위', '검사', '탐지', '보정에 쓴 정상 단위', '임계값'],
  labels: {
    hosts: '호스트',
    processes: '프로그램',
    detectors: '탐지기',
    sessions: '세션',
    parameters: '공통 파라미터',
    rootCauses: '원인 시계열',
    similar: '유사한 과거 인시던트',
    reasons: '근거',
    score: '이상 점수',
  },
  timelineLegend: '높이: 각 구간에서 가장 이상한 단위의 점수를 탐지기별로 더한 값. `^`는 임계값을 넘은 곳.',
  linesLegend: '`>` 표시는 이상 점수의 근거가 된 로그 라인, 나머지는 전후 맥락. 라인 번호는 1부터 시작.',
  unknownTime: '시각 없음',
  nothingStandsOut: '두드러진 템플릿 없음',
  allSources: '전체 로그',

  outcome({ counts }) {
    const lines = `로그 ${formats.number(counts.records)}라인`
    if (counts.records === 0) return '검사할 로그 라인이 없음'
    if (counts.incidents === 0) return `${lines}에서 임계값을 넘은 항목 없음`
    const { high, medium, low } = counts.bySeverity
    const parts = [
      high > 0 ? `높음 ${formats.number(high)}` : '',
      medium > 0 ? `보통 ${formats.number(medium)}` : '',
      low > 0 ? `낮음 ${formats.number(low)}` : '',
    ].filter((part) => part !== '')
    return `${lines}에서 인시던트 ${formats.number(counts.incidents)}건(${parts.join(', ')})`
  },
  bottomLine(report, quote) {
    const { incidents, belowThreshold, run } = report
    if (incidents.length > 0)
      return `${KO.outcome(report)}. 가장 심각한 인시던트: ${KO.headline(incidents[0], run.training, quote)}.`
    const [strangest] = belowThreshold
    if (report.counts.incidents > 0 || strangest === undefined) return `${KO.outcome(report)}.`
    const where = quote(spanText(strangest.source, strangest.firstLine, strangest.lastLine))
    return `${KO.outcome(report)}. 가장 이상한 구간: ${where}, ${KO.findingHeadline(strangest, run.training, quote)}.`
  },
  headline({ reasons, sessions, sessionKeys }, training, quote) {
    if (reasons.length === 0) return KO.nothingStandsOut
    const what = KO.reason(reasons[0], training, quote)
    if (sessions > 1) return `세션 ${formats.number(sessions)}개: ${what}`
    return sessions === 1 && sessionKeys.length === 1 ? `세션 ${quote(sessionKeys[0])}: ${what}` : what
  },
  findingHeadline({ evidence, unit, records }, training, quote) {
    return evidence.length === 0
      ? KO.nothingStandsOut
      : KO.reason({ evidence: evidence[0], unit, records }, training, quote)
  },
  reason({ evidence, unit, records }, training, quote) {
    return evidenceText(evidence, {
      place: unit === 'session' ? '세션 안에서' : `${formats.number(records)}라인 중`,
      training,
      quote,
    })
  },
  reasonCount({ findings }, incident) {
    return `탐지 ${formats.number(incident.findings)}건 중 ${formats.number(findings)}건`
  },
  rarity(pValue, normalUnits) {
    if (normalUnits > 0 && pValue * normalUnits < 1)
      return `정상 ${formats.number(normalUnits)}개 중 어느 것보다도 드묾`
    if (pValue < RAREST) return `${formats.number(1 / RAREST)}개 중 1개보다 드묾`
    return `약 ${formats.number(Number((1 / pValue).toPrecision(2)))}개 중 1개꼴`
  },
  detectorsAgree(count) {
    return count === 1 ? '탐지기 1개' : `탐지기 ${formats.number(count)}개 일치`
  },
  linesShown(shown, records) {
    return `${formats.number(records)}라인 중 ${formats.number(shown)}라인 표시`
  },
  findingCounts({ windows, sessions }) {
    const parts = [
      windows > 0 ? `윈도우 ${formats.number(windows)}개` : '',
      sessions > 0 ? `세션 ${formats.number(sessions)}개` : '',
    ]
    return parts.filter((part) => part !== '').join(', ')
  },
  parameter({ type, value, why, lines, ofLines }, quote) {
    if (why === 'range') return `${quote(value)}(${quote(type)}): 정상 범위를 벗어남`
    return `${quote(value)}(${quote(type)}): ${formats.number(ofLines)}라인 중 ${formats.number(lines)}라인`
  },
  rootCause({ series, template, direction, deviation }, quote) {
    const by = `예상치보다 표준편차 ${formats.number(deviation)}배 ${direction === 'up' ? '높음' : '낮음'}`
    return `${quote(template?.text ?? series)}: ${by}`
  },
  similar({ report, startTime, similarity }, rank, quote) {
    const when = startTime === null ? '' : `, ${formats.dateTime(startTime)}`
    const where = report !== null ? `${quote(report)} 보고서` : rank === null ? '이 로그의 앞부분' : `#${rank}`
    return `${where}${when}(유사도 ${formats.share(similarity)})`
  },
  moreSessions: (count) => `외 세션 ${formats.number(count)}개`,
  moreReasons: (count) => `외 근거 ${formats.number(count)}건`,
  morePlaces: (count) => `외 로그 파일 ${formats.number(count)}개`,
  moreLines: (count) => `… (+${formats.number(count)}라인)`,
  moreCharacters: (count) => `… (+${formats.number(count)}자)`,
  moreIncidents({ counts, incidents }) {
    const hidden = counts.incidents - incidents.length
    return `이보다 심각하지 않은 인시던트 ${formats.number(hidden)}건은 생략함. 더 보려면 --max-incidents 값을 늘릴 것.`
  },
  trainingSentence({ run }) {
    const { training, budget } = run
    if (training.rows === 0) return '정상 로그로 학습하지 않고, 검사 대상 안에서 서로 비교함.'
    const span = spanOf(training)
    const from = span === '' ? '' : `(${formats.timeRange(training.firstTime, training.lastTime)})`
    const learned = `정상 로그 ${formats.number(training.rows)}라인${from}에서 템플릿 ${formats.number(training.templates)}개를 학습함.`
    const promise = budget === null ? '' : ` 정상 단위의 약 ${formats.share(budget)}는 오탐으로 탐지될 수 있음.`
    return learned + promise
  },
  detectorSize({ windowSize, stride }) {
    if (windowSize === undefined) return ''
    return stride === undefined
      ? `(${formats.number(windowSize)}라인)`
      : `(${formats.number(windowSize)}라인, ${formats.number(stride)}라인 간격)`
  },
  change({ template, source, firstLine, before, after, unit }, quote) {
    const where = quote(`${source}:${firstLine + 1}`)
    const what =
      unit === 'window'
        ? `윈도우당 ${formats.number(before)}라인에서 ${formats.number(after)}라인으로 바뀜`
        : `전체 세션의 ${formats.share(before)}에서 ${formats.share(after)}로 바뀜`
    return `${where}부터 ${quote(template)} 템플릿이 ${what}`
  },
  remark({ unknownShare }) {
    const share = formats.share(unknownShare)
    return `판정 대상의 ${share}가 학습하지 않은 템플릿임. 학습에 쓴 로그와 종류가 다를 수 있으니 이런 로그로 다시 학습할 것`
  },
  sourceRemarks({ cutLines = 0, invalidUtf8 = 0 }) {
    const remarks = [
      cutLines > 0 ? `너무 길어 잘린 라인 ${formats.number(cutLines)}개` : '',
      invalidUtf8 > 0 ? `UTF-8이 아닌 라인 ${formats.number(invalidUtf8)}개` : '',
    ]
    return remarks.filter((remark) => remark !== '').join(', ')
  },
  shownShare({ counts }) {
    const share = formats.share(counts.shownRecords / Math.max(1, counts.records))
    return `이 보고서는 로그 ${formats.number(counts.records)}라인 중 ${formats.number(counts.shownRecords)}라인(${share})을 보여 줌.`
  },
  readingGuide({ run }) {
    return [
      '**인시던트**: 함께 살펴볼 탐지 결과의 묶음. 서로 맞닿은 윈도우, 같은 로그 라인을 가리키는 탐지기, 같은 이유로 이상한 세션을 하나로 묶음.',
      '**p값**: 학습에 쓰지 않은 정상 단위(윈도우, 세션, 로그 라인) 가운데 이상 점수가 이만큼 높은 것의 비율. “약 1,000개 중 1개꼴”은 정상 단위 1,000개 중 하나가 이 정도라는 뜻.',
      `**오탐 허용치**(${run.budget === null ? '설정 안 됨' : formats.share(run.budget)}): 정상 단위 중 잘못 탐지되어도 되는 비율. 그만큼의 오탐을 예상하고, 확인할 수 있는 양에 맞춰 정할 것.`,
      '**심각도**: 높음 = 장애를 알리는 새 템플릿(로그가 오류 이상으로 기록했거나 error, fail, exception, panic, fatal이 들어 있음), 또는 p값이 오탐 허용치의 1/100 이하. 보통 = 그 밖의 새 템플릿, p값이 오탐 허용치의 1/10 이하, 탐지기 3개 이상 일치, 또는 세션 10개 이상. 낮음 = 나머지.',
      '**이상 점수**: 가장 작은 p값의 −log10. 높을수록 이상함.',
      '시각은 로그에 적힌 그대로이며, 로그에 시간대가 있으면 UTC로 표시함.',
    ]
  },
  limits: [
    '인시던트는 평소와 다르다는 뜻이며 반드시 장애를 뜻하지는 않음. 정상 로그에 들어 있던 것은 오류라도 정상으로 간주함.',
    '윈도우는 연속된 로그 라인 구간이므로, 정확한 시작과 끝은 윈도우 크기 안에서만 알 수 있음.',
    '로그 라인은 텍스트로만 표시함. 제어 문자는 기호(␀ … ␡), 방향 표시 문자 등은 번호(`<U+202E>`), 탭은 공백으로 바꿈.',
  ],
  page: {
    skip: '인시던트로 바로 가기',
    search: '검색',
    searchHint: '로그 라인, 호스트, 템플릿 …',
    severity: '심각도',
    detector: '탐지기',
    source: '로그 파일',
    host: '호스트',
    all: '전체',
    shown: '인시던트 {1}건 중 {0}건',
    calm: '임계값을 넘은 항목이 없습니다.',
    noneShown: '조건에 맞는 인시던트가 없습니다. 필터를 해제하면 모두 표시됩니다.',
    clear: '필터 해제',
    theme: '밝게/어둡게',
    keys: '단축키',
    keyList: [
      ['/', '검색'],
      ['j k', '다음, 이전 인시던트'],
      ['Enter', '상세 열기/닫기'],
      ['+ −', '그래프 확대/축소'],
      ['← →', '그래프 이동'],
      ['0', '전체 기간 보기'],
      ['t', '밝게/어둡게'],
      ['?', '단축키 보기'],
      ['Esc', '필터 해제, 닫기'],
    ],
    close: '닫기',
    zoomIn: '확대',
    zoomOut: '축소',
    earlier: '이전 구간',
    later: '다음 구간',
    zoomReset: '전체 보기',
    zoomed: '확대 구간: {0}',
    pictures: '그래프',
    timelineLabel: '시간 흐름에 따른 이상도(탐지기별 누적)',
    activityLabel: '시간 흐름에 따른 템플릿별 발생 횟수',
    distributionLabel: '{0} 이상 점수 분포',
    timelineNote:
      '높이는 각 구간에서 가장 이상한 단위의 −log10 p 값을 탐지기별로 쌓은 것. 위쪽 표시는 인시던트. 드래그하면 확대되고 목록도 그 구간으로 좁혀짐.',
    activityNote:
      '선명할수록 그 템플릿이 다른 시간대보다 많이 발생한 구간. 빨간색은 학습 데이터에 없던 템플릿. 가장 많이 발생한 시점 순으로 정렬.',
    distributionNote: '이상 점수별 단위 수(로그 눈금). 세로선은 임계값이며, 오른쪽이 탐지된 단위.',
    records: '라인',
    units: '단위 수',
    threshold: '임계값',
    strength: '−log10 p',
    flagged: '탐지',
    template: '템플릿',
    otherTemplates: '그 밖의 템플릿 {0}개({1}라인)는 표시하지 않음.',
    asTable: '표로 보기',
    withoutScript: '스크립트가 꺼져 있어 그래프, 검색, 필터를 쓸 수 없습니다. 모든 인시던트는 아래에 있습니다.',
    details: '상세',
    copyLink: '이 인시던트 링크',
    moreSources: '로그 파일 {0}개는 전체 합계에만 포함됨',
    lineAxis: '검사한 순서',
  },
  samples: {
    title: '이상 로그 샘플 분석',
    summary: '탐지 방법별 요약',
    methods: {
      baseline: '윈도우 빈도(Baseline)',
      deeplog: 'DeepLog',
      mscred: '발생량 신경망(MS-CRED)',
      comparative: '다른 로그와의 비교',
    },
    found: '탐지',
    analysed: '분석',
    total: (count) => `전체 이상 ${formats.number(count)}건`,
    details: '샘플',
    sample: (number) => `샘플 ${formats.number(number)}`,
    none: '탐지된 항목 없음.',
    indicators: '이상 징후',
    representative: '대표 로그',
    before: '이전',
    after: '이후',
    explanation: '설명',
    advice: '다음 조치',
    adviceList: [
      '**지금**: 로그 스스로 오류로 기록한 라인을 먼저, 이어서 학습 데이터에 없던 템플릿을 확인할 것.',
      '**곧**: 같은 시각의 배포, 재시작, 부하와 비교하고, 오탐 허용치를 확인할 수 있는 양에 맞출 것.',
      '**이후**: 정상으로 판명된 로그는 정상 로그에 추가해 다시 학습할 것.',
    ],
    unseen: (share) => `새 템플릿 비율 ${formats.share(share)}`,
    spike: (z) => `빈도 이상도 ${formats.number(z)}`,
    errors: (count) => `오류 로그 ${formats.number(count)}라인`,
    warnings: (share) => `경고 로그 비율 ${formats.share(share)}`,
    diversity: (share) => `라인 수 대비 템플릿 종류 ${formats.share(share)}`,
    dominantReason: (count, records) =>
      `가장 많은 템플릿: ${formats.number(records)}라인 중 ${formats.number(count)}라인`,
    errorReason: '로그가 오류로 기록한 첫 라인',
    rareReason: '윈도우에서 가장 드문 템플릿',
    reappeared: '앞서 나타난 템플릿이지만 이 위치에서는 예상되지 않음',
    newInContext: '이 시퀀스에 처음 나타난 템플릿',
    repeated: (times) => `같은 템플릿이 ${formats.number(times)}회 연속 발생`,
    manyErrors: (share) => `주변 로그의 ${formats.share(share)}가 오류`,
    gap: (ms) => `${formats.duration(ms)} 동안 로그 없음`,
    ratio: (ratio) => `재구성 오차가 임계값의 ${formats.number(ratio)}배`,
    errorShare: (share) => `오류 로그 비율 ${formats.share(share)}`,
    distinct: (count) => `템플릿 ${formats.number(count)}종`,
    oneTemplate: (share) => `템플릿 하나가 전체의 ${formats.share(share)} 차지`,
  },
  diff: {
    title: '지난 실행 이후 달라진 점',
    outcome: (fresh, gone, changed, same) =>
      `신규 ${formats.number(fresh)}건, 해소 ${formats.number(gone)}건, 변화 ${formats.number(changed)}건, 동일 ${formats.number(same)}건`,
    fresh: '신규',
    gone: '해소',
    changed: '변화',
    same: '동일',
    none: '없음',
    severity: (before, after) => `심각도 ${before} → ${after}`,
    sessions: (before, after) => `세션 ${formats.number(before)}개 → ${formats.number(after)}개`,
    rate: (before, after) => `전체 라인의 ${before} → ${after}`,
  },
  inference: {
    title: '추론 보고서',
    total: (records) => `로그 ${formats.number(records)}라인을 검사함.`,
    methods: '탐지 방법',
    methodColumns: ['방법', '검사', '탐지', '비율', '오탐 허용치'],
    conclusion: '결론',
    within: '탐지 비율이 정상 로그에서 우연히 나올 수 있는 범위 안에 있음.',
    beyond: (names) => `정상 로그에서 우연히 나올 수 있는 것보다 많이 탐지됨. 주요 지표: ${names}.`,
    uncalibrated: '보정 안 됨',
    files: '결과 파일',
  },
}
