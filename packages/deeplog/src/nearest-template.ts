/** The known template that is most like an unknown one. */
export interface NearestTemplate {
  /** Vocabulary index. */
  readonly index: number
  readonly text: string
  /** Share of tokens in common, in order: 2·L / (a + b) with L the longest common subsequence; 0 to 1. */
  readonly similarity: number
}

/** Finds the nearest of the known texts; the first of equally near ones; `null` where none shares a token. */
export function nearestTemplate(text: string, known: readonly (string | null)[]): NearestTemplate | null {
  const tokens = tokensOf(text)
  let nearest: NearestTemplate | null = null
  known.forEach((other, index) => {
    if (other === null) return
    const theirs = tokensOf(other)
    const length = tokens.length + theirs.length
    const atMost = (2 * Math.min(tokens.length, theirs.length)) / length
    if (atMost <= (nearest?.similarity ?? 0)) return
    const similarity = (2 * commonLength(tokens, theirs)) / length
    if (similarity > (nearest?.similarity ?? 0)) nearest = { index, text: other, similarity }
  })
  return nearest
}

/** Tokens of a template; of very long ones the first hundred, as stack traces repeat themselves. */
function tokensOf(text: string): string[] {
  return text.split(/\s+/).slice(0, 100)
}

/** Length of the longest common subsequence. */
function commonLength(a: readonly string[], b: readonly string[]): number {
  let row = new Int32Array(b.length + 1)
  for (const token of a) {
    const next = new Int32Array(b.length + 1)
    b.forEach((other, j) => (next[j + 1] = token === other ? row[j] + 1 : Math.max(row[j + 1], next[j])))
    row = next
  }
  return row[b.length]
}
