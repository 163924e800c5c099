import type { Parameter, ParameterColumn } from './parameter-column.js'

/** The parameters of a row as they stand on disk: a JSON array of `{"type", "value"}`. */
export function parametersToJson({ offsets, entries }: ParameterColumn, row: number): string {
  let json = '['
  for (let entry = offsets[row]; entry < offsets[row + 1]; entry++) {
    const { type, value } = entries[entry]
    json += (json.length > 1 ? ',{"type":' : '{"type":') + quote(type) + ',"value":' + quote(value) + '}'
  }
  return json + ']'
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
