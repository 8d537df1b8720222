import { expect, test } from 'vitest'
import { ManualClock } from '../../base/clock'
import { jsonBody } from '../../protocol/bodies/rocketmqJson'
import type { TopicRouteData } from '../../protocol/bodies/route'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { createRequest, RemotingError } from '../../protocol/remotingCommand'
import { RemotingTimeoutError } from '../../remoting/errors'
import { METADATA_STALE_MS } from './remembered'
import { TopicMetadata } from './topicMetadata'

const create = (masters: string[]) => {
  const clock = new ManualClock()
  const asked: string[] = []
  const answers = new Map<string, string | undefined | Error>()
  const route: TopicRouteData = {
    queueDatas: [],
    brokerDatas: masters.map((brokerName) => ({ brokerName, cluster: 'C', brokerAddrs: { '0': `${brokerName}:1` } })) // prettier-ignore
  }
  const metadata = new TopicMetadata({
    clock,
    routes: { get: () => Promise.resolve(route) },
    namesrv: { call: () => Promise.reject(new Error('nobody asks it')) },
    remoting: {
      call: async (address) => {
        asked.push(address)
        const type = answers.get(address)
        if (type instanceof Error) throw type
        const attributes = type === undefined ? {} : { 'message.type': type }
        const body = jsonBody({ topicName: 'T', perm: 6, readQueueNums: 1, writeQueueNums: 1, attributes }) // prettier-ignore
        return { ...createRequest({ code: 0 }, 1), body }
      }
    }
  })
  return { clock, asked, answers, metadata }
}

const late = new RemotingTimeoutError('a:1', 3000, 'GET_TOPIC_CONFIG')

test.each([
  ['FIFO', 'FIFO'],
  ['MIXED', 'MIXED'],
  ['UNSPECIFIED', 'MIXED'],
  [undefined, 'MIXED']
])('a topic of type %s takes %s messages', async (type, expected) => {
  const { answers, metadata } = create(['a'])
  answers.set('a:1', type)
  expect(await metadata.messageType('T')).toBe(expected)
})

test('a master that is silent is asked last the next time', async () => {
  const { clock, asked, answers, metadata } = create(['a', 'b'])
  answers.set('a:1', late).set('b:1', 'FIFO')
  expect(await metadata.messageType('T')).toBe('FIFO')
  clock.advance(METADATA_STALE_MS)
  expect(await metadata.messageType('T')).toBe('FIFO')
  expect(asked).toEqual(['a:1', 'b:1', 'b:1'])
})

test('where nobody tells, the silence is told', async () => {
  const { answers, metadata } = create(['a', 'b'])
  answers.set('a:1', late).set('b:1', late)
  await expect(metadata.messageType('T')).rejects.toBe(late)
})

test.each([
  ['an old broker', ResponseCode.REQUEST_CODE_NOT_SUPPORTED, 'MIXED'],
  ['one that lost the topic', ResponseCode.TOPIC_NOT_EXIST, 'TOPIC_NOT_EXIST']
])('%s', async (_name, code, expected) => {
  const { answers, metadata } = create(['a'])
  answers.set('a:1', new RemotingError(code, expected))
  const told = await metadata.messageType('T').catch((error: unknown) => (error as Error).message)
  expect(told).toBe(expected)
})

test('without a master a topic takes what comes', async () => {
  const { asked, metadata } = create([])
  expect(await metadata.messageType('T')).toBe('MIXED')
  expect(asked).toEqual([])
})
