import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MessageSysFlag } from '../protocol/message/sysFlag'
import type { MessageArriving } from './messageStore'
import { ReplicaRig } from './replicaRig'
import { message, numbers, putNumbers, readAll } from './storeRig'

const MIB = 1024 * 1024

describe("a slave's log", () => {
  let rig: ReplicaRig
  beforeEach(async () => {
    rig = new ReplicaRig({ config: { mappedFileSizeCommitLog: 16 * 1024 } })
    await rig.open()
  })
  afterEach(() => rig.dispose())

  const expectSame = async (): Promise<void> => {
    expect(ReplicaRig.logFiles(rig.slave)).toEqual(ReplicaRig.logFiles(rig.master))
    expect(rig.slave.store.replica.end).toBe(rig.master.store.replica.end)
    for (const topic of ['a', 'b'])
      expect(await readAll(rig.slave.store, topic)).toEqual(await readAll(rig.master.store, topic))
  }

  const fill = async (from: number, to: number): Promise<void> => {
    const { store } = rig.master
    await putNumbers(store, 'a', from, to, { properties: 'KEYS\u0001k1\u0002' })
    await putNumbers(store, 'b', from, to, { tags: 't' })
    await store.putMessages(['x', 'y', 'z'].map((body) => message('b', body.repeat(700))))
    await store.putMessage(
      message('a', 'half', { sysFlag: MessageSysFlag.TRANSACTION_PREPARED_TYPE })
    )
  }

  test.each([1, 7, 31, 32, 33, 100, 4096, 32 * 1024, MIB])(
    'is its master’s byte for byte, in pieces of %i bytes, over segments and batches',
    async (pieceBytes) => {
      await fill(0, 160)
      expect(await rig.follow(pieceBytes)).toEqual({ kind: 'received' })
      await expectSame()
      expect(rig.master.segments().length).toBeGreaterThan(2)
      await fill(160, 170)
      await rig.follow(pieceBytes)
      await expectSame()
    }
  )

  test('takes no messages of its own', async () => {
    expect(await rig.slave.store.putMessage(message('a', 'x'))).toMatchObject({
      status: 'SERVICE_NOT_AVAILABLE',
      reason: 'this broker is a slave, send to its master'
    })
  })

  test('announces what arrives, finds it by key and keeps its time', async () => {
    const arrived: MessageArriving[] = []
    rig.slave.store.arrivals.on((arrival) => arrived.push({ ...arrival }))
    await fill(0, 3)
    await rig.follow()
    expect(arrived.map(({ topic, queueOffset }) => [topic, queueOffset])).toEqual([
      ...numbers('a', 0, 3).map((_, i) => ['a', i]),
      ...numbers('b', 0, 6).map((_, i) => ['b', i])
    ])
    const query = { topic: 'a', key: 'k1', maxNum: 10, beginTimestamp: 0, endTimestamp: Infinity }
    expect((await rig.slave.store.queryMessage(query)).messages).toEqual(
      (await rig.master.store.queryMessage(query)).messages
    )
    expect(rig.slave.store.getMessageStoreTimeStamp('a', 0, 2)).toBe(
      rig.master.store.getMessageStoreTimeStamp('a', 0, 2)
    )
  })

  test('goes on where it was after it was closed, and after a kill', async () => {
    await fill(0, 40)
    await rig.follow(100)
    await rig.slave.reopen()
    await fill(40, 60)
    await rig.follow(100)
    await expectSame()
    await rig.slave.crash()
    await fill(60, 61)
    await rig.follow()
    await expectSame()
  })

  test('a batch can be read once its last message came, not before', async () => {
    const { store } = rig.slave
    await rig.master.store.putMessages(['1', '2', '3'].map((body) => message('a', body)))
    await rig.follow()
    const log = ReplicaRig.logFiles(rig.master)[0]!.bytes
    const other = new ReplicaRig()
    await other.slave.open()
    for (let at = 0; at < log.length; at++) {
      expect(other.slave.store.getMaxOffsetInQueue('a', 0)).toBe(0)
      expect(other.slave.store.replica.receive(log.subarray(at, at + 1)).kind).toBe('received')
    }
    expect(await readAll(other.slave.store, 'a')).toEqual(['1', '2', '3'])
    expect(other.slave.store.replica.end).toBe(store.replica.end)
    await other.dispose()
  })
})
