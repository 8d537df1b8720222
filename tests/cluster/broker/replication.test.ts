import { connect, type Socket } from 'node:net'
import { readdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import { bodiesOf, HaTestbed, sendMany, until, type HaNode } from './haTestbed'

let bed: HaTestbed
beforeEach(() => {
  bed = new HaTestbed()
})
afterEach(() => bed.dispose())

const bodies = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `m${from + i}`)

const expectSameLog = async (master: HaNode, slave: HaNode): Promise<void> => {
  await bed.caughtUp(master, slave)
  expect(bed.logFiles('b')).toEqual(bed.logFiles('a'))
}

/** Connects and reports that it has nothing, and never reads. */
const dumbSlave = async ({ broker }: HaNode): Promise<Socket> => {
  const port = Number(broker.properties().get('haListenPort'))
  const socket = connect({ host: '127.0.0.1', port })
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
  socket.write(Buffer.alloc(8))
  await until(() => bed.logged.some((message) => message.includes('is sent the log from')))
  return socket
}

const OK = ResponseCode.SUCCESS

describe('a slave', () => {
  test('has its master’s log byte for byte, and serves it', async () => {
    const master = await bed.master({ brokerRole: 'ASYNC_MASTER' })
    await sendMany(master, 0, 500)
    const slave = await bed.slave()
    await bed.caughtUp(master, slave)
    await sendMany(master, 500, 1000)
    await expectSameLog(master, slave)
    expect(await bodiesOf(slave, 'T')).toEqual(bodies(0, 1000))
  })

  test('that was away gets what it missed, over segments', async () => {
    const master = await bed.master({ brokerRole: 'ASYNC_MASTER' })
    let slave = await bed.slave()
    await sendMany(master, 0, 100)
    await bed.caughtUp(master, slave)
    await bed.stop(slave)
    await master.client.send('T', 'x'.repeat(700_000))
    await master.client.send('T', 'y'.repeat(700_000))
    await sendMany(master, 100, 200)
    slave = await bed.slave()
    await expectSameLog(master, slave)
    expect(bed.logFiles('a').length).toBeGreaterThan(1)
    expect((await bodiesOf(slave, 'T')).slice(-100)).toEqual(bodies(100, 200))
  })

  test('whose last write was torn asks for it again', async () => {
    const master = await bed.master({ brokerRole: 'ASYNC_MASTER' })
    let slave = await bed.slave()
    await sendMany(master, 0, 100)
    await bed.caughtUp(master, slave)
    await bed.stop(slave)
    const file = lastSegment('b')
    truncateSync(file, statSync(file).size - 50)
    slave = await bed.slave()
    await expectSameLog(master, slave)
    expect(await bodiesOf(slave, 'T')).toEqual(bodies(0, 100))
  })

  test('answers a held pull when a message arrives from its master', async () => {
    const master = await bed.master({ brokerRole: 'ASYNC_MASTER' })
    const slave = await bed.slave()
    await sendMany(master, 0, 1)
    await bed.caughtUp(master, slave)
    const held = slave.client.pull('G', 'T', 1, { sysFlag: 6, suspendTimeoutMillis: 60_000 })
    await sendMany(master, 1, 2)
    expect((await held).code).toBe(OK)
  })
})

describe('a master that comes back', () => {
  test('is followed again; what it had is there', async () => {
    let master = await bed.master()
    const slave = await bed.slave()
    await bed.caughtUp(master, slave)
    await sendMany(master, 0, 50)
    await bed.stop(master)
    expect(await bodiesOf(slave, 'T')).toEqual(bodies(0, 50))
    master = await bed.master()
    await bed.caughtUp(master, slave)
    // Closed with everything flushed: nobody can have more of that epoch.
    expect((await bed.epochs(master)).epochList).toHaveLength(1)
    await until(async () => (await master.client.send('P', 'followed yet?')).code === OK)
    expect(new Set(await sendMany(master, 50, 60))).toEqual(new Set([OK]))
    await expectSameLog(master, slave)
    expect(await bodiesOf(slave, 'T')).toEqual(bodies(0, 60))
  })

  test('and lost its end in a power cut: the slave’s end goes too, and that is told', async () => {
    let master = await bed.master()
    const slave = await bed.slave()
    await bed.caughtUp(master, slave)
    await sendMany(master, 0, 50)
    await bed.stop(master)
    const file = lastSegment('a')
    truncateSync(file, statSync(file).size - 2000)
    rmSync(join(bed.folderOf('a'), 'store', 'checkpoint'))
    master = await bed.master()
    await bed.caughtUp(master, slave)
    expect((await bed.epochs(master)).epochList.map(({ epoch }) => epoch)).toEqual([1, 2])
    const kept = await bodiesOf(master, 'T')
    expect(kept.length).toBeLessThan(50)
    await sendMany(master, 100, 130)
    await expectSameLog(master, slave)
    expect(await bodiesOf(slave, 'T')).toEqual([...kept, ...bodies(100, 130)])
    expect(bed.reports).toContainEqual({
      kind: 'ha',
      report: expect.objectContaining({ kind: 'slave-truncated' }) as unknown
    })
  })

  test('as a slave of the one that was its slave loses what only it had', async () => {
    const first = await bed.master({ brokerRole: 'ASYNC_MASTER' })
    const second = await bed.slave()
    await sendMany(first, 0, 20)
    await bed.caughtUp(first, second)
    await bed.stop(second)
    await sendMany(first, 20, 40)
    await bed.stop(first)
    const master = await bed.master({ brokerRole: 'ASYNC_MASTER' }, 'b')
    await sendMany(master, 100, 140)
    const slave = await bed.slave('a')
    await bed.caughtUp(master, slave)
    expect(bed.logFiles('a')).toEqual(bed.logFiles('b'))
    expect(await bodiesOf(slave, 'T')).toEqual([...bodies(0, 20), ...bodies(100, 140)])
  })
})

