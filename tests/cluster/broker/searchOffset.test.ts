import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import type { RunningBroker } from '../../../src/main/broker/startBroker'
import { BrokerTestbed, type TestClient } from './brokerTestbed'

let bed: BrokerTestbed
let broker: RunningBroker
let client: TestClient

beforeEach(async () => {
  bed = new BrokerTestbed()
  broker = await bed.start()
  client = bed.client(broker)
})
afterEach(() => bed.dispose())

const place = { topic: 'T', queueId: 0 }
const search = async (timestamp: number | string, boundaryType?: string): Promise<number> => {
  const boundary = boundaryType === undefined ? {} : { boundaryType }
  const ext = { ...place, timestamp, ...boundary }
  const { extFields } = await client.ask(RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, ext)
  return Number(extFields.offset)
}
const number = async (code: number, field: string, ext = place): Promise<number> =>
  Number((await client.ask(code, ext)).extFields[field])
const bounds = async (ext = place) => ({
  min: await number(RequestCode.GET_MIN_OFFSET, 'offset', ext),
  max: await number(RequestCode.GET_MAX_OFFSET, 'offset', ext),
  earliest: await number(RequestCode.GET_EARLIEST_MSG_STORETIME, 'timestamp', ext)
})

describe('offsets by time', () => {
  /** Store times of offsets 0–1, 2–5 and 6. */
  let first = 0
  let second = 0
  let third = 0
  const send = async (count: number): Promise<number> => {
    for (let i = 0; i < count; i++) await client.send('T', 'x')
    const now = bed.clock.now()
    bed.clock.advance(100)
    return now
  }
  beforeEach(async () => {
    first = await send(2)
    second = await send(4)
    third = await send(1)
  })

  test.each([
    ['before the first', () => first - 1, 0, 0],
    ['long before', () => 0, 0, 0],
    ['at the first, of two', () => first, 0, 1],
    ['between', () => first + 50, 2, 1],
    ['at four of one time', () => second, 2, 5],
    ['just behind them', () => second + 1, 6, 5],
    ['at the last', () => third, 6, 6],
    ['after the last', () => third + 1, 7, 6],
    ['long after', () => '9223372036854775807', 7, 6]
  ])('%s', async (_name, timeOf, lower, upper) => {
    for (const boundary of [undefined, 'LOWER', 'lower', 'no such'])
      expect(await search(timeOf(), boundary)).toBe(lower)
    for (const boundary of ['UPPER', 'upper']) expect(await search(timeOf(), boundary)).toBe(upper)
  })

  test('bounds and earliest store time are those of the queue', async () => {
    expect(await bounds()).toEqual({ min: 0, max: 7, earliest: first })
  })

  test('are the same after a restart', async () => {
    await broker.stop()
    client = bed.client(await bed.start())
    expect(await bounds()).toEqual({ min: 0, max: 7, earliest: first })
    expect([await search(second), await search(second, 'UPPER')]).toEqual([2, 5])
  })
})

test('an empty queue and an unknown one are at 0 and have no earliest message', async () => {
  await client.send('T', 'in another queue', { queueId: 1 })
  for (const ext of [place, { topic: 'unknown', queueId: 3 }]) {
    expect(await bounds(ext)).toEqual({ min: 0, max: 0, earliest: -1 })
    for (const boundaryType of ['LOWER', 'UPPER'])
      for (const timestamp of [0, bed.clock.now() + 1]) {
        const answer = await client.ask(RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, {
          ...ext,
          timestamp,
          boundaryType
        })
        expect(answer.extFields.offset).toBe('0')
      }
  }
})
