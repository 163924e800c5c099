import type { Parameter, ParameterColumn } from './parameter-column.js'

/** The parameters of a row as they stand on disk: a JSON array of `{"type", "value"}`. */
export function parametersToJson(parameters: ParameterColumn, row: number): string {
  let json = ''
  parameters.visit(row, (type, value) => {
    json += (json === '' ? '[{"type":' : ',{"type":') + quote(type) + ',"value":' + quote(value) + '}'
  })
  return json === '' ? '[]' : json + ']'
}

/** Appends the parameters in one row's JSON to `entries`. */
export function appendParameters(entries: Parameter[], json: string): void {
  if (json === '[]') return
  for (const { type, value } of JSON.parse(json) as Parameter[]) entries.push({ type, value })
}

// Nearly no value needs an escape, and a test costs less than JSON.stringify. Lone surrogates go through unescaped:
// the encoder to UTF-8 turns them into U+FFFD, where JSON would keep an escape that other readers refuse.
const ESCAPED = /["\\\u0000-\u001f]/

function quote(value: string): string {
  return ESCAPED.test(value) ? JSON.stringify(Buffer.from(value).toString()) : '"' + value + '"'
}
