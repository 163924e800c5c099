/** Languages of the page. */
export type Language = 'en' | 'ko'

/** Every word of the page; `{0}`, `{1}` stand for what is put in. */
export interface Words {
  readonly incidents: string
  readonly sources: string
  readonly templates: string
  readonly health: string
  readonly live: string
  readonly connecting: string
  readonly lost: string
  readonly severities: Readonly<Record<'high' | 'medium' | 'low', string>>
  readonly outcome: readonly [none: string, one: string, many: string]
  readonly feed: readonly [one: string, many: string]
  readonly search: string
  readonly searchSources: string
  readonly searchTemplates: string
  readonly more: string
  readonly fresh: readonly [one: string, many: string]
  readonly nothingYet: string
  readonly nothingYetHint: string
  readonly nothingFits: string
  readonly open: string
  readonly over: string
  readonly details: string
  readonly reasons: string
  readonly hosts: string
  readonly processes: string
  readonly detectors: string
  readonly sessions: string
  readonly findings: readonly [one: string, many: string]
  readonly records: string
  readonly moreLines: string
  readonly moreCharacters: string
  readonly morePlaces: string
  readonly score: string
  readonly ago: readonly [now: string, seconds: string, minutes: string, hours: string, days: string]
  readonly lastHour: string
  readonly lines: string
  readonly unknown: string
  readonly seen: string
  readonly linesPerMinute: string
  readonly templatesNote: string
  readonly sourcesNote: string
  readonly example: string
  readonly kinds: Readonly<Record<string, string>>
  readonly figures: Readonly<Record<Figure, string>>
  /** Below some of the figures; more numbers are put in. */
  readonly notes: Readonly<Record<'latency' | 'queue' | 'drift' | 'openSources' | 'lost' | 'bundle', string>>
  readonly ready: string
  readonly notReady: string
  readonly never: string
  readonly neverSaved: string
  readonly none: string
  readonly inputs: string
  readonly sinks: string
  readonly sinkColumns: readonly string[]
  readonly token: string
  readonly tokenHint: string
  readonly tokenWrong: string
  readonly enter: string
  readonly theme: string
  readonly language: string
}

/** What the view of health tells. */
export type Figure =
  | 'state'
  | 'uptime'
  | 'bundle'
  | 'rate'
  | 'latency'
  | 'queue'
  | 'memory'
  | 'unknown'
  | 'drift'
  | 'openSources'
  | 'lost'
  | 'saved'
  | 'listeners'

const EN: Words = {
  incidents: 'Incidents',
  sources: 'Sources',
  templates: 'Templates',
  health: 'Health',
  live: 'live',
  connecting: 'connecting …',
  lost: 'no connection',
  severities: { high: 'high', medium: 'medium', low: 'low' },
  outcome: ['Nothing strange so far', '1 open incident', '{0} open incidents'],
  feed: ['{0} lines a second from 1 source', '{0} lines a second from {1} sources'],
  search: 'Text in lines, templates, sources …',
  searchSources: 'Name of a source …',
  searchTemplates: 'Text or id of a template …',
  more: 'Show earlier ones',
  fresh: ['1 incident has changed', '{0} incidents have changed'],
  nothingYet: 'Nothing strange so far.',
  nothingYetHint: 'Incidents appear here as they are found, the latest first.',
  nothingFits: 'Nothing fits. Clear the search and the filters to see all.',
  open: 'may still grow',
  over: 'over',
  details: 'Details',
  reasons: 'Reasons',
  hosts: 'Hosts',
  processes: 'Programs',
  detectors: 'Detectors',
  sessions: 'Sessions',
  findings: ['1 finding', '{0} findings'],
  records: '{0} records',
  moreLines: '{0} more lines',
  moreCharacters: '… and {0} more characters',
  morePlaces: 'and {0} more places',
  score: 'score {0}',
  ago: ['just now', '{0} s ago', '{0} min ago', '{0} h ago', '{0} days ago'],
  lastHour: 'last 60 minutes',
  lines: 'lines',
  unknown: 'unknown',
  seen: 'last line',
  linesPerMinute: 'Lines a minute of {0}; marked: minutes with findings',
  templatesNote: 'What findings have spoken of, the latest first; behind it the other templates that the bundle knows.',
  sourcesNote: 'The latest first. Bars: lines a minute over the last hour; marks below: minutes with findings.',
  example: 'A line',
  kinds: {
    'new-template': 'new',
    'more-frequent': 'too many',
    'less-frequent': 'too few',
    'unexpected-order': 'order',
    'missing-step': 'missing',
    late: 'late',
    value: 'value',
    burst: 'burst',
    silence: 'silence',
    spread: 'spread',
    'session-length': 'length',
    'session-counts': 'counts',
    'session-end': 'cut off',
    'new-habit': 'new habit',
    series: 'series',
  },
  figures: {
    state: 'State',
    uptime: 'Running for',
    bundle: 'Bundle',
    rate: 'Lines a second',
    latency: 'Judging a batch',
    queue: 'Lines that wait',
    memory: 'Memory',
    unknown: 'Records unknown to training',
    drift: 'New habits told',
    openSources: 'Sources with a state',
    lost: 'Datagrams lost',
    saved: 'State saved',
    listeners: 'Listeners to findings',
  },
  notes: {
    latency: '99 % within {0}',
    queue: 'at most {0}',
    drift: '{0} sessions follow them',
    openSources: 'at most {0}; ended for room: {1}',
    lost: 'messages cut: {0}',
    bundle: 'sp {0}',
  },
  ready: 'ready',
  notReady: 'not ready',
  never: 'never told',
  neverSaved: 'never',
  none: 'none',
  inputs: 'Where lines come from, besides HTTP',
  sinks: 'Where findings go, besides HTTP',
  sinkColumns: ['Sink', 'sent', 'waiting', 'given up', 'last failure'],
  token: 'Token',
  tokenHint: 'This service asks for a token. It is kept until this tab is closed.',
  tokenWrong: 'This token does not open the service.',
  enter: 'Enter',
  theme: 'Light or dark',
  language: '한국어',
}

