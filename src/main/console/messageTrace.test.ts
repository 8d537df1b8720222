import { expect, test } from 'vitest'
import type { ClientTrace, FoundTrace } from '../admin/traceAdmin'
import { toMessageExt, type MessageExt } from '../client/messageExt'
import type { BrokerTraceEvent } from '../protocol/bodies/brokerTrace'
import { formatProperties } from '../protocol/message/properties'
import { decodeTraceRecords } from '../protocol/trace/traceRecord'
import { message } from '../store/storeRig'
import { messageTraceHandlers, traceEvents } from './messageTrace'

const copy = (
  topic: string,
  storeTimestamp: number,
  properties: Record<string, string> = {},
  more: Partial<MessageExt> = {}
): MessageExt => {
  const inner = message(topic, 'x')
  const stored = {
    ...inner,
    properties: formatProperties(Object.entries({ UNIQ_KEY: 'U1', ...properties })),
    ...{ storeTimestamp, queueOffset: 5, physicalOffset: 0, storeSize: 100, bodyCRC: 0 }
  }
  return { ...toMessageExt(stored, 'broker-a'), ...more }
}
const event = (at: number, kind: BrokerTraceEvent['kind'], more: Partial<BrokerTraceEvent> = {}) => ({ at, kind, topic: 'T', queueId: 0, from: 5, count: 1, group: 'CG', client: 'me@1', ...more }) // prettier-ignore
const told = (...records: string[]): ClientTrace[] =>
  decodeTraceRecords(
    Buffer.from(records.map((record) => `${record.replaceAll('|', '\u0001')}\u0002`).join(''))
  ).records.map((record) => ({ record, clientHost: '10.0.0.1:1' }))

const found = (more: Partial<FoundTrace>): FoundTrace => ({
  ...{ copies: [], records: [], skipped: 0, brokers: [], isPartial: false },
  ...more
})

test('store, broker and client tell one story', () => {
  const story = traceEvents(
    found({
      copies: [
        copy('SCHEDULE_TOPIC_XXXX', 101, { DELAY: '3', REAL_TOPIC: 'T' }, { queueId: 2 }),
        copy('T', 200),
        copy('%RETRY%CG', 300, { RETRY_TOPIC: 'T' }, { reconsumeTimes: 1 }),
        copy('%DLQ%CG', 400, {}, { reconsumeTimes: 2 })
      ],
      brokers: [
        {
          brokerName: 'broker-a',
          answer: {
            since: 50,
            events: [
              event(102, 'put', { topic: 'SCHEDULE_TOPIC_XXXX', queueId: 2, group: 'PG' }),
              event(210, 'pull', { from: 3, count: 4 }),
              event(230, 'sendBack'),
              event(240, 'commit'),
              event(350, 'dead', { topic: '%RETRY%CG' }),
              event(360, 'rewind'),
              event(370, 'invisible'),
              event(380, 'pop'),
              event(390, 'ack'),
              // Another message.
              event(391, 'ack', { from: 6 })
            ]
          }
        }
      ],
      records: told(
        'Pub|100|R|PG|T|U1|null|null|h|1|7|3|0A|true',
        'SubBefore|215|R|CG|R1|U1|0|null',
        'SubAfter|R1|U1|9|false|null|2|'
      )
    })
  )
  const place = { brokerName: 'broker-a', topic: 'T', queueId: 0, queueOffset: 5 }
  const seen = { ...place, source: 'broker', group: 'CG', client: 'me@1' }
  const client = { source: 'client', client: '10.0.0.1:1' }
  const stored = { ...place, source: 'store' }
  expect(story).toEqual([
    { at: 100, kind: 'sent', ...client, group: 'PG', topic: 'T', costMs: 7, success: true },
    { at: 101, kind: 'scheduled', ...stored, topic: 'SCHEDULE_TOPIC_XXXX', queueId: 2, delayLevel: 3, group: 'PG', client: 'me@1' }, // prettier-ignore
    { at: 200, kind: 'stored', ...stored },
    { at: 210, kind: 'delivered', ...seen, result: 'pull' },
    { at: 215, kind: 'consuming', ...client, group: 'CG' },
    // This client tells neither when nor by whom; what it said before does.
    { at: 224, kind: 'consumed', ...client, group: 'CG', costMs: 9, success: false, result: 'EXCEPTION' }, // prettier-ignore
    { at: 230, kind: 'givenBack', ...seen },
    { at: 240, kind: 'acknowledged', ...seen },
    { at: 300, kind: 'retry', ...stored, topic: '%RETRY%CG', reconsumeTimes: 1 },
    { at: 350, kind: 'givenUp', ...seen, topic: '%RETRY%CG' },
    { at: 360, kind: 'rewound', ...seen },
    { at: 370, kind: 'postponed', ...seen },
    { at: 380, kind: 'delivered', ...seen, result: 'pop' },
    { at: 390, kind: 'acknowledged', ...seen },
    { at: 400, kind: 'dead', ...stored, topic: '%DLQ%CG', reconsumeTimes: 2 }
  ])
})

test('a transaction, and a timer that is taken back', () => {
  const story = traceEvents(
    found({
      copies: [
        copy('RMQ_SYS_TRANS_HALF_TOPIC', 100),
        copy('rmq_sys_wheel_timer', 100, { TIMER_OUT_MS: '9000' }),
        copy('T', 100),
        copy('TRANS_CHECK_MAX_TIME_TOPIC', 400)
      ],
      records: told(
        'EndTransaction|300|R|PG|T|U1|null|null|h|2|U1|ROLLBACK_MESSAGE|true',
        'Recall|350|R|PG|T|U1|false'
      )
    })
  )
  expect(story.map(({ at, kind, result, success, dueAt }) => [at, kind, result ?? success ?? dueAt])).toEqual([
    [100, 'half', undefined],
    [100, 'scheduled', 9000],
    [100, 'stored', undefined],
    [300, 'transactionEnded', 'ROLLBACK_MESSAGE'],
    [350, 'recalled', false],
    [400, 'unresolved', undefined]
  ]) // prettier-ignore
})

test('what was consumed within a millisecond was begun first, whatever order it was told in', () => {
  const records = told(
    'SubAfter|R1|U1|0|true|null|0|200|CG',
    'SubBefore|200|R|CG|R1|U1|0|null',
    'SubAfter|R2|U1|0|true|null|0|300|CG',
    'SubBefore|300|R|CG|R2|U1|1|null'
  )
  expect(traceEvents(found({ records })).map(({ at, kind }) => [at, kind])).toEqual([
    [200, 'consuming'],
    [200, 'consumed'],
    [300, 'consuming'],
    [300, 'consumed']
  ])
})

test('it is said which brokers keep a trace, and what is missing', async () => {
  const brokers = [
    { brokerName: 'broker-a', answer: { since: 50, events: [] } },
    { brokerName: 'stock', answer: undefined }
  ]
  const admin = {
    queryMessageTrace: () => Promise.resolve(found({ brokers, skipped: 2, isPartial: true }))
  }
  const handle = messageTraceHandlers({ admin })['message.trace']
  expect(await handle({ topic: 'T', msgId: 'U1' })).toEqual({
    ...{ topic: 'T', msgId: 'U1', events: [], skippedRecords: 2, isPartial: true },
    brokers: [{ brokerName: 'broker-a', since: 50 }, { brokerName: 'stock' }]
  })
})
