import { expect, test } from 'vitest'
import { formatJson, parseJson } from './rocketmqJson'
import {
  consumerOffsetsJson,
  encodeTimerCheckpoint,
  readConsumerOffsets,
  readDelayOffsets,
  readMessageRequestModes,
  readTimerCheckpoint
} from './slaveSync'

const version = { stateVersion: 0, timestamp: 7, counter: 3 }
const read = (text: string): Record<string, unknown> => parseJson(text) as Record<string, unknown>

test('consumer offsets are written as fastjson writes them: queues are bare numbers', () => {
  const entries = [{ topic: 'T', group: 'G', offsets: new Map([[0, 5], [3, 6]]) }] // prettier-ignore
  expect(formatJson(consumerOffsetsJson(version, entries))).toBe(
    '{"dataVersion":{"stateVersion":0,"timestamp":7,"counter":3},"offsetTable":{"T@G":{0:5,3:6}}}'
  )
})

test('a topic named like a member of Object is one like others', () => {
  const entries = [{ topic: '__proto__', group: 'G', offsets: new Map([[0, 1]]) }]
  const text = formatJson(consumerOffsetsJson(version, entries))
  expect(readConsumerOffsets(read(text)).entries).toEqual(entries)
})

test('what a 5.x broker tells is read, and what makes no sense left out', () => {
  const body = read(
    '{"dataVersion":{"counter":3,"stateVersion":0,"timestamp":7},"offsetTable":{"%RETRY%G@G":{0:0,1:9},"T@G":{-1:2,0:-5,"2":"8"},"noGroup":{0:1}}}'
  )
  expect(readConsumerOffsets(body)).toEqual({
    dataVersion: version,
    entries: [
      { topic: '%RETRY%G', group: 'G', offsets: new Map([[0, 0], [1, 9]]) }, // prettier-ignore
      { topic: 'T', group: 'G', offsets: new Map([[2, 8]]) }
    ]
  })
})

test('delay offsets are read', () => {
  expect(readDelayOffsets(read('{"offsetTable":{1:10,18:3}}'))).toEqual([[1, 10], [18, 3]]) // prettier-ignore
})

test('the mode of each group is read', () => {
  const body = read(
    '{"messageRequestModeMap":{"T":{"G":{"consumerGroup":"G","mode":"POP","popShareQueueNum":2,"topic":"T"}}}}'
  )
  expect(readMessageRequestModes(body)).toEqual([
    { topic: 'T', consumerGroup: 'G', mode: 'POP', popShareQueueNum: 2 }
  ])
})

test('a timer checkpoint comes back as it was, and begins with the 56 bytes of RocketMQ', () => {
  const progress = { queueOffset: 12, lowOffset: 4, readDue: 1_700_000_000_000, readCode: -7 }
  const body = encodeTimerCheckpoint(progress)
  expect(readTimerCheckpoint(body)).toEqual(progress)
  expect([0, 1, 2, 3, 4, 5, 6].map((i) => Number(body.readBigInt64BE(i * 8)))).toEqual([
    1_700_000_000_000, 0, 12, 12, 0, 0, 0
  ])
})

test('of a checkpoint with only the 56 bytes of RocketMQ nothing is taken', () => {
  expect(readTimerCheckpoint(Buffer.alloc(56))).toBeUndefined()
})
