import { expect, test } from 'vitest'
import { ManualClock } from '../../base/clock'
import { FakeConnection } from '../brokerFakes'
import { ConsumerManager } from '../consumerManager'
import { ProducerManager } from '../producerManager'
import { MAX_TRACE_ANSWER, MessageTrace } from './messageTrace'

const BOOT = 1_700_000_000_000

const rig = (capacity = 100) => {
  const clock = new ManualClock(BOOT)
  const [consumers, producers] = [new ConsumerManager(clock), new ProducerManager(clock)]
  const trace = new MessageTrace({ clock, consumers, producers, capacity, bootTimestamp: BOOT })
  const connection = new FakeConnection('127.0.0.1:4000')
  const told = (topic: string, queueId: number, queueOffset: number): string[] =>
    trace
      .find([{ topic, queueId, queueOffset }])
      .map(({ at, kind, from, count, group, client }) =>
        [at - BOOT, kind, `${from}+${count}`, group, client].join(' ')
      )
  return { clock, consumers, producers, trace, connection, told }
}

test('the story of one message of many, in order', () => {
  const { clock, trace, connection, told } = rig()
  trace.put(clock.now(), 'T', 1, 10, 3, 'PG', connection)
  clock.advance(5)
  trace.delivered('pull', 'T', 1, [10, 11, 12, 13], 'CG', connection)
  clock.advance(5)
  trace.event('sendBack', 'T', 1, 11, 'CG', connection)
  trace.moved({ group: 'CG', topic: 'T', queueId: 1, from: 10, to: 13, connection })
  clock.advance(5)
  trace.moved({ group: 'CG', topic: 'T', queueId: 1, from: 13, to: 0, connection: undefined })
  const at = '127.0.0.1:4000'
  const rest = [`10 commit 10+3 CG ${at}`, '15 rewind 0+13 CG ']
  const got = `5 pull 10+4 CG ${at}`
  expect(told('T', 1, 11)).toEqual([`0 put 10+3 PG ${at}`, got, `10 sendBack 11+1 CG ${at}`, ...rest]) // prettier-ignore
  expect(told('T', 1, 12)).toEqual([`0 put 10+3 PG ${at}`, got, ...rest])
  expect(told('T', 1, 13)).toEqual([got])
  expect(told('T', 1, 9)).toEqual(['15 rewind 0+13 CG '])
  expect(told('T', 0, 11)).toEqual([])
  expect(told('U', 1, 11)).toEqual([])
})

test('clients are named by the id of their heartbeat', () => {
  const { clock, consumers, producers, trace, connection, told } = rig()
  const channel = { connection, clientId: 'me@1', language: 'JAVA', version: 1 }
  const data = { consumeType: 'CONSUME_PASSIVELY', messageModel: 'CLUSTERING', consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET', groupName: 'CG', unitMode: false } // prettier-ignore
  consumers.registerConsumer(data, channel, [], false)
  producers.registerProducer('PG', channel)
  trace.put(clock.now(), 'T', 0, 0, 1, 'PG', connection)
  trace.delivered('pop', 'T', 0, [0], 'CG', connection)
  trace.event('ack', 'T', 0, 0, 'CG', connection)
  expect(told('T', 0, 0)).toEqual(['0 put 0+1 PG me@1', '0 pop 0+1 CG me@1', '0 ack 0+1 CG me@1'])
  // A member that stops leaves its group first; its last progress comes behind.
  consumers.unregisterConsumer('CG', connection, 'me@1', false)
  trace.moved({ group: 'CG', topic: 'T', queueId: 0, from: 0, to: 1, connection })
  expect(told('T', 0, 0).at(-1)).toBe('0 commit 0+1 CG me@1')
})

test('of an answer with gaps only what is in it was delivered', () => {
  const { trace, connection, told } = rig()
  trace.delivered('pull', 'T', 0, [1, 2, 5, 7, 8], 'CG', connection)
  const offsets = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
  expect(offsets.filter((offset) => told('T', 0, offset).length === 1)).toEqual([1, 2, 5, 7, 8])
})

test('tools that look at messages are no consumers', () => {
  const { trace, connection, told } = rig()
  trace.delivered('pull', 'T', 0, [0], 'TOOLS_CONSUMER', connection)
  expect(told('T', 0, 0)).toEqual([])
})

test('the oldest events make room, and it is told since when they are known', () => {
  const { clock, trace, connection, told } = rig(3)
  expect(trace.since).toBe(BOOT)
  for (let offset = 0; offset < 5; offset++) {
    clock.advance(1)
    trace.put(clock.now(), 'T', 0, offset, 1, 'PG', connection)
  }
  expect([0, 1, 2, 3, 4].map((offset) => told('T', 0, offset).length)).toEqual([0, 0, 1, 1, 1])
  expect(trace.since).toBe(BOOT + 3)
})

test('without room nothing is traced', () => {
  const { clock, trace, connection, told } = rig(0)
  trace.put(clock.now(), 'T', 0, 0, 1, 'PG', connection)
  trace.delivered('pull', 'T', 0, [0], 'CG', connection)
  expect(told('T', 0, 0)).toEqual([])
  expect(trace.since).toBe(BOOT)
})

test('a topic made anew has nothing of its predecessor', () => {
  const { clock, trace, connection, told } = rig()
  trace.put(clock.now(), 'T', 0, 0, 1, 'old', connection)
  trace.onTopicDeleted('T')
  expect(told('T', 0, 0)).toEqual([])
  trace.put(clock.now(), 'T', 0, 0, 1, 'new', connection)
  expect(told('T', 0, 0)).toEqual(['0 put 0+1 new 127.0.0.1:4000'])
})

test('an answer has the newest events only', () => {
  const { trace, connection } = rig(2 * MAX_TRACE_ANSWER)
  for (let i = 0; i <= MAX_TRACE_ANSWER; i++)
    trace.delivered('pull', 'T', 0, [0], `CG${i}`, connection)
  const events = trace.find([{ topic: 'T', queueId: 0, queueOffset: 0 }])
  expect(events).toHaveLength(MAX_TRACE_ANSWER)
  expect([events[0]?.group, events.at(-1)?.group]).toEqual(['CG1', `CG${MAX_TRACE_ANSWER}`])
})
