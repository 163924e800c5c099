/** Names of the switches that turn rules of the default mode on and off; the first eight are the reference system's. */
export type MaskToggle =
  | 'paths'
  | 'hex'
  | 'ips'
  | 'mac'
  | 'uuid'
  | 'pid'
  | 'device'
  | 'num'
  | 'dates'
  | 'urls'
  | 'emails'
  | 'durations'
  | 'sizes'
  | 'versions'

/** Every toggle, in the order of documentation. */
export const MASK_TOGGLES: readonly MaskToggle[] = [
  ...(['paths', 'hex', 'ips', 'mac', 'uuid', 'pid', 'device', 'num'] as const),
  ...(['dates', 'urls', 'emails', 'durations', 'sizes', 'versions'] as const),
]

/** One built-in rule of the default mode, as documentation and `explain` show it. */
export interface MaskRule {
  /** Unique, kebab-case. */
  readonly name: string
  /** What stands in the masked text between `<` and `>`, and the type of the parameter. */
  readonly type: string
  /** The switch that the rule obeys. */
  readonly toggle: MaskToggle
  readonly description: string
  /** Texts that the rule masks, with what becomes of them. */
  readonly examples: readonly { readonly in: string; readonly out: string }[]
}

/** The rules of the default mode. They are tried where a word, number or sign starts; the first that fits takes it. */
export const MASK_RULES: readonly MaskRule[] = [
  rule('datetime', 'DATETIME', 'dates', 'A date and a time of day in one', {
    '2026-01-02T03:04:05.678Z start': '<DATETIME> start',
    'at Fri Jul 01 08:16:53 PDT 2005': 'at <DATETIME>',
    '[03/Jan/2024:10:05:03 +0000]': '[<DATETIME>]',
  }),
  rule('date', 'DATE', 'dates', 'A date: numbers joined by - / or ., or the month by name', {
    'due 2026-01-02': 'due <DATE>',
    'since Sep 14, retry': 'since <DATE>, retry',
  }),
  rule('time', 'TIME', 'dates', 'A time of day or a clock-like span: h:mm, seconds, fraction and zone optional', {
    'lifetime 00:01': 'lifetime <TIME>',
  }),
  rule('ip4', 'IP', 'ips', 'An IPv4 address with its :port or /mask and a slash before it, if any', {
    'src: /10.0.0.7:50010 dest': 'src: <IP> dest',
    'net 10.0.0.0/8': 'net <IP>',
  }),
  rule('ip6', 'IP6', 'ips', 'An IPv6 address, shortened or not, with zone and prefix length', {
    'listen on fe80::1%eth0 port': 'listen on <IP6> port',
  }),
  rule('host-port', 'HOST', 'ips', 'A dotted host name with a port; names of source files are left alone', {
    'via proxy.example.org:5070 closed': 'via <HOST> closed',
  }),
  rule(
    'mac',
    'MAC',
    'mac',
    'Six or more pairs of hex digits joined by : or -, or three groups of four joined by dots',
    {
      'lladdr 52:54:00:12:ab:cd up': 'lladdr <MAC> up',
    },
  ),
  rule('uuid', 'UUID', 'uuid', 'Hex digits in groups of 8-4-4-4-12', {
    '[id: 0f8fad5b-d9cb-469f-a165-70867728950e]': '[id: <UUID>]',
  }),
  rule('url', 'URL', 'urls', 'An http, https, ftp, ftps, ws or wss address', {
    'GET https://example.org/a?b=1 failed': 'GET <URL> failed',
  }),
  rule('scheme-rest', 'URL', 'urls', 'What follows any other scheme://; the scheme stays', {
    'file system hdfs://node-1:9000 ready': 'file system hdfs://<URL> ready',
  }),
  rule('email', 'EMAIL', 'emails', 'An e-mail address with a dotted domain', {
    'mail from a.b@example.org': 'mail from <EMAIL>',
  }),
  rule('path', 'PATH', 'paths', 'A path that starts where a word could, with its ?query', {
    'open /var/log/app.log failed': 'open <PATH> failed',
    'I/O and/or 3/4 rx/tx': 'I/O and/or 3/4 rx/tx',
  }),
  rule('windows-path', 'PATH', 'paths', 'A path with a drive letter or a share', {
    'load C:\\Temp\\a.dll': 'load <PATH>',
  }),
  rule('hex-number', 'HEX', 'hex', '0x and hex digits', { 'at 0x7fff12': 'at <HEX>' }),
  rule('hex-run', 'HEX', 'hex', 'Eight or more hex digits, figures and letters mixed', {
    'addr 0b85eee0 deadbeef': 'addr <HEX> deadbeef',
  }),
  rule('id', 'ID', 'pid', 'The figures after pid= uid= gid= tid= port= and their like, and after port', {
    'uid=0 gid=100': 'uid=<ID> gid=<ID>',
    'from port 51022 ssh2': 'from port <ID> ssh2',
  }),
  rule('numbered-name', 'ID', 'pid', 'Words joined by _ with a number of four figures or more among them', {
    'delete blk_-1608999687919862906 of job_1445087491445_0005': 'delete <ID> of <ID>',
    'x86_64 rdd_42_24': 'x86_64 rdd_42_24',
  }),
  rule('device', 'DEVICE', 'device', 'A kernel device of a known family with figures', {
    'error on nvme0n1 ssh2 EXT4': 'error on <DEVICE> ssh2 EXT4',
  }),
  rule('usb-port', 'DEVICE', 'device', 'A port number after usb or hub', { 'usb 1-1.2: reset': 'usb <DEVICE>: reset' }),
  rule('duration', 'DURATION', 'durations', 'Numbers with a unit of time glued on', {
    'took 15ms or 1h30m': 'took <DURATION> or <DURATION>',
  }),
  rule('size', 'SIZE', 'sizes', 'A number with a unit of memory; KB, MB, GB, TB and B may stand a space apart', {
    'free 9.6 KB of 5GB': 'free <SIZE> of <SIZE>',
    'sent 512 bytes': 'sent <NUM> bytes',
  }),
  rule('version', 'VERSION', 'versions', 'Three or more numbers joined by dots, or two after a v, and the suffix', {
    'kernel 2.6.5-1.358 and v2.1': 'kernel <VERSION> and <VERSION>',
  }),
  rule('number', 'NUM', 'num', 'A number that is no part of a name; sign, commas, decimals, exponent, %', {
    'size 1,048,576 at -3.5e2 or 50%': 'size <NUM> at <NUM> or <NUM>',
    'blk_-160 dsl-1-2 CPU#3': 'blk_-160 dsl-1-2 CPU#3',
  }),
]

function rule(
  name: string,
  type: string,
  ...[toggle, description, examples]: [toggle: MaskToggle, description: string, examples: Record<string, string>]
): MaskRule {
  return {
    name,
    type,
    toggle,
    description,
    examples: Object.entries(examples).map(([text, out]) => ({ in: text, out })),
  }
}
