import fc from 'fast-check'
import { lineValues, placeOfValue } from '../src/incidents/line-values.js'

test('values stand where the template is open, behind whatever header', () => {
  const line = 'Mar 10 07:33:01 gw dhclient[640]: DHCPREQUEST for 10.0.0.5 on eth0 to 10.0.0.1 port 67'
  expect(lineValues('DHCPREQUEST for <IP> on <DEVICE> to <IP> port <NUM>', line).map(({ value }) => value)).toEqual([
    '10.0.0.5',
    'eth0',
    '10.0.0.1',
    '67',
  ])
})

test('parameters are those that masks hid, among all open places', () => {
  const template = 'Failed password for <*> from <IP> port <ID> ssh2'
  expect([0, 1, 2].map((position) => placeOfValue(template, { position, parameters: 2 }))).toEqual([1, 2, -1])
  expect(placeOfValue(template, { position: 0, parameters: 3 })).toBe(-1)
  expect(placeOfValue(template, { position: 0 })).toBe(-1)
})

test('a line of another template has none', () => {
  expect(lineValues('link <*> down', 'nothing of the kind')).toEqual([])
  expect(lineValues('no open place', 'no open place')).toEqual([])
})

test('no template and no line is too strange', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (template, line) => {
      for (const { value } of lineValues(`${template}<NUM>${template}`, line)) expect(line).toContain(value)
    }),
  )
})

test('a long hostile line is gone through once', () => {
  const template = Array.from({ length: 200 }, () => 'a<*>').join('')
  expect(lineValues(template, 'a'.repeat(1_000_000)).length).toBeLessThanOrEqual(200)
})
