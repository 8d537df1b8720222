import { expect, test } from 'vitest'
import { MessagePosition, writeLong } from '../protocol/message/messageCodec'
import type { GetMessageStatus, StoreStats } from '../store/messageStore'
import { PullFromWhere } from './pullFromWhere'

const LOG_END = 10_000
const NEAR_BYTES = 1000

const judge = (
  role: 'SYNC_MASTER' | 'SLAVE',
  config: { slaveReadEnable?: boolean; offsetCheckInSlave?: boolean } = {}
) =>
  // prettier-ignore
  new PullFromWhere({
    config: { slaveReadEnable: true, offsetCheckInSlave: false, ...config },
    identity: { role },
    store: { stats: { maxPhysicalOffset: LOG_END } as StoreStats },
    accessMessageInMemoryBytes: NEAR_BYTES
  })

/** A message that begins at that physical offset. */
const found = (physicalOffset: number): { status: GetMessageStatus; messages: Buffer[] } => {
  const message = Buffer.alloc(100)
  writeLong(message, physicalOffset, MessagePosition.PHYSICAL_OFFSET)
  return { status: 'FOUND', messages: [message] }
}

const FAR = found(LOG_END - NEAR_BYTES - 1)
const NEAR = found(LOG_END - NEAR_BYTES)
const NOTHING = { status: 'OFFSET_OVERFLOW_ONE', messages: [] } as const
const group = { brokerId: 0, whichBrokerWhenConsumeSlowly: 1 }
const elsewhere = { brokerId: 2, whichBrokerWhenConsumeSlowly: 3 }

test.each([
  ['a master keeps a reader that is near', 'SYNC_MASTER', group, NEAR, 0],
  ['a master sends a reader far behind to the slave', 'SYNC_MASTER', group, FAR, 1],
  ['a master keeps a reader that found nothing', 'SYNC_MASTER', group, NOTHING, 0],
  ['a group may name other brokers: near', 'SYNC_MASTER', elsewhere, NEAR, 2],
  ['a group may name other brokers: far', 'SYNC_MASTER', elsewhere, FAR, 3],
  ['a slave sends a reader that is near to the master', 'SLAVE', elsewhere, NEAR, 0],
  ['a slave keeps a reader far behind', 'SLAVE', group, FAR, 1]
] as const)('%s', (_name, role, settings, result, expected) => {
  expect(judge(role).suggestWhichBrokerId(settings, result)).toBe(expected)
})

test('without slaveReadEnable everybody reads from the master', () => {
  const master = judge('SYNC_MASTER', { slaveReadEnable: false })
  expect(master.suggestWhichBrokerId(elsewhere, FAR)).toBe(0)
})

test.each([
  ['OFFSET_OVERFLOW_BADLY', 500, true],
  ['OFFSET_TOO_SMALL', 1, true],
  ['NO_MESSAGE_IN_QUEUE', 5, true],
  ['NO_MESSAGE_IN_QUEUE', 0, false],
  ['OFFSET_OVERFLOW_ONE', 5, false],
  ['FOUND', 5, false]
] as const)('%s at %i: a slave leaves the offset as it is: %s', (status, offset, left) => {
  expect(judge('SLAVE').leavesOffset({ status }, offset)).toBe(left)
})

test('a slave corrects offsets with offsetCheckInSlave, a master always', () => {
  const status = 'OFFSET_OVERFLOW_BADLY'
  expect(judge('SLAVE', { offsetCheckInSlave: true }).leavesOffset({ status }, 500)).toBe(false)
  expect(judge('SYNC_MASTER').leavesOffset({ status }, 500)).toBe(false)
})
