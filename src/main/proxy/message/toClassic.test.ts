import { expect, test } from 'vitest'
import { parseProperties } from '../../protocol/message/properties'
import { MessageSysFlag } from '../../protocol/message/sysFlag'
import { Encoding, MessageType } from '../v2/enums'
import type { Message, SystemProperties } from '../v2/messages'
import { timestamp } from './times'
import { toClassic } from './toClassic'

const NOW = 1_700_000_000_000
const sender = { topic: 'T', remoteAddress: '10.0.0.7:4711', now: NOW }

const classic = (system: SystemProperties, more: Partial<Message> = {}, topic = 'T') => {
  const from: Message = { ...more, systemProperties: { messageId: 'ID', ...system } }
  const { properties, ...rest } = toClassic(from, { ...sender, topic })
  return { ...rest, properties: Object.fromEntries(parseProperties(properties)) }
}

test('all that a message says becomes a property', () => {
  const { properties, bornTimestamp, messageId } = classic(
    {
      tag: 'A',
      keys: ['k1', 'k2'],
      messageGroup: 'g',
      traceContext: 'tc',
      bornHost: 'laptop',
      bornTimestamp: { seconds: 1_600_000_000, nanos: 5_000_000 }
    },
    { userProperties: { color: '红', n: '1' } }
  )
  expect(properties).toEqual({
    ...{ color: '红', n: '1', TAGS: 'A', KEYS: 'k1 k2', UNIQ_KEY: 'ID' },
    ...{ __SHARDINGKEY: 'g', TRACE_CONTEXT: 'tc', __BORNHOST: 'laptop' },
    ...{ BORN_TIMESTAMP: '1600000000005', PGROUP: 'T', RECONSUME_TIME: '0' }
  })
  expect([bornTimestamp, messageId]).toEqual([1_600_000_000_005, 'ID'])
})

test('what it does not say is where and when it came', () => {
  const { properties, bornTimestamp } = classic({ bornHost: '' })
  expect(properties).toEqual({
    ...{ UNIQ_KEY: 'ID', PGROUP: 'T', RECONSUME_TIME: '0' },
    ...{ __BORNHOST: '10.0.0.7:4711', BORN_TIMESTAMP: String(NOW) }
  })
  expect(bornTimestamp).toBe(NOW)
  expect(classic({ bornHost: 'a\u0001b' }).properties.__BORNHOST).toBe('10.0.0.7:4711')
})

test.each<[string, SystemProperties, string, number, object]>([
  ['NORMAL', {}, 'NORMAL', 0, {}],
  ['FIFO', { messageGroup: 'g' }, 'FIFO', 0, { __SHARDINGKEY: 'g' }],
  ['DELAY', { deliveryTimestamp: timestamp(NOW + 1234) }, 'DELAY', 0, { TIMER_DELIVER_MS: String(NOW + 1234) }],
  ['DELAY of 1969', { deliveryTimestamp: timestamp(-5) }, 'DELAY', 0, { TIMER_DELIVER_MS: '0' }],
  ['DELAY in a group', { deliveryTimestamp: timestamp(NOW), messageGroup: 'g' }, 'DELAY', 0, {}],
  ['TRANSACTION', { messageType: MessageType.TRANSACTION }, 'TRANSACTION', MessageSysFlag.TRANSACTION_PREPARED_TYPE, { TRAN_MSG: 'true' }],
  ['TRANSACTION with its time', { messageType: MessageType.TRANSACTION, orphanedTransactionRecoveryDuration: timestamp(9999) }, 'TRANSACTION', MessageSysFlag.TRANSACTION_PREPARED_TYPE, { CHECK_IMMUNITY_TIME_IN_SECONDS: '9' }],
  ['gzip', { bodyEncoding: Encoding.GZIP }, 'NORMAL', MessageSysFlag.COMPRESSED_FLAG, {}]
])('%s', (_name, system, messageType, sysFlag, properties) => {
  const got = classic(system)
  expect(got).toMatchObject({ messageType, sysFlag, properties })
}) // prettier-ignore

test('an attempt is told in the header of a retry topic, elsewhere as a property', () => {
  const there = classic({ deliveryAttempt: 3 }, {}, '%RETRY%g')
  expect(there.reconsumeTimes).toBe(3)
  expect(there.properties).not.toHaveProperty('RECONSUME_TIME')
  expect(classic({ deliveryAttempt: 3 })).toMatchObject({ reconsumeTimes: 0, properties: { RECONSUME_TIME: '3' } }) // prettier-ignore
})
