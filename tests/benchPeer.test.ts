/** The parts of `npm run bench -- --peer` that decide what a figure means. */
import { describe, expect, test } from 'vitest'
import { judge } from '../bench/peer/report'
import type { Sample } from '../bench/peer/grid'
import { parseReport } from '../bench/peer/javaReport'
import { parseOptions } from '../bench/peer/options'
import {
  FIRST_OPAQUE,
  isSuccess,
  opaquePosition,
  patchOpaque,
  patchUniqKey,
  peekOpaque,
  sendFrame,
  uniqKeyPosition
} from '../bench/wire'
import { decodeFrame, encodeCommand } from '../src/main/protocol/frame'
import { SendMessageRequestHeaderV2 } from '../src/main/protocol/headers/send'

const rowNames = (...args: string[]): string[] | undefined =>
  parseOptions(['--headers', 'json', ...args])?.rows.map(({ name }) => name)

describe('rows', () => {
  test.each([
    [['1x1'], ['128 B, 1 × 1', '1024 B, 1 × 1']],
    [['1024 B, 1 × 64'], ['1024 B, 1 × 64']],
    [
      ['128 B, 8x32', '32x1'],
      ['128 B, 8 × 32', '128 B, 32 × 1', '1024 B, 32 × 1']
    ]
  ])('%j are found by their names', (asked, found) => {
    expect(rowNames(...asked.flatMap((name) => ['--rows', name]))).toEqual(found)
  })

  test('of which there are ten for each header', () => {
    expect(rowNames()).toHaveLength(10)
    expect(parseOptions([])?.rows).toHaveLength(20)
  })

  test('an unknown one is refused with those that are known', () => {
    expect(() => rowNames('--rows', '3x3')).toThrow(/no row is named so: 3x3; known are 128 B/)
  })
})

test('4.9.8 means the last 4.9 broker that Maven Central has', () => {
  expect(parseOptions(['--only-version', '4.9.8'])?.versions.map((v) => v.version)).toEqual([
    '4.9.7'
  ])
})

describe('a send frame', () => {
  test.each(['JSON', 'ROCKETMQ'] as const)(
    'of %s takes an opaque and a unique id in place',
    (type) => {
      const frame = sendFrame('Bench', 3, 16, type)
      patchOpaque(frame, opaquePosition(frame), FIRST_OPAQUE + 12_345)
      patchUniqKey(frame, uniqKeyPosition(frame), 0xabc)
      const command = decodeFrame(frame, 4)
      expect(command.serializeType).toBe(type)
      expect(command.opaque).toBe(FIRST_OPAQUE + 12_345)
      const { queueId, properties } = SendMessageRequestHeaderV2.decode(command.extFields)
      expect(queueId).toBe(3)
      expect(properties).toContain('UNIQ_KEY\u00017F0000010BAD18B4AAC27F5A00000ABC\u0002')
    }
  )
})

describe('a reply', () => {
  const reply = (type: 'JSON' | 'ROCKETMQ', code: number): Buffer =>
    encodeCommand({
      code,
      language: 'JAVA',
      version: 401,
      opaque: FIRST_OPAQUE + 7,
      flag: 1,
      extFields: { queueId: '1' },
      serializeType: type
    }).subarray(4)

  test.each(['JSON', 'ROCKETMQ'] as const)('of %s is read by peeking', (type) => {
    expect(peekOpaque(reply(type, 0))).toBe(FIRST_OPAQUE + 7)
    expect(isSuccess(reply(type, 0))).toBe(true)
    expect(isSuccess(reply(type, 2))).toBe(false)
  })
})

describe("a line of RocketMQ's benchmark", () => {
  test.each([
    [
      'Producer 4.7.0',
      'Send TPS: 18345 Max RT: 131 Average RT:   3.462 Send Failed: 2 Response Failed: 0',
      { tps: 18345, maxRt: 131, meanRt: 3.462, failed: 2 }
    ],
    [
      'Producer 5.5.0',
      'Current Time: 2026-11-22 14:00:00,000 | Send TPS: 21034 | Max RT(ms): 88 | Average RT(ms):   3.012 | Send Failed: 0 | Response Failed: 0',
      { tps: 21034, maxRt: 88, meanRt: 3.012, failed: 0 }
    ],
    [
      'Consumer 4.7.0',
      'TPS: 96231 FAIL: 1 AVG(B2C) RT: 5120.250 AVG(S2C) RT: 5119.900 MAX(B2C) RT: 9001 MAX(S2C) RT: 9000',
      { tps: 96231, maxRt: 9001, meanRt: 5120.25, failed: 1 }
    ],
    [
      'Consumer 5.5.0',
      'Current Time: 2026-11-22 14:00:00,000 | Consume TPS: 101 | AVG(B2C) RT(ms):  12.500 | AVG(S2C) RT(ms):  12.000 | MAX(B2C) RT(ms): 40 | MAX(S2C) RT(ms): 39 | Consume Fail: 0',
      { tps: 101, maxRt: 40, meanRt: 12.5, failed: 0 }
    ]
  ])('of the %s is read', (_name, line, report) => {
    expect(parseReport(line)).toEqual(report)
  })

  test('is nothing when it is none, or the sum at the end', () => {
    expect(parseReport('topic: BenchmarkTest, threadCount: 64, messageSize: 128')).toBeUndefined()
    expect(parseReport('[Complete] Send Total: 9 | Send TPS: 9 | Max RT(ms): 9')).toBeUndefined()
  })
})

describe('a row', () => {
  const sample = (rate: number, p99: number, cpuPerMessage: number): Sample => ({
    rate,
    p99,
    cpuPerMessage,
    idleShare: 0,
    others: 0,
    failed: 0
  })
  const row = {
    name: '128 B, 1 × 1',
    binary: false,
    bodyBytes: 128,
    connections: 1,
    inFlight: 1
  }
  const stock = [sample(100, 1000, 10), sample(200, 1000, 10), sample(100, 1000, 10)]
  const missedWith = (flush: 'ASYNC_FLUSH' | 'SYNC_FLUSH', gantry: Sample[]): string[] =>
    judge({ row, stock, gantry, rejected: 0, noisy: false }, flush).missed

  test('is judged by the median of the ratios of each round', () => {
    // 110 to 100 if medians were compared; but the rounds say 1.10, 0.55 and 1.05.
    const gantry = [sample(110, 1000, 8), sample(110, 1000, 8), sample(105, 1000, 8)]
    expect(missedWith('ASYNC_FLUSH', gantry)).toEqual(['rate'])
  })

  test('needs more with SYNC_FLUSH', () => {
    const gantry = stock.map(({ rate }) => sample(1.2 * rate, 1000, 8))
    expect(missedWith('ASYNC_FLUSH', gantry)).toEqual([])
    expect(missedWith('SYNC_FLUSH', gantry)).toEqual(['rate'])
  })

  test('names everything that is missed', () => {
    const gantry = stock.map(() => sample(100, 1030, 9))
    expect(missedWith('ASYNC_FLUSH', gantry)).toEqual(['rate', 'p99', 'CPU'])
  })
})
