import { SLOT } from './token-key.js'

/** What is known of the texts that stood in one place: which one, while there was only one; else how they all begin. */
export interface SlotValue {
  readonly text: string
  readonly isConstant: boolean
}

/** What is known of a place where nothing is. */
export const UNKNOWN: SlotValue = { text: '', isConstant: false }

/** How an open place is written. */
export const OPEN = '<*>'

/** What is known of both; the order does not matter. */
export function joinValues(one: SlotValue, other: SlotValue): SlotValue {
  if (one.text === other.text) return one.isConstant ? other : one
  return { text: commonPrefix(one.text, other.text), isConstant: false }
}

/** What is known once another text has been seen: the value itself, where that changes nothing. */
export function joinText(value: SlotValue, text: string): SlotValue {
  if (value.text === text || (!value.isConstant && text.startsWith(value.text))) return value
  return { text: commonPrefix(value.text, text), isConstant: false }
}

/**
 * A value as a template shows it. What was only ever one text is still a value if it has the form of one, so most are
 * written `<*>` all the same; names that happen to hold figures stay.
 * @param key the token of the key that the value stands in
 * @param next the token behind it, if any
 * @param isWhole whether the value is the whole message, so that nothing else tells what it is
 */
export function printValue(
  { text, isConstant }: SlotValue,
  { key, next, isWhole = false }: { readonly key: string; readonly next?: string; readonly isWhole?: boolean },
): string {
  if (key !== SLOT) return key.replaceAll(SLOT, OPEN)
  if (isConstant && (text === '' || isWhole || MASK.test(text) || isName(text, next))) return text
  return (isConstant ? NUMBERED_PREFIX : COMMON_PREFIX).exec(text)?.[0].concat(OPEN) ?? OPEN
}

const MASK = /^<[A-Z0-9_:*]{1,34}>$/
/** `IPv6`, `Slf4jLogger`, `L2`. */
const SHORT_NAME = /^(?:[A-Za-z]{2,}\d{1,2}[A-Za-z]*|[A-Z]\d)$/
/** `org.example.v2.Main$1st`: parts that begin with a letter, and hardly any figures. */
const QUALIFIED_NAME = /^[A-Za-z][\w$-]*(?:\.[A-Za-z][\w$-]*)+$/
/** `abc-12`: the name is text. */
const NUMBERED_PREFIX = /^[A-Za-z]+-(?=\d+$)/
/** What values have in common is text if it ends where a part of a name ends: `host-`, `com.example.`. */
const COMMON_PREFIX = /^(?:[A-Za-z]{2,}[-.])+/

function isName(text: string, next: string | undefined): boolean {
  if (SHORT_NAME.test(text) || (next === '(' && /^[A-Za-z_]\w*$/.test(text))) return true
  return QUALIFIED_NAME.test(text) && !/[.$-]\d|\d{3}/.test(text) && text.replace(/\D/g, '').length * 8 < text.length
}

function commonPrefix(one: string, other: string): string {
  let end = 0
  while (end < one.length && one[end] === other[end]) end++
  return one.slice(0, end)
}
