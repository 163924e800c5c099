/** A log of `lines` lines that has as many templates as asked, each about as often as the others. */
export function logOfTemplates(templates: number, lines: number): string {
  const texts = Array.from({ length: templates }, (_, i) => `${word(i)} of ${word(i * 7 + 3)} ${word(i * 31 + 11)}`)
  const rows = Array.from({ length: lines }, (_, i) => {
    const second = String(i % 60).padStart(2, '0')
    return `2026-01-02 03:04:${second} host app[7]: ${texts[(i * 7919) % templates]} took ${i % 977} ms\n`
  })
  return rows.join('')
}

/** A number as letters, so that no mask takes it for one. */
function word(index: number): string {
  const letters = [...(index + 26 ** 3).toString(26)].map((digit) => String.fromCharCode(103 + parseInt(digit, 26)))
  return (
    'w' + letters.map((letter) => (letter > 'z' ? String.fromCharCode(letter.charCodeAt(0) - 26) : letter)).join('')
  )
}
