import { describe, expect, test } from 'vitest'
import { loadFrames, type RecordedFrame } from '../../../tests/fixtures/load'
import { decodeFrame } from './frame'
import { bool, defineHeader, int, long, opt, str } from './header'
import { PullMessageRequestHeader, PullMessageResponseHeader } from './headers/consume'
import { SendMessageRequestHeaderV2, SendMessageResponseHeader } from './headers/send'
import { RegisterBrokerRequestHeader } from './headers/namesrv'

const Sample = defineHeader('Sample', {
  name: str,
  id: int,
  at: long,
  on: bool,
  note: opt(str),
  n: opt(int)
})

describe('a declared header', () => {
  test('reads its fields and leaves out what is absent', () => {
    expect(Sample.decode({ name: 'x', id: '-3', at: '1700000000000', on: 'true' })).toEqual({
      name: 'x',
      id: -3,
      at: 1_700_000_000_000,
      on: true
    })
  })

  test('writes what it read', () => {
    const fields = { name: 'x', id: '1', at: '2', on: 'false', note: 'n' }
    expect(Sample.encode(Sample.decode(fields))).toEqual(fields)
  })

  test.each([
    ['a missing field', { id: '1', at: '1', on: 'true' }, 'Sample: the field name is missing'],
    [
      'a text for an int',
      { name: '', id: 'x', at: '1', on: 'true' },
      'the field id must be an int'
    ],
    [
      'an int beyond 32 bits',
      { name: '', id: '2147483648', at: '1', on: 'true' },
      'must be an int'
    ],
    ['a fraction', { name: '', id: '1.5', at: '1', on: 'true' }, 'must be an int'],
    ['a blank long', { name: '', id: '1', at: ' ', on: 'true' }, 'the field at must be a long']
  ])('%s is answered with a remark that names it', (_what, fields, remark) => {
    expect(() => Sample.decode(fields)).toThrow(remark)
  })

  test("Java's Long.MAX_VALUE is the largest number we can hold", () => {
    expect(Sample.decode({ name: '', id: '1', at: '9223372036854775807', on: 'true' }).at).toBe(
      Number.MAX_SAFE_INTEGER
    )
  })

  test('an empty optional number is absent', () => {
    expect(Sample.decode({ name: '', id: '1', at: '1', on: 'true', n: '' })).not.toHaveProperty('n')
  })
})

describe('headers of official peers', () => {
  const recorded = (code: string, direction: string): [string, RecordedFrame][] =>
    loadFrames()
      .filter((f) => f.code === code && f.direction === direction)
      .map((f) => [f.name, f])
  const fields = (frame: RecordedFrame): Record<string, string> =>
    decodeFrame(frame.bytes.subarray(4)).extFields

  test.each(recorded('SEND_MESSAGE_V2', 'request'))('%s', (_name, frame) => {
    const header = SendMessageRequestHeaderV2.decode(fields(frame))
    expect(header.producerGroup).not.toBe('')
    expect(header.topic).not.toBe('')
    expect(header.defaultTopic).toBe('TBW102')
    expect(header.queueId).toBeGreaterThanOrEqual(0)
    expect(header.bornTimestamp).toBeGreaterThan(1_600_000_000_000)
  })

  test.each(recorded('PULL_MESSAGE', 'request'))('%s', (_name, frame) => {
    const header = PullMessageRequestHeader.decode(fields(frame))
    expect(header.maxMsgNums).toBeGreaterThan(0)
    expect(header.queueOffset).toBeGreaterThanOrEqual(0)
  })

  test.each(recorded('PULL_MESSAGE', 'response'))('%s', (_name, frame) => {
    const header = PullMessageResponseHeader.decode(fields(frame))
    expect(header.maxOffset).toBeGreaterThanOrEqual(header.minOffset)
  })

  test.each(recorded('SEND_MESSAGE_V2', 'response'))('%s', (_name, frame) => {
    expect(SendMessageResponseHeader.decode(fields(frame)).msgId).toMatch(/^[0-9A-F]{32}$/)
  })

  test.each(recorded('REGISTER_BROKER', 'request'))('%s', (_name, frame) => {
    const header = RegisterBrokerRequestHeader.decode(fields(frame))
    expect(header.brokerAddr).toMatch(/:\d+$/)
    expect(header.brokerId).toBe(0)
  })
})
