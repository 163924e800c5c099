import type { MaskToggle } from './mask-rules.js'

/** The toggles that the compat mode knows. */
export type CompatToggle = Extract<MaskToggle, 'paths' | 'hex' | 'ips' | 'mac' | 'uuid' | 'pid' | 'device' | 'num'>

/** One rule of the reference system. */
export interface CompatRule {
  readonly name: string
  readonly type: string
  readonly toggle: CompatToggle
  readonly description: string
  /** Group 1, where there is one, stays in the text; the rest of the match is hidden. */
  readonly pattern: RegExp
}

// Words of letters and figures of any script, as the reference system's regular expressions see them.
const W = '\\p{L}\\p{N}_'
const START = `(?<![${W}])`
const END = `(?![${W}])`
const OCTET = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)'
const H = '[0-9a-fA-F]'

/**
 * The nine rules of the reference system, in its order. Each runs over what the ones before it have left, masks
 * included. No pattern repeats a repetition: a text costs time linear in its length.
 */
export const COMPAT_RULES: readonly CompatRule[] = [
  {
    name: 'path',
    type: 'PATH',
    toggle: 'paths',
    description: 'A / or ~ anywhere and what follows of letters, figures, . - _ /',
    pattern: new RegExp(`[/~][${W}.\\-/]+`, 'gu'),
  },
  { name: 'hex', type: 'HEX', toggle: 'hex', description: '0x and hex digits', pattern: new RegExp(`0x${H}+`, 'gu') },
  {
    name: 'ip4',
    type: 'IP',
    toggle: 'ips',
    description: 'Four octets 0–255',
    pattern: new RegExp(`${START}(?:${OCTET}\\.){3}${OCTET}${END}`, 'gu'),
  },
  {
    name: 'ip6',
    type: 'IP6',
    toggle: 'ips',
    description: 'Eight groups of hex digits',
    pattern: new RegExp(`${START}(?:${H}{1,4}:){7}${H}{1,4}${END}`, 'gu'),
  },
  {
    name: 'mac',
    type: 'MAC',
    toggle: 'mac',
    description: 'Six pairs of hex digits joined by colons',
    pattern: new RegExp(`${START}(?:${H}{2}:){5}${H}{2}${END}`, 'gu'),
  },
  {
    name: 'uuid',
    type: 'UUID',
    toggle: 'uuid',
    description: 'A UUID of version 1–5',
    pattern: new RegExp(`${START}${H}{8}-${H}{4}-[1-5]${H}{3}-[89abAB]${H}{3}-${H}{12}${END}`, 'gu'),
  },
  {
    name: 'id',
    type: 'ID',
    toggle: 'pid',
    description: 'The figures after pid= tid= uid= gid=',
    pattern: new RegExp(`${START}((?:pid|tid|uid|gid)=)\\p{Nd}+${END}`, 'gu'),
  },
  {
    name: 'device',
    type: 'ID',
    toggle: 'device',
    description: 'The figures that end a word of letters',
    pattern: new RegExp(`${START}([a-zA-Z]+)\\p{Nd}+${END}`, 'gu'),
  },
  {
    name: 'number',
    type: 'NUM',
    toggle: 'num',
    description: 'A number that touches no letter, figure, . / or -',
    pattern: new RegExp(`(?<![${W}./\\-])-?\\p{Nd}+(?:\\.\\p{Nd}+)?(?![${W}./\\-])`, 'gu'),
  },
]
