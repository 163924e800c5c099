import { previewRows } from '../src/preview.js'
import { batchOf, exampleRow } from './example-rows.js'

const templates = [{ id: '7', text: 'Accepted <*>', count: 1 }]

test('a row shows under the names on disk, its time as text without zone', () => {
  expect(previewRows(batchOf([exampleRow({ lineNo: 3, byteOffset: 250 })]), { templates })).toEqual([
    {
      line_no: 3,
      timestamp: '2024-01-31T23:59:58.125',
      host: 'web-1',
      process: 'sshd',
      raw: 'Jan 31 23:59:58 web-1 sshd[42]: Accepted password for root from 10.0.0.7 port 22',
      masked: 'Accepted password for root from <IP> port <NUM>',
      template_id: '7',
      template: 'Accepted <*>',
      pid: 42,
      severity: 'info',
      source: 'auth.log',
      byte_offset: 250,
      parameters: [
        { type: 'IP', value: '10.0.0.7' },
        { type: 'NUM', value: '22' },
      ],
    },
  ])
})

test('what a row lacks is null', () => {
  const row = exampleRow({
    timestamp: null,
    host: null,
    process: null,
    source: null,
    pid: null,
    severity: -1,
    byteOffset: null,
    template: -1,
  })
  expect(previewRows(batchOf([row]), { templates })[0]).toMatchObject({
    timestamp: null,
    host: null,
    process: null,
    source: null,
    pid: null,
    severity: null,
    byte_offset: null,
    template_id: null,
    template: null,
  })
})

test('ten rows unless told otherwise, fewer where there are fewer', () => {
  const batch = batchOf(Array.from({ length: 25 }, (_, lineNo) => exampleRow({ lineNo })))
  expect(previewRows(batch, { templates })).toHaveLength(10)
  expect(previewRows(batch, { templates, count: 30 })).toHaveLength(25)
  expect(previewRows(batch, { templates, count: 0 })).toEqual([])
})
