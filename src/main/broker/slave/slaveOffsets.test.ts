import { beforeEach, expect, test } from 'vitest'
import { ManualClock } from '../../base/clock'
import { silentLog } from '../../base/log'
import type { GroupOffsets } from '../../protocol/bodies/slaveSync'
import { RemotingError } from '../../protocol/remotingCommand'
import { FakeConnection, MemoryCollection } from '../brokerFakes'
import { ConsumerOffsetManager } from '../consumerOffsetManager'
import { SlaveOffsets } from './slaveOffsets'

const client = new FakeConnection()
let offsets: ConsumerOffsetManager
let slave: SlaveOffsets
let told: [group: string, topic: string, queueId: number, offset: number][]

const master = {
  commit: (...commit: (typeof told)[number]) => {
    told.push(commit)
    return Promise.resolve()
  }
}

const ofMaster = (...queues: [queueId: number, offset: number][]): GroupOffsets[] => [
  { topic: 'T', group: 'G', offsets: new Map(queues) }
]

beforeEach(() => {
  offsets = new ConsumerOffsetManager({
    clock: new ManualClock(),
    log: silentLog,
    config: { flushConsumerOffsetInterval: 5000 },
    meta: { consumerOffsets: new MemoryCollection() }
  })
  slave = new SlaveOffsets({ log: silentLog, offsets })
  slave.start()
  told = []
})

test("a slave's offsets are its master's, and no others", async () => {
  offsets.assign('Old', 'T', 0, 3)
  await slave.follow(ofMaster([0, 5], [1, 2]))
  expect([...offsets.all()].map(({ group }) => group)).toEqual(['G'])
  expect(offsets.queryAll('G', 'T')).toEqual(new Map([[0, 5], [1, 2]])) // prettier-ignore
})

test('a reset at the master, back, is followed', async () => {
  await slave.follow(ofMaster([0, 500]))
  await slave.follow(ofMaster([0, 10]))
  expect(offsets.query('G', 'T', 0)).toBe(10)
})

test('what a client committed here is not taken back by a master that was away, but told to it', async () => {
  await slave.follow(ofMaster([0, 5], [1, 7]))
  offsets.commit('G', 'T', 0, 9, client)
  await slave.follow(ofMaster([0, 5], [1, 7]))
  expect(offsets.query('G', 'T', 0)).toBe(9)
  await slave.tell(master)
  expect(told).toEqual([['G', 'T', 0, 9]])
  expect(slave.hasOwn).toBe(false)
})

test('of a group the master does not know it is told too', async () => {
  offsets.commit('New', 'T', 0, 4, client)
  await slave.follow([])
  await slave.tell(master)
  expect(told).toEqual([['New', 'T', 0, 4]])
})

test('a master that is further wins', async () => {
  offsets.commit('G', 'T', 0, 9, client)
  await slave.follow(ofMaster([0, 20]))
  await slave.tell(master)
  expect(offsets.query('G', 'T', 0)).toBe(20)
  expect(told).toEqual([])
})

test('what a master refuses for good is forgotten; without an answer it is told again', async () => {
  offsets.commit('G', 'T', 0, 9, client)
  await expect(slave.tell({ commit: () => Promise.reject(new Error('closed')) })).rejects.toThrow('closed') // prettier-ignore
  expect(slave.hasOwn).toBe(true)
  await slave.tell({ commit: () => Promise.reject(new RemotingError(17, 'no such topic')) })
  expect(slave.hasOwn).toBe(false)
})
