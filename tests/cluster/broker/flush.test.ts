import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import { decodeMessages } from '../../../src/main/protocol/message/messageCodec'
import { decodeMessageId } from '../../../src/main/protocol/message/messageId'
import type { RemotingCommand } from '../../../src/main/protocol/remotingCommand'
import { BrokerTestbed, type TestClient } from './brokerTestbed'
import { HeldDisk } from './heldDisk'

let bed: BrokerTestbed
let held: HeldDisk
let client: TestClient

const open = async (properties: Record<string, string> = {}): Promise<void> => {
  bed = new BrokerTestbed()
  held = new HeldDisk()
  client = bed.client(await bed.start(properties, { disk: held.disk }))
}
afterEach(async () => {
  held.release()
  await bed.dispose()
})

const update = async (text: string): Promise<void> => {
  const { code, remark } = await client.ask(RequestCode.UPDATE_BROKER_CONFIG, {}, Buffer.from(text))
  expect({ code, remark }).toEqual({ code: ResponseCode.SUCCESS, remark: undefined })
}

const offsetOf = ({ extFields }: RemotingCommand): number => {
  const place = decodeMessageId(extFields.msgId ?? '')
  if (place === undefined) throw new Error(`no message id: ${extFields.msgId}`)
  return place.physicalOffset
}

/** Every body in queue 0 of T, in order. */
const stored = async (): Promise<string[]> => {
  const bodies: string[] = []
  for (;;) {
    const { code, body } = await client.pull('G', 'T', bodies.length)
    if (code !== ResponseCode.SUCCESS) return bodies
    bodies.push(
      ...decodeMessages(body ?? Buffer.alloc(0)).map((message) => message.body.toString())
    )
  }
}

describe('flushDiskType changed over the wire while sends are in flight', () => {
  beforeEach(() => open())

  test('to SYNC_FLUSH: what is sent from then on is answered when it is flushed, nothing is lost; and back', async () => {
    const before = Array.from({ length: 200 }, (_, i) => client.send('T', `a${i}`))
    const changing = update('flushDiskType=SYNC_FLUSH')
    const during = Array.from({ length: 200 }, (_, i) => client.send('T', `b${i}`))
    await changing
    const after = Array.from({ length: 200 }, async (_, i) => {
      const answer = await client.send('T', `c${i}`)
      // At the moment of the answer, not some time after.
      return { code: answer.code, isFlushed: held.flushedEnd > offsetOf(answer) }
    })
    for (const answer of await Promise.all(after))
      expect(answer).toEqual({ code: ResponseCode.SUCCESS, isFlushed: true })
    for (const answer of await Promise.all([...before, ...during])) {
      expect(answer.code).toBe(ResponseCode.SUCCESS)
      expect(held.flushedEnd).toBeGreaterThan(offsetOf(answer))
    }

    held.hold()
    const waiting = client.send('T', 'd')
    await held.untilHeld()
    await update('flushDiskType=ASYNC_FLUSH')
    // Not flushed, and answered all the same.
    const answer = await client.send('T', 'e')
    expect(answer.code).toBe(ResponseCode.SUCCESS)
    expect(held.flushedEnd).toBeLessThanOrEqual(offsetOf(answer))
    held.release()
    expect((await waiting).code).toBe(ResponseCode.SUCCESS)

    const bodies = ['a', 'b', 'c'].flatMap((kind) =>
      Array.from({ length: 200 }, (_, i) => kind + i)
    )
    expect(await stored()).toEqual([...bodies, 'd', 'e'])
  })

  test('a shorter flushIntervalCommitLog counts for what waits for the old one', async () => {
    await update('flushIntervalCommitLog=2147483647')
    const sent = await client.send('T', 'x')
    bed.clock.advance(10_000)
    expect(held.flushes).toBe(0)
    await update('flushIntervalCommitLog=20')
    bed.clock.advance(1_000)
    expect(held.flushes).toBe(1)
    // Waits for the flush under way.
    await update('flushDiskType=SYNC_FLUSH')
    await client.send('T', 'y')
    expect(held.flushedEnd).toBeGreaterThan(offsetOf(sent))
  })
})

describe('a flush that takes longer than syncFlushTimeout', () => {
  beforeEach(() => open({ flushDiskType: 'SYNC_FLUSH' }))

  test('is answered with FLUSH_DISK_TIMEOUT (10), and the message can be read', async () => {
    held.hold()
    for (const [timeout, body] of [
      [5_000, 'first'],
      [200, 'second']
    ] as const) {
      await update(`syncFlushTimeout=${timeout}`)
      let isAnswered = false
      const sending = client.send('T', body).finally(() => (isAnswered = true))
      await held.untilHeld()
      // Its answer comes behind that of the send, were there one.
      await client.ask(RequestCode.GET_MAX_OFFSET, { topic: 'T', queueId: 0 })
      bed.clock.advance(timeout - 1)
      await client.ask(RequestCode.GET_MAX_OFFSET, { topic: 'T', queueId: 0 })
      expect(isAnswered).toBe(false)
      bed.clock.advance(1)
      const answer = await sending
      expect(answer.code).toBe(ResponseCode.FLUSH_DISK_TIMEOUT)
      expect(answer.remark).toContain('syncFlushTimeout')
      const { body: found } = await client.ask(RequestCode.VIEW_MESSAGE_BY_ID, {
        offset: offsetOf(answer)
      })
      expect(decodeMessages(found ?? Buffer.alloc(0)).map((m) => m.body.toString())).toEqual([body])
    }
    expect(await stored()).toEqual(['first', 'second'])
    held.release()
    expect((await client.send('T', 'third')).code).toBe(ResponseCode.SUCCESS)
  })
})
