import { extractParameters } from '../src/parameters.js'

const IP = { type: 'IP', value: '10.0.0.1' }
const NUM = { type: 'NUM', value: '80' }

test('masks and wildcards come in the order of the line', () => {
  expect(extractParameters('<*> from <IP> port <NUM>', 'login from <IP> port <NUM>', [IP, NUM])).toEqual([
    { type: '*', value: 'login' },
    IP,
    NUM,
  ])
})

test('a wildcard that stands for one mask keeps its type, one for more is spelled out', () => {
  expect(extractParameters('to <*> via <*> end', 'to <:IP:> via eth0/<:IP:>:<:NUM:>x end', [IP, IP, NUM])).toEqual([
    IP,
    { type: '*', value: 'eth0/10.0.0.1:80x' },
  ])
})

test('a hidden text may hold spaces and even look like a mask', () => {
  const path = { type: 'PATH', value: 'C:\\Program <NUM> Files' }
  expect(extractParameters('open <PATH> at <NUM>', 'open <PATH>  at\t<NUM>', [path, NUM])).toEqual([path, NUM])
})

test('delimiters that cut a mask leave its parameter whole', () => {
  expect(
    extractParameters('from < IP > size < NUM > <*>', 'from=<:IP:> size=<:NUM:> x', [IP, NUM], {
      miner: 'drain',
      extraDelimiters: ['=', ':'],
    }),
  ).toEqual([IP, NUM, { type: '*', value: 'x' }])
})

test('a wildcard within a mask that a delimiter cut stands for the whole mask once', () => {
  expect(extractParameters('<*> NUM >', '<:NUM:>', [NUM], { miner: 'drain', extraDelimiters: [':'] })).toEqual([
    { type: '*', value: '80' },
  ])
})

test('a line of another length or with another constant does not fit', () => {
  expect(extractParameters('a <*>', 'a b c', [], { miner: 'drain' })).toBeNull()
  expect(extractParameters('a <*>', 'x b', [])).toBeNull()
  expect(extractParameters('', '  ', [])).toEqual([])
})