describe('SYNC_MASTER', () => {
  test('answers SEND_OK once a slave has the message: single, batch, half and delayed ones', async () => {
    const master = await bed.master()
    const slave = await bed.slave()
    await bed.caughtUp(master, slave)
    for (let i = 0; i < 20; i++) {
      expect(new Set(await sendMany(master, i * 10, i * 10 + 10))).toEqual(new Set([OK]))
      // At the moment of the answer, not some time after.
      const [theirs, own] = [await bed.epochs(slave), await bodiesOf(slave, 'T')]
      expect(own).toEqual(bodies(0, i * 10 + 10))
      expect(theirs.maxOffset).toBeGreaterThan(0)
    }
    const half = { TRAN_MSG: 'true', PGROUP: 'PG', UNIQ_KEY: 'U1' }
    expect((await master.client.send('T', 'half', { properties: half, sysFlag: 4 })).code).toBe(OK)
    expect((await master.client.send('T', 'late', { properties: { DELAY: '1' } })).code).toBe(OK)
    await expectSameLog(master, slave)
  })

  test('answers SLAVE_NOT_AVAILABLE without a slave; the message is stored', async () => {
    const master = await bed.master()
    expect(await sendMany(master, 0, 1)).toEqual([ResponseCode.SLAVE_NOT_AVAILABLE])
    expect(await bodiesOf(master, 'T')).toEqual(['m0'])
  })

  test('does not wait for who says waitStoreMsgOK=false', async () => {
    const master = await bed.master()
    const properties = { WAIT: 'false' }
    expect((await master.client.send('T', 'x', { properties })).code).toBe(OK)
  })

  test('answers FLUSH_SLAVE_TIMEOUT while its slave takes nothing, SLAVE_NOT_AVAILABLE once it is too far behind', async () => {
    const master = await bed.master({ slaveTimeout: '100', haMaxGapNotInSync: '1000000' })
    const socket = await dumbSlave(master)
    expect(await sendMany(master, 0, 3)).toEqual(Array(3).fill(ResponseCode.FLUSH_SLAVE_TIMEOUT))
    await master.client.send('T', 'x'.repeat(900_000))
    await master.client.send('T', 'x'.repeat(900_000))
    expect(await sendMany(master, 3, 4)).toEqual([ResponseCode.SLAVE_NOT_AVAILABLE])
    socket.destroy()
  })

  test('with two slaves goes on when one of them dies; inSyncReplicas=3 wants both', async () => {
    const master = await bed.master({ slaveTimeout: '200' })
    const [one, two] = [await bed.slave('b'), await bed.slave('c', { id: 2 })]
    await bed.caughtUp(master, one)
    await bed.caughtUp(master, two)
    const body = Buffer.from('inSyncReplicas=3')
    expect((await master.client.ask(RequestCode.UPDATE_BROKER_CONFIG, {}, body)).code).toBe(OK)
    expect(await sendMany(master, 0, 5)).toEqual(Array(5).fill(OK))
    expect(await bodiesOf(one, 'T')).toEqual(bodies(0, 5))
    expect(await bodiesOf(two, 'T')).toEqual(bodies(0, 5))
    await bed.stop(two)
    await until(async () => (await sendMany(master, 5, 6))[0] === ResponseCode.SLAVE_NOT_AVAILABLE)
    const back = Buffer.from('inSyncReplicas=1')
    expect((await master.client.ask(RequestCode.UPDATE_BROKER_CONFIG, {}, back)).code).toBe(OK)
    expect(await sendMany(master, 6, 9)).toEqual(Array(3).fill(OK))
  })

  test('minInSyncReplicas refuses what could not be replicated', async () => {
    const master = await bed.master({ minInSyncReplicas: '2' })
    const { code, remark } = await master.client.send('T', 'x')
    expect(code).toBe(ResponseCode.SYSTEM_ERROR)
    expect(remark).toContain('in-sync replicas not enough')
    expect(await bodiesOf(master, 'T')).toEqual([])
  })
})

describe('a slave whose log is of another history', () => {
  test('does not follow, and nothing of it is touched', async () => {
    const other = await bed.start('b', { properties: { brokerName: 'broker-a' } })
    await sendMany(other, 0, 10)
    await bed.stop(other)
    const before = bed.logFiles('b')
    const master = await bed.master({ brokerRole: 'ASYNC_MASTER' })
    await sendMany(master, 10, 30)
    await bed.slave()
    await until(() => bed.reports.some((report) => report.kind === 'ha'))
    expect(bed.reports).toContainEqual({
      kind: 'ha',
      report: { kind: 'slave-foreign', masterAddr: master.broker.address }
    })
    expect(bed.logFiles('b')).toEqual(before)
  })
})

const lastSegment = (name: string): string => {
  const folder = join(bed.folderOf(name), 'store', 'commitlog')
  return join(folder, readdirSync(folder).sort().at(-1)!)
}
