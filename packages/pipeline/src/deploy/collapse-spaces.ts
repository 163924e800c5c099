/** A text with one space where it has several, and none at its ends. */
export function collapseSpaces(text: string): string {
  return text.trim().replace(/\s+/g, ' ')
}
