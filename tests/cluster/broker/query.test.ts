import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import { decodeFrame } from '../../../src/main/protocol/frame'
import { decodeMessages } from '../../../src/main/protocol/message/messageCodec'
import { loadFrames } from '../../fixtures/load'
import { BrokerTestbed, type TestClient } from './brokerTestbed'

let bed: BrokerTestbed
let client: TestClient
const open = async (properties: Record<string, string> = {}): Promise<void> => {
  bed = new BrokerTestbed()
  client = bed.client(await bed.start(properties))
}
beforeEach(() => open())
afterEach(() => bed.dispose())

const recorded = (direction: 'request' | 'response') => {
  const frame = loadFrames().find((f) => f.code === 'QUERY_MESSAGE' && f.direction === direction)
  if (!frame) throw new Error(`no recorded QUERY_MESSAGE ${direction}`)
  return decodeFrame(frame.bytes.subarray(4))
}

const ext = (key: string, more: Record<string, string | number | boolean> = {}) => ({
  topic: 'TopicCapture',
  key,
  maxNum: 10,
  beginTimestamp: 0,
  endTimestamp: '9223372036854775807',
  ...more
})

const bodies = async (key: string, more = {}): Promise<string[]> => {
  const { body } = await client.ask(RequestCode.QUERY_MESSAGE, ext(key, more))
  return decodeMessages(body ?? Buffer.alloc(0)).map((message) => message.body.toString())
}

describe('a query by key', () => {
  test('as a client sent it to RocketMQ is answered with the fields RocketMQ gave', async () => {
    await client.send('TopicCapture', 'hello', { properties: { KEYS: 'key-0 key-1' } })
    const { extFields } = recorded('request')
    const answer = await client.ask(RequestCode.QUERY_MESSAGE, extFields)
    expect(answer.code).toBe(ResponseCode.SUCCESS)
    expect(Object.keys(answer.extFields).sort()).toEqual(
      Object.keys(recorded('response').extFields).sort()
    )
    const [message] = decodeMessages(answer.body ?? Buffer.alloc(0))
    expect(message?.body.toString()).toBe('hello')
    expect(answer.extFields).toEqual({
      indexLastUpdateTimestamp: String(message?.storeTimestamp),
      indexLastUpdatePhyoffset: String(message?.physicalOffset)
    })
  })

  test('gives the newest first and no more than it asked for', async () => {
    for (const body of ['1', '2', '3'])
      await client.send('TopicCapture', body, { properties: { KEYS: 'a' } })
    expect(await bodies('a')).toEqual(['3', '2', '1'])
    expect(await bodies('a', { maxNum: 2 })).toEqual(['3', '2'])
  })

  test('that finds nothing is answered with 22, which names topic and key', async () => {
    const answer = await client.ask(RequestCode.QUERY_MESSAGE, ext('nothing'))
    expect(answer.code).toBe(ResponseCode.QUERY_NOT_FOUND)
    expect(answer.remark).toMatch(/TopicCapture.*nothing/)
    expect(answer.remark).not.toContain('messageIndexEnable')
  })

  test('is told when messages are not indexed', async () => {
    await bed.dispose()
    await open({ messageIndexEnable: 'false' })
    await client.send('TopicCapture', 'hello', { properties: { KEYS: 'a' } })
    const answer = await client.ask(RequestCode.QUERY_MESSAGE, ext('a'))
    expect(answer.code).toBe(ResponseCode.QUERY_NOT_FOUND)
    expect(answer.remark).toContain('messageIndexEnable=false')
  })
})

test('a query by unique id gives defaultQueryMaxNum, whatever its maxNum', async () => {
  await bed.dispose()
  await open({ defaultQueryMaxNum: '2' })
  const sent = await client.send('TopicCapture', '1')
  const id = sent.extFields.transactionId ?? ''
  expect(await bodies(id, { _UNIQUE_KEY_QUERY: true, maxNum: 0 })).toEqual(['1'])
  for (const body of ['2', '3'])
    await client.send('TopicCapture', body, { properties: { UNIQ_KEY: id } })
  expect(await bodies(id, { _UNIQUE_KEY_QUERY: true, maxNum: 0 })).toEqual(['3', '2'])
  expect(await bodies(id, { _UNIQUE_KEY_QUERY: false, maxNum: 3 })).toEqual(['3', '2', '1'])
})
