import { describe, expect, test } from 'vitest'
import { decodeTraceRecords, MAX_TRACE_RECORDS, type TraceRecord } from './traceRecord'

/** As clients write it: fields joined by 0x01, each record ended by 0x02. */
const body = (...records: string[]): Buffer =>
  Buffer.from(records.map((record) => `${record.replaceAll('|', '\u0001')}\u0002`).join(''))
const read = (...records: string[]): TraceRecord[] => decodeTraceRecords(body(...records)).records

const PUB =
  'Pub|1700000000001|DefaultRegion|PG|T|0A|TagA|k1 k2|127.0.0.1:10911|11|5|0|7F000001|true'

const pub = {
  ...{ type: 'Pub', timestamp: 1_700_000_000_001, region: 'DefaultRegion', group: 'PG' },
  ...{ topic: 'T', msgId: '0A', tags: 'TagA', keys: 'k1 k2', storeHost: '127.0.0.1:10911' },
  ...{ bodyLength: 11, costTime: 5, msgType: 'Normal_Msg', offsetMsgId: '7F000001' },
  ...{ success: true, clientHost: '' }
}
const absent = { tags: '', keys: '' }

describe('a send', () => {
  test.each([
    ['of Java', PUB, pub],
    ['of Go and of old Java: with the client', `${PUB}|10.0.0.1`, { ...pub, clientHost: '10.0.0.1' }],
    ['of Java before 4.1: without offsetMsgId', PUB.replace('|7F000001', ''), { ...pub, offsetMsgId: '' }],
    ['that failed, without tag and keys', PUB.replace('TagA|k1 k2', 'null|null').replace('true', 'false'), { ...pub, ...absent, success: false }],
    ['of Go without tag and keys', PUB.replace('TagA|k1 k2', '|'), { ...pub, ...absent }],
    ['of a half message', PUB.replace('|5|0|', '|5|1|'), { ...pub, msgType: 'Trans_Msg_Half' }],
    ['of a delayed message', PUB.replace('|5|0|', '|5|3|'), { ...pub, msgType: 'Delay_Msg' }]
  ])('%s', (_name, record, expected) => expect(read(record)).toEqual([expected])) // prettier-ignore
})

const before = {
  ...{ type: 'SubBefore', timestamp: 17, region: 'DefaultRegion', group: 'CG', requestId: 'R' },
  ...{ msgId: '0A', retryTimes: 2, keys: 'k1', clientHost: '' }
}
const after = {
  ...{ type: 'SubAfter', requestId: 'R', msgId: '0A', costTime: 9, success: true, keys: '' },
  ...{ consumeReturnType: 'SUCCESS', timestamp: 18, group: 'CG' }
}

describe('consuming', () => {
  test.each([
    ['begins, Java', 'SubBefore|17|DefaultRegion|CG|R|0A|2|k1', before],
    ['begins, Go', 'SubBefore|17|DefaultRegion|CG|R|0A|2|null|10.0.0.1', { ...before, keys: '', clientHost: '10.0.0.1' }],
    ['ends', 'SubAfter|R|0A|9|true|null|0|18|CG', after],
    ['ends with an exception', 'SubAfter|R|0A|9|false|null|2|18|CG', { ...after, success: false, consumeReturnType: 'EXCEPTION' }],
    ['ends, by the access channel CLOUD', 'SubAfter|R|0A|9|true|null|0|', { ...after, timestamp: 0, group: '' }],
    ['ends, before the result was told', 'SubAfter|R|0A|9|true|k1', { ...after, keys: 'k1', consumeReturnType: undefined, timestamp: 0, group: '' }]
  ])('%s', (_name, record, expected) => expect(read(record)).toEqual([expected])) // prettier-ignore
})

const ended = {
  ...{ type: 'EndTransaction', timestamp: 17, region: 'R', group: 'PG', topic: 'T', msgId: '0A' },
  ...{ tags: 'TagA', keys: '', storeHost: '127.0.0.1:10911', msgType: 'Trans_msg_Commit' },
  ...{ transactionId: '0A', state: 'COMMIT_MESSAGE', fromTransactionCheck: false }
}

test.each([
  ['committed', 'COMMIT_MESSAGE|false', {}],
  ['rolled back when asked', 'ROLLBACK_MESSAGE|true', { state: 'ROLLBACK_MESSAGE', fromTransactionCheck: true }],
  ['not known yet', 'UNKNOW|false', { state: 'UNKNOW' }]
])('a transaction is %s', (_name, end, more) =>
  expect(read(`EndTransaction|17|R|PG|T|0A|TagA|null|127.0.0.1:10911|2|0A|${end}`)).toEqual([{ ...ended, ...more }])
) // prettier-ignore

test('a timer is taken back', () => {
  expect(read('Recall|17|R|PG|T|0A|true')).toEqual([
    { type: 'Recall', timestamp: 17, region: 'R', group: 'PG', topic: 'T', msgId: '0A', success: true } // prettier-ignore
  ])
})

test('a body holds many records, of all kinds', () => {
  const records = read(PUB, 'SubBefore|17|D|CG|R|0A|0|null', 'SubAfter|R|0A|9|true|null|0|18|CG')
  expect(records.map(({ type }) => type)).toEqual(['Pub', 'SubBefore', 'SubAfter'])
})

test.each([
  ['an unknown kind', 'Ping|17|R'],
  ['too few fields', 'Pub|17|R|PG'],
  ['a time that is none', PUB.replace('1700000000001', 'soon')],
  ['a message type nobody has', PUB.replace('|5|0|', '|5|9|')],
  ['a state nobody has', 'EndTransaction|17|R|PG|T|0A|a|b|c|2|0A|MAYBE|false'],
  ['anything', 'hello']
])('%s is skipped and counted, the others are read', (_name, record) => {
  const decoded = decodeTraceRecords(body(PUB, record, PUB))
  expect(decoded).toEqual({ records: [pub, pub], skipped: 1 })
})

test.each([
  ['nothing', Buffer.alloc(0), 0],
  ['bytes', Buffer.from([0xff, 0xfe, 0x01, 0x02, 0x00]), 2],
  ['names of objects', body('__proto__|1', 'constructor|1'), 2]
])('%s is no trace', (_name, bytes, skipped) => {
  expect(decodeTraceRecords(bytes)).toEqual({ records: [], skipped })
})

test('more records than a body can have are not read', () => {
  const decoded = decodeTraceRecords(body(...Array.from({ length: MAX_TRACE_RECORDS + 3 }, () => PUB))) // prettier-ignore
  expect(decoded.records).toHaveLength(MAX_TRACE_RECORDS)
  expect(decoded.skipped).toBe(3)
})
