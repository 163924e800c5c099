import { parameterPlace } from '../src/language/parameter-place.js'

test.each([
  ['Failed password for <*> from <IP> port <NUM> ssh2', 1, 'port <NUM> ssh2'],
  ['Failed password for <*> from <IP> port <NUM> ssh2', 0, 'from <IP> port'],
  ['size=<SIZE> took <DURATION>', 0, 'size=<SIZE> took'],
  ['size=<SIZE> took <DURATION>', 1, 'took <DURATION>'],
  ['<NUM> of <NUM> blocks', 0, '<NUM> of'],
])('in %s parameter %i stands in “%s”', (template, position, place) => {
  const parameters = template.replaceAll('<*>', '').split('<').length - 1
  expect(parameterPlace(template, { position, parameters })).toBe(place)
})

test.each([
  ['read <NUM> rows', 0],
  ['read <NUM> rows', 1],
  ['onExtend:<NUM> <NUM> <NUM> <NUM>', 3],
  ['', 0],
  ['port <NUM> <PATH> of the router', 0],
])('of %s, parameter %i, no place is told', (template, position) => {
  expect(parameterPlace(template, { position, parameters: 1 })).toBeNull()
})
