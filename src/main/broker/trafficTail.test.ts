import { deflateSync } from 'node:zlib'
import { beforeEach, expect, test } from 'vitest'
import { ManualClock } from '../base/clock'
import { seededRandom } from '../base/random'
import { hostAddress } from '../protocol/message/host'
import type { TailBatch } from '../../shared/views'
import { TAIL_BATCH_MESSAGES, TrafficTail, type TailPut } from './trafficTail'

let clock: ManualClock
let tail: TrafficTail
let batches: TailBatch[]

beforeEach(() => {
  clock = new ManualClock()
  batches = []
  const storeHost = hostAddress('127.0.0.1', 10911)
  tail = new TrafficTail({ clock, random: seededRandom(3), brokerName: 'broker-a', storeHost })
})

const put = (more: Partial<TailPut> = {}): TailPut => ({
  ...{ kind: 'put', at: 1, topic: 'T', queueId: 0, queueOffset: 0, physicalOffset: 1000 },
  ...{ sysFlag: 0, properties: '', body: Buffer.from('hello'), group: 'PG', client: 'x' },
  ...more
})

test('a batch says how many passed and shows a sample that reaches to the last of them', () => {
  tail.open((batch) => batches.push(batch))
  for (let i = 0; i < 1000; i++) tail.offer(put({ at: i }))
  clock.advance(250)
  expect(batches).toHaveLength(1)
  expect(batches[0]).toMatchObject({ passed: 1000 })
  const shown = batches[0]!.messages.map(({ at }) => at)
  expect(shown).toHaveLength(TAIL_BATCH_MESSAGES)
  expect(shown).toEqual([...shown].sort((a, b) => a - b))
  expect(shown.at(-1)).toBeGreaterThan(500)
  clock.advance(250)
  expect(batches).toHaveLength(1)
})

test('it is open while somebody listens', () => {
  const listeners = [tail.open(() => undefined), tail.open(() => undefined)]
  expect(tail.isOpen).toBe(true)
  listeners[0]?.dispose()
  expect(tail.isOpen).toBe(true)
  listeners[1]?.dispose()
  expect(tail.isOpen).toBe(false)
})

test.each([
  ['text', Buffer.from('héllo'), 0, 'héllo'],
  ['no more than 200 characters', Buffer.alloc(5000, 'x'), 0, 'x'.repeat(200)],
  ['a compressed body inflated', deflateSync(Buffer.alloc(5000, 'z')), 0x301, 'z'.repeat(200)],
  ['nothing of a torn one', deflateSync('zzz').subarray(0, 4), 0x1, ''],
  ['nothing of a bomb', deflateSync(Buffer.alloc(2 * 1024 * 1024)), 0x1, ''],
  ['nothing of a kind it cannot read', Buffer.from('zzz'), 0x201, '']
])('it previews %s', (_name, body, sysFlag, preview) => {
  tail.open((batch) => batches.push(batch))
  tail.offer(put({ body, sysFlag }))
  clock.advance(250)
  expect(batches[0]?.messages[0]).toMatchObject({ preview, bodySize: body.length })
})

test('a message without a unique key is shown under its offset id', () => {
  tail.open((batch) => batches.push(batch))
  tail.offer(put())
  tail.offer(put({ properties: 'UNIQ_KEY\u0001K\u0002TAGS\u0001A' }))
  clock.advance(250)
  expect(batches[0]?.messages).toMatchObject([
    { msgId: '7F00000100002A9F00000000000003E8', tags: '' },
    { msgId: 'K', tags: 'A' }
  ])
})
