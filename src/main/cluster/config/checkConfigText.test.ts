import { expect, test } from 'vitest'
import { MAX_CONFIG_TEXT_CHARS } from '../../../shared/limits'
import { brokerTable } from '../../broker/brokerConfig'
import { checkConfigText, refuseBadLines } from './checkConfigText'

const decided = new Map([
  ['brokerName', 'broker-a'],
  ['listenPort', '10911']
])
const check = (text: string, saved: Record<string, string> = {}) =>
  checkConfigText(text, { table: brokerTable, saved: new Map(Object.entries(saved)), decided })

test.each<[string, object]>([
  ['maxMessageSize = 2048', { verdict: 'honoured', isRefused: false }],
  ['brokerIP1 = 10.0.0.1  ', { verdict: 'honoured', isRefused: false }],
  ['sendMessageThreadPoolNums=16', { verdict: 'inert', isRefused: false }],
  ['authenticationEnabled=true', { verdict: 'honoured', isRefused: false }],
  ['migrateAuthFromV1Enabled=true', { verdict: 'inert', isRefused: false }],
  ['brokerName=broker-a', { verdict: 'decided', isRefused: false }],
  ['listenPort=1', { verdict: 'decided', isRefused: false, actual: '10911' }],
  ['rocketmqHome=/opt', { verdict: 'blackListed', isRefused: false }],
  ['maxMesageSize=1', { verdict: 'unknown', isRefused: true, nearest: 'maxMessageSize' }],
  ['zzz=1', { verdict: 'unknown', isRefused: true }],
  ['maxMessageSize=1', { verdict: 'invalid', isRefused: true, expected: 'a whole number from 1024 to 15728640' }], // prettier-ignore
  ['traceOn=true ', { verdict: 'invalid', isRefused: true, expected: 'true or false' }],
  ['useTLS=maybe', { verdict: 'invalid', isRefused: true, expected: 'true or false' }],
  ['regionId=\\u12', { verdict: 'malformed', isRefused: true }]
])('%j', (text, expected) => {
  const [line, ...others] = check(text).lines
  expect(others).toEqual([])
  expect(line).toMatchObject(expected)
})

test('of a key given twice the last line counts', () => {
  const { lines, chosen } = check('regionId=a\nregionId=b')
  expect(lines.map(({ line, verdict }) => [line, verdict])).toEqual([
    [1, 'overridden'],
    [2, 'honoured']
  ])
  expect([...chosen]).toEqual([['regionId', 'b']])
})

test('what the file does not name goes back to its default', () => {
  const { changes } = check('regionId=b\nmappedFileSizeCommitLog=1048576', {
    regionId: 'b',
    traceOn: 'false'
  })
  expect(changes).toEqual([
    { key: 'traceOn', before: 'false', after: null, hot: true },
    { key: 'mappedFileSizeCommitLog', before: null, after: '1048576', hot: false }
  ])
})

test('decided, black-listed and refused lines choose nothing', () => {
  const { chosen } = check('listenPort=1\nrocketmqHome=/opt\nzzz=1\nmaxMessageSize=x')
  expect([...chosen]).toEqual([])
})

test('a refusal names the first line and counts them all', () => {
  const { lines } = check('regionId=b\nzzz=1\nmaxMessageSize=x')
  expect(() => refuseBadLines(lines)).toThrow(
    expect.objectContaining({ code: 'CONFIG_REFUSED', params: { line: 2, key: 'zzz', count: 2 } })
  )
})

test('a file beyond the limit is not read', () => {
  expect(() => check('#'.repeat(MAX_CONFIG_TEXT_CHARS + 1))).toThrow(
    expect.objectContaining({ code: 'CONFIG_TOO_LARGE' })
  )
})