const KO: Words = {
  incidents: '이상 사건',
  sources: '소스',
  templates: '템플릿',
  health: '상태',
  live: '실시간',
  connecting: '연결 중 …',
  lost: '연결 끊김',
  severities: { high: '높음', medium: '보통', low: '낮음' },
  outcome: ['아직 이상한 점이 없습니다', '열린 사건 1건', '열린 사건 {0}건'],
  feed: ['소스 1개에서 초당 {0}줄', '소스 {1}개에서 초당 {0}줄'],
  search: '로그 줄, 템플릿, 소스 검색 …',
  searchSources: '소스 이름 …',
  searchTemplates: '템플릿 텍스트 또는 ID …',
  more: '이전 사건 더 보기',
  fresh: ['사건 1건이 바뀌었습니다', '사건 {0}건이 바뀌었습니다'],
  nothingYet: '아직 이상한 점이 없습니다.',
  nothingYetHint: '사건이 발견되는 대로 최신 순으로 여기에 나타납니다.',
  nothingFits: '조건에 맞는 항목이 없습니다. 검색과 필터를 지우면 모두 보입니다.',
  open: '진행 중',
  over: '종료',
  details: '자세히',
  reasons: '근거',
  hosts: '호스트',
  processes: '프로그램',
  detectors: '탐지기',
  sessions: '세션',
  findings: ['발견 1건', '발견 {0}건'],
  records: '레코드 {0}개',
  moreLines: '{0}줄 더 있음',
  moreCharacters: '… 그리고 {0}자 더',
  morePlaces: '외 {0}곳',
  score: '점수 {0}',
  ago: ['방금', '{0}초 전', '{0}분 전', '{0}시간 전', '{0}일 전'],
  lastHour: '최근 60분',
  lines: '줄',
  unknown: '미지',
  seen: '마지막 줄',
  linesPerMinute: '{0}의 분당 줄 수, 표시는 발견이 있는 분',
  templatesNote: '발견이 언급한 템플릿이 최신 순으로 먼저 나오고, 번들이 아는 다른 템플릿이 뒤따릅니다.',
  sourcesNote: '최신 순입니다. 막대: 최근 한 시간의 분당 줄 수, 아래 표시: 발견이 있는 분.',
  example: '로그 줄',
  kinds: {
    'new-template': '새 메시지',
    'more-frequent': '너무 많음',
    'less-frequent': '너무 적음',
    'unexpected-order': '순서',
    'missing-step': '누락',
    late: '지연',
    value: '값',
    burst: '폭주',
    silence: '침묵',
    spread: '확산',
    'session-length': '길이',
    'session-counts': '횟수',
    'session-end': '중단',
    'new-habit': '새 습관',
    series: '계열',
  },
  figures: {
    state: '상태',
    uptime: '실행 시간',
    bundle: '번들',
    rate: '초당 줄 수',
    latency: '묶음 판정 시간',
    queue: '대기 중인 줄',
    memory: '메모리',
    unknown: '학습에 없던 레코드',
    drift: '새 습관',
    openSources: '상태가 있는 소스',
    lost: '잃은 데이터그램',
    saved: '상태 저장',
    listeners: '발견 구독자',
  },
  notes: {
    latency: '99 %는 {0} 이내',
    queue: '최대 {0}',
    drift: '해당 세션 {0}개',
    openSources: '최대 {0}, 자리를 위해 끝낸 수 {1}',
    lost: '잘린 메시지 {0}',
    bundle: 'sp {0}',
  },
  ready: '준비됨',
  notReady: '준비되지 않음',
  never: '언급 없음',
  neverSaved: '없음',
  none: '없음',
  inputs: 'HTTP 외에 줄이 들어오는 곳',
  sinks: 'HTTP 외에 발견을 보내는 곳',
  sinkColumns: ['받는 곳', '보냄', '대기', '포기', '마지막 실패'],
  token: '토큰',
  tokenHint: '이 서비스는 토큰이 필요합니다. 이 탭을 닫을 때까지 보관됩니다.',
  tokenWrong: '이 토큰으로는 열 수 없습니다.',
  enter: '들어가기',
  theme: '밝게 또는 어둡게',
  language: 'English',
}

const ALL: Readonly<Record<Language, Words>> = { en: EN, ko: KO }

/** The words of a language. */
export function wordsOf(language: Language): Words {
  return ALL[language]
}

/** A sentence with what is put in. */
export function sentence(text: string, ...values: readonly (string | number)[]): string {
  return text.replace(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)]))
}

/** A sentence for one or for many. */
export function counted([one, many]: readonly [string, string], count: number, shown: string): string {
  return count === 1 ? one : sentence(many, shown)
}
