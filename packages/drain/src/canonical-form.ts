import type { Key } from './key-openings.js'
import { isWord, SLOT } from './token-key.js'

/** A value in brackets behind a space: a remark that may be missing. */
const REMARK = ` \\(${SLOT}\\)`
/** A value with a sign of comparison or a unit of time, either of which may be missing: `<1 sec` and `00:01`. */
const SPAN = `[<>~]?${SLOT}(?: (?:ms|s|secs?|seconds?|mins?|minutes?|hours?|days?)(?!\\w))?`
/** Values in a row, whatever separates them: a list, whose length is a value too. */
const LIST = `${SLOT}(?:[ ,:;|]+${SLOT})+`

interface Rewriting {
  readonly pattern: RegExp
  readonly replacement: string
}

const REWRITINGS: readonly Rewriting[] = [
  { pattern: anySlot(REMARK), replacement: '' },
  { pattern: anySlot(SPAN), replacement: SLOT },
  { pattern: anySlot(LIST), replacement: SLOT },
]

/** What a key without a word is told from others by is the number of its values, and what stands between them. */
const REWRITINGS_WITHOUT_WORDS: readonly Rewriting[] = []

/**
 * What two keys must have in common to be one template although their tokens differ in number: lists of values count
 * as one value, units of time behind a value and remarks in brackets as nothing.
 */
export function canonicalForm(key: Key): string {
  return rewritingsOf(key)
    .reduce((text, { pattern, replacement }) => {
      return text.replace(pattern, (match) => (match === SLOT ? SLOT : replacement))
    }, textOf(key))
    .trim()
}

/**
 * For each slot of a key's canonical form, which slot of the key, counted from 0, it stands for; −1 where it stands for
 * more than a slot.
 */
export function slotsOfForm(key: Key): number[] {
  let text = textOf(key)
  let slots = Array.from({ length: slotsIn(text) }, (_, slot) => slot)
  for (const { pattern, replacement } of rewritingsOf(key)) {
    const rest = slots.values()
    const kept: number[] = []
    text = text.replace(pattern, (match) => {
      const [slot] = Array.from({ length: slotsIn(match) }, () => rest.next().value as number)
      if (match === SLOT) kept.push(slot)
      else if (replacement === SLOT) kept.push(-1)
      return match === SLOT ? SLOT : replacement
    })
    slots = kept
  }
  return slots
}

function rewritingsOf(key: Key): readonly Rewriting[] {
  return key.some(isWord) ? REWRITINGS : REWRITINGS_WITHOUT_WORDS
}

function textOf(key: Key): string {
  return key.join('').replace(/ {2,}/g, ' ')
}

/** Matches what the source does, and else every slot. */
function anySlot(source: string): RegExp {
  return new RegExp(`${source}|${SLOT}`, 'g')
}

function slotsIn(text: string): number {
  return text.split(SLOT).length - 1
}
