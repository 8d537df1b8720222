import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import { decodeFrame } from '../../../src/main/protocol/frame'
import { decodeMessages } from '../../../src/main/protocol/message/messageCodec'
import { formatHost } from '../../../src/main/protocol/message/host'
import { decodeMessageId } from '../../../src/main/protocol/message/messageId'
import { MessageSysFlag } from '../../../src/main/protocol/message/sysFlag'
import { loadFrames } from '../../fixtures/load'
import { BrokerTestbed, sendExt, type TestClient } from './brokerTestbed'

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

describe('times of a query', () => {
  const times: number[] = []
  beforeEach(async () => {
    times.length = 0
    for (let i = 0; i < 6; i++) {
      // Two of each time.
      if (i % 2 === 0) bed.clock.advance(1_500)
      times.push(bed.clock.now())
      const properties = { KEYS: 'a', UNIQ_KEY: 'ID' }
      await client.send('TopicCapture', `${i}`, { properties })
    }
  })

  test.each([
    ['all', 0, 5, 0, 0, '543210'],
    ['from a time on, itself included', 2, 5, 0, 0, '5432'],
    ['up to a time, itself included', 0, 3, 0, 0, '3210'],
    ['one moment', 2, 3, 0, 0, '32'],
    ['from just behind a time', 2, 5, 1, 0, '54'],
    ['to just before a time', 0, 3, 0, -1, '10'],
    ['between two', 2, 4, 1, -1, ''],
    ['the wrong way round', 4, 2, 0, 0, '']
  ])('%s', async (_name, first, last, later, earlier, expected) => {
    const more = { beginTimestamp: times[first]! + later, endTimestamp: times[last]! + earlier }
    for (const key of ['a', 'ID']) expect((await bodies(key, more)).join('')).toBe(expected)
    const unique = { ...more, _UNIQUE_KEY_QUERY: true }
    expect((await bodies('ID', unique)).join('')).toBe(expected)
  })

  test('as far apart as a long goes', async () => {
    const more = { beginTimestamp: '-9223372036854775808', endTimestamp: '9223372036854775807' }
    expect(await bodies('a', more)).toHaveLength(6)
  })
})

test('a query gives 64 messages at most, and none for a maxNum of 0 or less', async () => {
  const properties = { KEYS: 'a' }
  const sent = Array.from({ length: 70 }, (_, i) => client.send('TopicCapture', `${i}`, { properties })) // prettier-ignore
  await Promise.all(sent)
  const newest = Array.from({ length: 64 }, (_, i) => `${69 - i}`)
  expect(await bodies('a', { maxNum: 2_147_483_647 })).toEqual(newest)
  for (const maxNum of [0, -1]) expect(await bodies('a', { maxNum })).toEqual([])
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

describe('a message by its offset id', () => {
  const view = (offset: number | string) => client.ask(RequestCode.VIEW_MESSAGE_BY_ID, { offset })

  test('is the whole message, as a pull gives it', async () => {
    const sent = await client.send('TopicCapture', 'hello', { properties: { KEYS: 'a' } })
    const place = decodeMessageId(sent.extFields.msgId ?? '')
    expect(sent.extFields.msgId).toHaveLength(32)
    expect(formatHost(place!.storeHost)).toBe(client.address)
    const answer = await view(place!.physicalOffset)
    expect(answer.code).toBe(ResponseCode.SUCCESS)
    expect(answer.body).toEqual((await client.pull('G', 'TopicCapture', 0)).body)
  })

  test.each([
    ['inside of a message', (offset: number) => offset + 1],
    ['before the first', () => 0],
    ['behind the last', (offset: number) => offset + 1_000_000],
    ['no log reaches', () => '9223372036854775807'],
    ['below zero', () => -1]
  ])('is refused with 1 and a reason where none begins: %s', async (_name, placeOf) => {
    const sent = await client.send('TopicCapture', 'hello')
    const { physicalOffset } = decodeMessageId(sent.extFields.msgId ?? '')!
    const answer = await view(placeOf(physicalOffset))
    expect(answer.code).toBe(ResponseCode.SYSTEM_ERROR)
    expect(answer.remark).toMatch(/can not find message by the offset/)
  })

  test('needs a whole number', async () => {
    for (const offset of ['', 'AC11000100002A9F', '1.5']) {
      const answer = await view(offset)
      expect(answer.code).toBe(ResponseCode.SYSTEM_ERROR)
      expect(answer.remark).toContain('offset')
    }
  })
})

describe('a broker with an IPv6 address', () => {
  beforeEach(async () => {
    await bed.dispose()
    bed = new BrokerTestbed()
    client = bed.client(await bed.start({ brokerIP1: '::1' }, { host: '::1' }))
  })

  test('says it with every message, and is found by its ids of 56 characters', async () => {
    expect(client.address).toMatch(/^\[::1\]:\d+$/)
    const sent = await client.send('TopicCapture', 'hello', { properties: { KEYS: 'a' } })
    const id = sent.extFields.msgId ?? ''
    expect(id).toMatch(/^0{31}1[0-9A-F]{24}$/)
    const place = decodeMessageId(id)!
    expect(formatHost(place.storeHost)).toBe(client.address)

    const answer = await client.ask(RequestCode.VIEW_MESSAGE_BY_ID, {
      offset: place.physicalOffset
    })
    const [message] = decodeMessages(answer.body ?? Buffer.alloc(0))
    expect(message?.body.toString()).toBe('hello')
    expect(formatHost(message!.storeHost)).toBe(client.address)
    expect(formatHost(message!.bornHost)).toMatch(/^\[::1\]:/)
    expect(message!.sysFlag).toBe(
      MessageSysFlag.BORNHOST_V6_FLAG | MessageSysFlag.STOREHOSTADDRESS_V6_FLAG
    )
    expect(await bodies('a')).toEqual(['hello'])
    expect(await bodies(sent.extFields.transactionId ?? '')).toEqual(['hello'])
    expect((await client.pull('G', 'TopicCapture', 0)).body).toEqual(answer.body)
  })

  test('has them also in the answers to a batch', async () => {
    const item = Buffer.from([
      0, 0, 0, 23, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 120, 0, 0
    ])
    const sent = await client.ask(
      RequestCode.SEND_BATCH_MESSAGE,
      { ...sendExt('TopicCapture'), m: true },
      Buffer.concat([item, item])
    )
    expect(sent.code).toBe(ResponseCode.SUCCESS)
    const ids = sent.extFields.msgId?.split(',') ?? []
    expect(ids).toHaveLength(2)
    for (const id of ids) {
      const answer = await client.ask(RequestCode.VIEW_MESSAGE_BY_ID, { offset: decodeMessageId(id)!.physicalOffset }) // prettier-ignore
      expect(decodeMessages(answer.body ?? Buffer.alloc(0))).toHaveLength(1)
      expect(id).toHaveLength(56)
    }
  })
})
