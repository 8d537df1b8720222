/** What every store keeps, on a fresh one and closed and reopened between steps. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hostAddress } from '../protocol/message/host'
import { decodeMessage } from '../protocol/message/messageCodec'
import { MessageSysFlag } from '../protocol/message/sysFlag'
import { javaHashCode } from '../protocol/message/tagsCode'
import { defaultStoreLimits } from './limits'
import type { MessageArriving, MessageStore, PutMessageResult } from './messageStore'
import { message, pull, putNumbers, readAll, StoreRig, type RigOptions } from './storeRig'

/** Between two steps of a case: nothing, or something a store must not mind. */
export type BetweenSteps = (rig: StoreRig) => Promise<unknown>

const stored = (result: PutMessageResult): Extract<PutMessageResult, { queueOffset: number }> => {
  if (!('queueOffset' in result)) throw new Error(`${result.status}: ${result.reason}`)
  return result
}

export const messageStoreContract = (
  name: string,
  betweenSteps: BetweenSteps,
  options: RigOptions = {}
): void => {
  describe(`a message store, ${name}`, () => {
    let rig: StoreRig
    const store = (): MessageStore => rig.store
    const step = (): Promise<unknown> => betweenSteps(rig)

    beforeEach(async () => {
      rig = new StoreRig(options)
      await rig.open()
    })
    afterEach(() => rig.dispose())

    test('gives every field of a message back as it was put', async () => {
      const given = message('Order', 'hello', {
        queueId: 3,
        flag: -7,
        sysFlag: MessageSysFlag.MULTI_TAGS_FLAG,
        reconsumeTimes: 2,
        preparedTransactionOffset: 5_000_000_000,
        bornHost: hostAddress('fd00::2', 1),
        tags: '标签\u2028'
      })
      const put = stored(await store().putMessage(given))
      await step()
      const found = await pull(store(), { topic: 'Order', queueId: 3 })
      expect(found).toMatchObject({ status: 'FOUND', nextBeginOffset: 1, queueOffsets: [0] })
      const { tagsCode: _, ...fields } = given
      expect(decodeMessage(found.messages[0]!)).toMatchObject({
        ...fields,
        sysFlag: MessageSysFlag.MULTI_TAGS_FLAG | MessageSysFlag.BORNHOST_V6_FLAG,
        queueOffset: 0,
        physicalOffset: put.physicalOffsets[0],
        storeTimestamp: put.storeTimestamp
      })
      expect(store().lookMessageByOffset(put.physicalOffsets[0]!)).toEqual(found.messages[0])
    })

    test('keeps the order of a queue and gives dense offsets', async () => {
      await putNumbers(store(), 'T', 0, 450)
      await step()
      await putNumbers(store(), 'T', 450, 900)
      await step()
      expect(await readAll(store(), 'T')).toEqual(Array.from({ length: 900 }, (_, i) => `T-${i}`))
      expect(store().getMaxOffsetInQueue('T', 0)).toBe(900)
      expect(store().getMinOffsetInQueue('T', 0)).toBe(0)
    })

    test('keeps queues and topics apart, whatever their names', async () => {
      const topics = ['__proto__', 'constructor', 'CON', 'a|b', '../x', 'Order', 'order', '主题']
      topics.push('t'.repeat(127), 'u'.repeat(255))
      for (const topic of topics)
        for (const queueId of [0, 7])
          await store().putMessage(message(topic, `${topic}/${queueId}`, { queueId }))
      await step()
      for (const topic of topics) {
        expect(store().queueIdsOf(topic)).toEqual([0, 7])
        expect(await readAll(store(), topic, 7)).toEqual([`${topic}/7`])
      }
      expect(store().queueIdsOf('toString')).toEqual([])
    })

    test('answers the statuses of a pull', async () => {
      expect(await pull(store(), { topic: 'T', offset: 0 })).toMatchObject({
        status: 'NO_MATCHED_LOGIC_QUEUE',
        nextBeginOffset: 0
      })
      await putNumbers(store(), 'T', 0, 5)
      await step()
      const ask = async (offset: number): Promise<object> => {
        const { status, nextBeginOffset, minOffset, maxOffset } = await pull(store(), {
          topic: 'T',
          offset
        })
        return { status, nextBeginOffset, minOffset, maxOffset }
      }
      const range = { minOffset: 0, maxOffset: 5 }
      expect(await ask(0)).toEqual({ status: 'FOUND', nextBeginOffset: 5, ...range })
      expect(await ask(5)).toEqual({ status: 'OFFSET_OVERFLOW_ONE', nextBeginOffset: 5, ...range })
      expect(await ask(9)).toEqual({
        status: 'OFFSET_OVERFLOW_BADLY',
        nextBeginOffset: 5,
        ...range
      })
      expect(await ask(-1)).toEqual({ status: 'OFFSET_TOO_SMALL', nextBeginOffset: 0, ...range })
      expect(await pull(store(), { topic: 'T', queueId: 1, offset: 4 })).toMatchObject({
        status: 'NO_MATCHED_LOGIC_QUEUE',
        nextBeginOffset: 0,
        maxOffset: 0
      })
    })

    test('filters by tag code and says how far it looked', async () => {
      for (let i = 0; i < 10; i++)
        await store().putMessage(message('T', `${i}`, { tags: i % 3 === 0 ? 'TagA' : 'TagB' }))
      await step()
      const matches = (code: number) => (tagsCode: number) => tagsCode === code
      const found = await pull(store(), { topic: 'T', matches: matches(javaHashCode('TagA')) })
      expect(found).toMatchObject({ status: 'FOUND', nextBeginOffset: 10 })
      expect(found.queueOffsets).toEqual([0, 3, 6, 9])
      const none = await pull(store(), { topic: 'T', offset: 2, matches: matches(1) })
      expect(none).toMatchObject({ status: 'NO_MATCHED_MESSAGE', nextBeginOffset: 10, bytes: 0 })
      const two = await pull(store(), {
        topic: 'T',
        maxMsgNums: 2,
        matches: matches(javaHashCode('TagB'))
      })
      expect(two).toMatchObject({ nextBeginOffset: 3, queueOffsets: [1, 2] })
    })

    test('filters by the message itself', async () => {
      await putNumbers(store(), 'T', 0, 100)
      await step()
      const matchesMessage = (bytes: Buffer): boolean =>
        decodeMessage(bytes).body.toString().endsWith('7')
      const found = await pull(store(), { topic: 'T', matchesMessage })
      expect(found.queueOffsets).toEqual([7, 17, 27, 37, 47, 57, 67, 77, 87, 97])
      expect(found.nextBeginOffset).toBe(100)
      const none = await pull(store(), { topic: 'T', offset: 98, matchesMessage })
      expect(none).toMatchObject({ status: 'NO_MATCHED_MESSAGE', nextBeginOffset: 100 })
    })

    test('reads no more than filterScanBytes in vain, and says how far it came', async () => {
      const { filterScanBytes } = defaultStoreLimits()
      const perMessage = Math.ceil(filterScanBytes / 10)
      for (let i = 0; i < 25; i++) await store().putMessage(message('T', Buffer.alloc(perMessage)))
      await step()
      const offsets: number[] = []
      let judged = 0
      const matchesMessage = (): boolean => ++judged < 0
      for (let offset = 0; offset < 25; offset = offsets.at(-1)!) {
        const before = judged
        const none = await pull(store(), { topic: 'T', offset, matchesMessage })
        expect(none).toMatchObject({ status: 'NO_MATCHED_MESSAGE', messages: [] })
        expect(none.nextBeginOffset - offset).toBe(judged - before)
        offsets.push(none.nextBeginOffset)
      }
      expect(judged).toBe(25)
      expect(offsets.length).toBeGreaterThanOrEqual(3)
      // What matches is given in spite of it.
      const found = await pull(store(), { topic: 'T', matchesMessage: () => true, maxMsgBytes: 1 })
      expect(found.messages).toHaveLength(1)
    })

    test('scans no more entries than maxFilterMessageSize holds', async () => {
      await putNumbers(store(), 'T', 0, 1_000)
      await step()
      const none = await pull(store(), { topic: 'T', matches: () => false })
      expect(none).toMatchObject({ status: 'NO_MATCHED_MESSAGE', nextBeginOffset: 800 })
    })

    test('limits a pull by number and bytes but always gives one message', async () => {
      for (let i = 0; i < 40; i++) await store().putMessage(message('T', Buffer.alloc(1_000, i)))
      await step()
      const size = (await pull(store(), { topic: 'T', maxMsgNums: 1 })).bytes
      const numbers = async (query: object): Promise<number> =>
        (await pull(store(), { topic: 'T', ...query })).messages.length
      expect(await numbers({ maxMsgNums: 3 })).toBe(3)
      expect(await numbers({ maxMsgNums: 1_000 })).toBe(32)
      expect(await numbers({ maxMsgBytes: size * 2 + 1 })).toBe(2)
      expect(await numbers({ maxMsgBytes: 1 })).toBe(1)
      rig.config.maxTransferBytesOnMessageInMemory = size * 5
      expect(await numbers({})).toBe(5)
    })

    test('finds offsets by time', async () => {
      const times: number[] = []
      for (let i = 0; i < 6; i++) {
        times.push(rig.clock.now())
        await putNumbers(store(), 'T', i * 2, i * 2 + 2)
        rig.clock.advance(100)
      }
      await step()
      const at = (time: number, boundary: 'LOWER' | 'UPPER'): number =>
        store().getOffsetInQueueByTime('T', 0, time, boundary)
      expect([at(0, 'LOWER'), at(0, 'UPPER')]).toEqual([0, 0])
      expect([at(times[2]!, 'LOWER'), at(times[2]!, 'UPPER')]).toEqual([4, 5])
      expect([at(times[2]! + 1, 'LOWER'), at(times[2]! + 1, 'UPPER')]).toEqual([6, 5])
      expect([at(times[5]! + 1, 'LOWER'), at(times[5]! + 1, 'UPPER')]).toEqual([12, 11])
      expect(store().getOffsetInQueueByTime('nobody', 0, times[2]!, 'LOWER')).toBe(0)
      expect(store().getMessageStoreTimeStamp('T', 0, 7)).toBe(times[3])
      expect(store().getMessageStoreTimeStamp('T', 0, 12)).toBe(-1)
      expect(store().getEarliestMessageTime('T', 0)).toBe(times[0])
      expect(store().getEarliestMessageTime('T', 1)).toBe(-1)
      expect(store().stats.earliestStoreTimestamp).toBe(times[0])
    })

    test('never lets store times go back', async () => {
      rig.clock.advance(1_000)
      const late = stored(await store().putMessage(message('T', 'a'))).storeTimestamp
      rig.clock.advance(-500)
      await step()
      expect(stored(await store().putMessage(message('T', 'b'))).storeTimestamp).toBe(late)
    })

    test('stores a batch with consecutive offsets or not at all', async () => {
      await putNumbers(store(), 'T', 0, 1)
      const batch = ['x', 'y', 'z'].map((body) => message('T', body))
      const result = stored(await store().putMessages(batch))
      expect(result.queueOffset).toBe(1)
      expect(result.physicalOffsets).toHaveLength(3)
      await step()
      const tooLong = message('T', 'long', { properties: 'p'.repeat(32_768) })
      expect(await store().putMessages([message('T', 'w'), tooLong])).toMatchObject({
        status: 'PROPERTIES_SIZE_EXCEEDED'
      })
      const unfit = message('T', 'unfit', { flag: 2 ** 40 })
      expect(await store().putMessages([message('T', 'w'), unfit])).toMatchObject({
        status: 'MESSAGE_ILLEGAL'
      })
      const elsewhere = message('T', 'v', { queueId: 1 })
      expect(await store().putMessages([message('T', 'w'), elsewhere])).toMatchObject({
        status: 'MESSAGE_ILLEGAL'
      })
      expect(await store().putMessages([])).toMatchObject({ status: 'MESSAGE_ILLEGAL' })
      await step()
      await putNumbers(store(), 'T', 4, 5)
      expect(await readAll(store(), 'T')).toEqual(['T-0', 'x', 'y', 'z', 'T-4'])
    })

    test('refuses what a record cannot hold, with a reason', async () => {
      rig.config.maxMessageSize = 1_000
      const refused = async (given: ReturnType<typeof message>): Promise<string> => {
        const result = await store().putMessage(given)
        return 'reason' in result ? `${result.status} ${result.reason}` : 'stored'
      }
      expect(await refused(message('T', Buffer.alloc(1_001)))).toMatch(/^MESSAGE_ILLEGAL .*1001/)
      expect(await refused(message('t'.repeat(256), 'x'))).toMatch(/^MESSAGE_ILLEGAL .*256/)
      expect(await refused(message('', 'x'))).toMatch(/^MESSAGE_ILLEGAL/)
      expect(await refused(message('T', 'x', { queueId: -1 }))).toMatch(/^MESSAGE_ILLEGAL/)
      expect(await refused(message('T', Buffer.alloc(1_000)))).toBe('stored')
      await step()
      expect(store().getMaxOffsetInQueue('T', 0)).toBe(1)
    })

    test('stores a message larger than any buffer and segment', async () => {
      const body = Buffer.alloc(3_500_000, 'gantry')
      await store().putMessage(message('T', 'small'))
      await store().putMessage(message('T', body))
      await store().putMessage(message('T', 'after'))
      await step()
      const found = await pull(store(), { topic: 'T', offset: 1, maxMsgNums: 1 })
      expect(decodeMessage(found.messages[0]!).body.equals(body)).toBe(true)
      expect(await readAll(store(), 'T', 0, 2)).toEqual(['after'])
    })

    test('announces each message once it is readable, in log order', async () => {
      const seen: [MessageArriving, boolean][] = []
      const listener = store().arrivals.on((arrival) => {
        const { topic, queueId, queueOffset, physicalOffset } = arrival
        const isReadable =
          store().getMaxOffsetInQueue(topic, queueId) > queueOffset &&
          store().lookMessageByOffset(physicalOffset) !== undefined
        seen.push([arrival, isReadable])
      })
      await Promise.all([
        store().putMessage(message('T', 'a', { tags: 'TagA' })),
        store().putMessage(message('U', 'b', { queueId: 2 })),
        store().putMessage(message('T', 'c'))
      ])
      listener.dispose()
      expect(seen.map(([{ topic, queueOffset }]) => [topic, queueOffset])).toEqual([
        ['T', 0],
        ['U', 0],
        ['T', 1]
      ])
      expect(seen.every(([, isReadable]) => isReadable)).toBe(true)
      expect(seen[0]![0].tagsCode).toBe(javaHashCode('TagA'))
    })

    test('keeps prepared and rolled back messages out of the queues', async () => {
      const sysFlag = MessageSysFlag.TRANSACTION_PREPARED_TYPE
      const half = stored(await store().putMessage(message('T', 'half', { sysFlag })))
      await putNumbers(store(), 'T', 0, 1)
      await step()
      expect(await readAll(store(), 'T')).toEqual(['T-0'])
      const bytes = store().lookMessageByOffset(half.physicalOffsets[0]!)
      expect(decodeMessage(bytes!).body.toString()).toBe('half')
    })

    test('finds no message where none begins', async () => {
      const put = stored(await store().putMessage(message('T', 'hello')))
      await step()
      const at = put.physicalOffsets[0]!
      for (const offset of [
        -1,
        0,
        at - 1,
        at + 1,
        at + 4,
        at + 10_000,
        0.5,
        NaN,
        Infinity,
        2 ** 60
      ])
        expect(store().lookMessageByOffset(offset)).toBeUndefined()
    })

    test('gives consume queue entries', async () => {
      await putNumbers(store(), 'T', 0, 500, { tags: 'TagA' })
      await step()
      const entries = store().getConsumeQueueEntries('T', 0, 150, 300)
      expect(entries).toHaveLength(300)
      expect(entries.every((e) => e.tagsCode === javaHashCode('TagA'))).toBe(true)
      const first = store().lookMessageByOffset(entries[0]!.physicalOffset)!
      expect(first.length).toBe(entries[0]!.size)
      expect(decodeMessage(first).queueOffset).toBe(150)
      expect(store().getConsumeQueueEntries('T', 0, 490, 300)).toHaveLength(10)
      expect(store().getConsumeQueueEntries('T', 9, 0, 1)).toEqual([])
    })

    test('keeps a delivery time in the entry through a rebuild', async () => {
      await store().putMessage(message('SCHEDULE_TOPIC_XXXX', 'x', { tagsCode: 1_700_000_123_456 }))
      await step()
      const [entry] = store().getConsumeQueueEntries('SCHEDULE_TOPIC_XXXX', 0, 0, 1)
      expect(entry!.tagsCode).toBe(1_700_000_123_456)
    })

    test('forgets a deleted topic; a new one of that name begins at 0', async () => {
      await putNumbers(store(), 'T', 0, 10)
      await putNumbers(store(), 'U', 0, 10)
      await step()
      rig.registry.forget('T')
      store().deleteTopic('T')
      expect(await store().putMessage(message('T', 'x'))).toMatchObject({
        status: 'SERVICE_NOT_AVAILABLE'
      })
      await step()
      expect(store().getMaxOffsetInQueue('T', 0)).toBe(0)
      rig.registry.renew('T', store().stats.maxPhysicalOffset)
      await putNumbers(store(), 'T', 100, 101)
      await step()
      expect(await readAll(store(), 'T')).toEqual(['T-100'])
      expect(await readAll(store(), 'U')).toHaveLength(10)
    })

    test('counts what went in and out', async () => {
      await putNumbers(store(), 'T', 0, 3)
      const { bytes } = await pull(store(), { topic: 'T' })
      const { stats } = store()
      expect(stats).toMatchObject({ putMessages: 3, getMessages: 3, notWriteable: undefined })
      expect([stats.putBytes, stats.getBytes]).toEqual([bytes, bytes])
      expect(stats.maxPhysicalOffset).toBeGreaterThan(bytes)
    })

    test('says whether a message is near the end of the log', async () => {
      await putNumbers(store(), 'T', 0, 2)
      await step()
      expect(store().isInMemory('T', 0, 1)).toBe(true)
      expect(store().isInMemory('T', 0, 2)).toBe(false)
      expect(store().isInMemory('nobody', 0, 0)).toBe(false)
    })
  })
}
