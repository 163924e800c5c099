const TRACE_STARTS = [
  'at ',
  'Caused by:',
  'Suppressed:',
  '... ',
  'Traceback (most recent call last)',
  'During handling of the above exception',
  'The above exception was the direct cause',
  'Exception in thread ',
  'goroutine ',
  'panic: ',
  '[signal ',
  'created by ',
]

// `java.io.IOException: …`, `ValueError: …`, `pkg.errors.Timeout Error` is not one.
const EXCEPTION_HEADER = /^[A-Za-z_$][\w$]*(?:\.[\w$]+)*(?:Exception|Error|Throwable|Interrupt|Exit)(?::|$)/
// A frame of a Go stack: `main.(*Server).serve(0xc000010000, 0x1)`, `panic({0x4a3, 0x4e})`.
const GO_FRAME = /^[\w./*()[\]{}-]+\(.*\)$/
const EXCEPTION_NAME = /[\w.$]*[\w$](?:Exception|Error)\b/

/** Whether a line that has no header belongs to the record before it: indented, or part of a stack trace. */
export function looksLikeContinuation(line: string): boolean {
  const first = line.charCodeAt(0)
  if (first === 32 || first === 9) return true
  return (
    TRACE_STARTS.some((start) => line.startsWith(start)) ||
    EXCEPTION_HEADER.test(line) ||
    (line.endsWith(')') && GO_FRAME.test(line))
  )
}

/**
 * The class of the exception that a line of a stack trace announces (`java.io.IOException`), or `null`.
 * Frames (`at …`, indented lines) announce none.
 */
export function exceptionName(line: string): string | null {
  const first = line.charCodeAt(0)
  if (first === 32 || first === 9 || line.startsWith('at ')) return null
  return EXCEPTION_NAME.exec(line)?.[0] ?? null
}
