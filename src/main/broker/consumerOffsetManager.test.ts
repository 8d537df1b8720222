import { beforeEach, describe, expect, test } from 'vitest'
import { ManualClock } from '../base/clock'
import { silentLog } from '../base/log'
import type { ConsumerOffsetDoc } from '../meta/brokerMeta'
import { MemoryCollection } from './brokerFakes'
import { ConsumerOffsetManager } from './consumerOffsetManager'
import { MAX_TOPIC_QUEUE_NUMS } from './topicConfigManager'

let clock: ManualClock
let consumerOffsets: MemoryCollection<ConsumerOffsetDoc>
const config = { flushConsumerOffsetInterval: 5000 }

beforeEach(() => {
  clock = new ManualClock()
  consumerOffsets = new MemoryCollection()
})

const open = (): ConsumerOffsetManager => {
  const manager = new ConsumerOffsetManager({ clock, log: silentLog, config, meta: { consumerOffsets } }) // prettier-ignore
  manager.start()
  return manager
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('commits are kept each interval, many with one write, and nothing where nothing changed', async () => {
  const manager = open()
  for (let i = 0; i < 100; i++) manager.commit('CG', 'T', i % 4, i)
  manager.commit('CG2', 'T', 0, 7)
  expect(consumerOffsets.size).toBe(0)
  clock.advance(5000)
  await settled()
  expect(consumerOffsets.get('T@CG')?.offsets).toEqual([[0, 96], [1, 97], [2, 98], [3, 99]]) // prettier-ignore
  expect(consumerOffsets.writes).toBe(1)
  manager.commit('CG', 'T', 0, 96)
  clock.advance(5000)
  await settled()
  expect(consumerOffsets.writes).toBe(1)
})

test('what could not be kept is tried again', async () => {
  const manager = open()
  manager.commit('CG', 'T', 0, 1)
  consumerOffsets.failure = new Error('disk full')
  clock.advance(5000)
  await settled()
  expect(manager.query('CG', 'T', 0)).toBe(1)
  consumerOffsets.failure = undefined
  await manager.stop()
  expect(open().query('CG', 'T', 0)).toBe(1)
})

test.each([
  ['a negative offset', 0, -1],
  ['a negative queue', -1, 0],
  ['a queue no topic can have', MAX_TOPIC_QUEUE_NUMS, 0]
])('%s is not taken', (_name, queueId, offset) => {
  const manager = open()
  expect(manager.commit('CG', 'T', queueId, offset)).toBe(false)
  expect(manager.query('CG', 'T', queueId)).toBeUndefined()
})

test('topics and groups find each other by committed offsets, not by pulls', () => {
  const manager = open()
  manager.commit('CG', 'T', 0, 1)
  manager.commitPull('CG', 'U', 0, 1)
  expect(manager.whichTopicByConsumer('CG')).toEqual(['T'])
  expect(manager.whichGroupByTopic('U')).toEqual([])
})

test('a group or topic that goes takes its offsets along, also from disk', async () => {
  const manager = open()
  for (const [group, topic] of [['G1', 'T'], ['G2', 'T'], ['G1', 'U']] as const) manager.commit(group, topic, 0, 1) // prettier-ignore
  await manager.flush()
  await manager.removeGroup('G1')
  expect(consumerOffsets.all().map(([key]) => key)).toEqual(['T@G2'])
  await manager.removeTopic('T')
  await manager.stop()
  expect(consumerOffsets.size).toBe(0)
})

describe('a reset', () => {
  test('is kept like a commit, and told once', async () => {
    const manager = open()
    manager.commit('CG', 'T', 0, 9)
    expect(manager.assignResetOffset('CG', 'T', 0, 4)).toBe(true)
    expect(manager.assignResetOffset('CG', 'T', 0, 3)).toBe(true)
    expect(manager.query('CG', 'T', 0)).toBe(3)
    expect(manager.hasOffsetReset('CG', 'T', 0)).toBe(true)
    expect(manager.hasOffsetReset('CG', 'T', 1)).toBe(false)
    expect(manager.hasOffsetReset('CG2', 'T', 0)).toBe(false)
    expect(manager.queryThenEraseResetOffset('CG', 'T', 0)).toBe(3)
    expect(manager.hasOffsetReset('CG', 'T', 0)).toBe(false)
    expect(manager.queryThenEraseResetOffset('CG', 'T', 0)).toBeUndefined()
    await manager.stop()
    expect(open().query('CG', 'T', 0)).toBe(3)
  })

  test('is no progress that a consumer made', () => {
    const manager = open()
    const moves: number[] = []
    manager.moved.on(({ to }) => moves.push(to))
    manager.commit('CG', 'T', 0, 2)
    manager.assignResetOffset('CG', 'T', 0, 9)
    manager.commit('CG', 'T', 0, 11)
    expect(moves).toEqual([2, 11])
  })

  test('of a queue no topic can have is not taken', () => {
    const manager = open()
    expect(manager.assignResetOffset('CG', 'T', MAX_TOPIC_QUEUE_NUMS, 0)).toBe(false)
    expect(manager.hasOffsetReset('CG', 'T', MAX_TOPIC_QUEUE_NUMS)).toBe(false)
  })

  test('goes with its topic', async () => {
    const manager = open()
    manager.assignResetOffset('CG', 'T', 0, 4)
    manager.assignResetOffset('CG', 'U', 0, 5)
    await manager.removeTopic('T')
    expect(manager.queryThenEraseResetOffset('CG', 'T', 0)).toBeUndefined()
    expect(manager.queryThenEraseResetOffset('CG', 'U', 0)).toBe(5)
  })
})

test('offsets cloned replace those of the other group, and are kept', async () => {
  const manager = open()
  manager.commit('CG', 'T', 0, 1)
  manager.commit('CG', 'T', 2, 3)
  manager.commit('Other', 'T', 1, 7)
  expect(manager.cloneOffset('CG', 'Other', 'T')).toBe(true)
  expect(manager.cloneOffset('Nobody', 'CG', 'T')).toBe(true)
  manager.commit('CG', 'T', 0, 5)
  await manager.stop()
  const reopened = open()
  expect([...(reopened.queryAll('Other', 'T') ?? [])]).toEqual([[0, 1], [2, 3]]) // prettier-ignore
  expect(reopened.query('CG', 'T', 0)).toBe(5)
})

test('no group is further than its queue: what is sent next would be taken for consumed', () => {
  const manager = open()
  manager.commit('CG', 'T', 0, 9)
  manager.commit('CG', 'T', 1, 5)
  manager.commit('CG', 'Empty', 0, 5)
  manager.limitTo((topic, queueId) => (topic === 'T' ? [7, 7][queueId]! : 0))
  expect(manager.queryAll('CG', 'T')).toEqual(new Map([[0, 7], [1, 5]])) // prettier-ignore
  expect(manager.query('CG', 'Empty', 0)).toBe(5)
})
