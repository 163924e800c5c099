/** Characters of a record that a finding keeps: more than anybody reads, and a stack trace is whole. */
const MOST_CHARACTERS = 4_000

/** The beginning of a record, and how much was left out. Never cuts between the halves of a surrogate pair. */
export function cutLine(text: string): { readonly text: string; readonly cutCharacters: number } {
  if (text.length <= MOST_CHARACTERS) return { text, cutCharacters: 0 }
  const last = text.charCodeAt(MOST_CHARACTERS - 1)
  const end = last >= 0xd800 && last < 0xdc00 ? MOST_CHARACTERS - 1 : MOST_CHARACTERS
  return { text: text.slice(0, end), cutCharacters: text.length - end }
}
