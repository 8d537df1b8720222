import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import { bodiesOf, HaTestbed, type HaNode } from './haTestbed'

let bed: HaTestbed
beforeEach(() => {
  bed = new HaTestbed()
})
afterEach(() => bed.dispose())

const sendMany = async ({ client }: HaNode, from: number, to: number): Promise<number[]> => {
  const sends = Array.from({ length: to - from }, (_, i) => client.send('T', `m${from + i}`))
  return (await Promise.all(sends)).map(({ code }) => code)
}

const bodies = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `m${from + i}`)

describe('a slave', () => {
  test('has its master’s log byte for byte, and serves it', async () => {
    const master = await bed.master({ brokerRole: 'ASYNC_MASTER' })
    await sendMany(master, 0, 500)
    const slave = await bed.slave()
    await bed.caughtUp(master, slave)
    await sendMany(master, 500, 1000)
    await bed.caughtUp(master, slave)
    expect(bed.logFiles('b')).toEqual(bed.logFiles('a'))
    expect(await bodiesOf(slave, 'T')).toEqual(bodies(0, 1000))
  })
})

describe('SYNC_MASTER', () => {
  test('answers SEND_OK once a slave has the message', async () => {
    const master = await bed.master()
    const slave = await bed.slave()
    await bed.caughtUp(master, slave)
    for (const code of await sendMany(master, 0, 200)) expect(code).toBe(ResponseCode.SUCCESS)
    expect(await bodiesOf(slave, 'T')).toEqual(bodies(0, 200))
  })

  test('answers SLAVE_NOT_AVAILABLE without a slave; the message is stored', async () => {
    const master = await bed.master()
    expect(await sendMany(master, 0, 1)).toEqual([ResponseCode.SLAVE_NOT_AVAILABLE])
    expect(await bodiesOf(master, 'T')).toEqual(['m0'])
  })
})
