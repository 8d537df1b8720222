import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nodeDisk, type Disk } from '../../../src/main/base/disk'
import { REPEAT_MS } from '../../../src/main/broker/offsetMovedEvents'
import { noticeOfBroker } from '../../../src/main/cluster/entries/reportNotice'
import type { RunningBroker } from '../../../src/main/broker/startBroker'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import { decodeMessages } from '../../../src/main/protocol/message/messageCodec'
import { BrokerTestbed, type TestClient } from './brokerTestbed'

const BODY = Buffer.alloc(600_000, 'x')
const MESSAGES = 5
const EVENTS = 'OFFSET_MOVED_EVENT'

let bed: BrokerTestbed
let broker: RunningBroker
let client: TestClient
beforeEach(() => {
  bed = new BrokerTestbed()
})
afterEach(() => bed.dispose())

/** A segment a message; nothing expires by itself, everything when it is asked for. */
const open = async (
  properties: Record<string, string> = {},
  disk: Disk = nodeDisk
): Promise<void> => {
  const hour = new Date(bed.clock.now()).getHours()
  broker = await bed.start(
    {
      ...{ mappedFileSizeCommitLog: '1048576', fileReservedTime: '0' },
      ...{ deleteWhen: String((hour + 5) % 24), gantryMinFreeDiskSpace: '0', ...properties }
    },
    { disk }
  )
  client = bed.client(broker)
}

const fill = async (): Promise<void> => {
  await client.send('gone', 'before')
  for (let i = 0; i < MESSAGES; i++) await client.send('T', BODY)
}

const runtimeInfo = async (): Promise<Record<string, string>> =>
  ((await client.body(RequestCode.GET_BROKER_RUNTIME_INFO)) as { table: Record<string, string> })
    .table

const pullEvents = async () =>
  decodeMessages((await client.pull('M', EVENTS, 0)).body ?? Buffer.alloc(0))

describe('deleting on request', () => {
  const deleteAll = async (): Promise<void> => {
    await client.body(RequestCode.DELETE_EXPIRED_COMMITLOG)
    for (let i = 0; i < MESSAGES; i++) {
      bed.clock.advance(100)
      // Answers when the deletion under way is done.
      await client.body(RequestCode.CLEAN_EXPIRED_CONSUMEQUEUE)
    }
  }

  test('takes what expired, and a pull below the new minimum is told where to go', async () => {
    await open()
    await fill()
    const id = (await client.send('T', 'last')).extFields['msgId']!
    await deleteAll()
    const pulled = await client.pull('CG', 'T', 0)
    expect(pulled).toMatchObject({
      code: ResponseCode.PULL_OFFSET_MOVED,
      remark: 'OFFSET_TOO_SMALL'
    })
    const min = Number(pulled.extFields['minOffset'])
    expect(min).toBeGreaterThan(0)
    expect(pulled.extFields).toMatchObject({
      nextBeginOffset: String(min),
      maxOffset: String(MESSAGES + 1)
    })
    const rest = decodeMessages((await client.pull('CG', 'T', MESSAGES)).body!)
    expect(rest.map(({ body }) => body.toString())).toEqual(['last'])
    expect(rest[0]!.queueOffset).toBe(MESSAGES)
    const info = await runtimeInfo()
    expect(Number(info['commitLogMinOffset'])).toBeGreaterThan(0)
    expect(Number(info['earliestMessageTimeStamp'])).toBeGreaterThan(0)
    expect(await client.ask(RequestCode.VIEW_MESSAGE_BY_ID, { offset: 32 })).toMatchObject({
      code: ResponseCode.SYSTEM_ERROR
    })
    expect(id).toBeDefined()
    expect(bed.reports.filter(({ kind }) => kind !== 'store')).toEqual([])
  })

  test('a queue whose last message went goes on where it was, also after a restart', async () => {
    await open()
    await fill()
    await deleteAll()
    const offsets = async (): Promise<unknown[]> => [
      await client.ask(RequestCode.GET_MIN_OFFSET, { topic: 'gone', queueId: 0 }),
      await client.ask(RequestCode.GET_MAX_OFFSET, { topic: 'gone', queueId: 0 })
    ]
    const one = { extFields: { offset: '1' } }
    expect(await offsets()).toMatchObject([one, one])
    await broker.stop()
    await open()
    expect(await offsets()).toMatchObject([one, one])
    expect((await client.send('gone', 'after')).extFields).toMatchObject({ queueOffset: '1' })
  })

  test('CLEAN_UNUSED_TOPIC answers, and a topic there is stays', async () => {
    await open()
    await client.send('T', 'a')
    await client.body(RequestCode.CLEAN_UNUSED_TOPIC)
    expect(await client.pull('CG', 'T', 0)).toMatchObject({ code: ResponseCode.SUCCESS })
  })
})

describe('OFFSET_MOVED_EVENT', () => {
  test('tells of a corrected pull, of the same one once a minute', async () => {
    await open()
    await client.send('T', 'a')
    await client.pull('CG', 'T', 9)
    await client.pull('CG', 'T', 9)
    const [event, ...others] = await pullEvents()
    expect(others).toEqual([])
    expect(event).toMatchObject({ topic: EVENTS, queueId: 0 })
    expect(event!.properties).toContain('TAGS\u0001CG')
    expect(event!.properties).toContain('KEYS\u0001CG')
    expect(JSON.parse(event!.body.toString())).toEqual({
      consumerGroup: 'CG',
      messageQueue: { topic: 'T', brokerName: 'broker-a', queueId: 0 },
      offsetRequest: 9,
      offsetNew: 1
    })
    await client.pull('CG2', 'T', 9)
    bed.clock.advance(REPEAT_MS)
    await client.pull('CG', 'T', 9)
    expect(await pullEvents()).toHaveLength(3)
  })
})

describe('without room', () => {
  let freeBytes: number
  const low = async (): Promise<void> => {
    freeBytes = 2 ** 30
    await open(
      { gantryMinFreeDiskSpace: String(2 ** 30) },
      { ...nodeDisk, space: () => ({ freeBytes, totalBytes: 2 ** 40 }) }
    )
    await client.send('T', 'before')
    freeBytes = 2 ** 30 - 1
    bed.clock.advance(10_000)
  }

  test('sends are refused with the cause, reads go on, sending resumes by itself', async () => {
    await low()
    const refused = await client.send('T', 'x')
    expect(refused.code).toBe(ResponseCode.SERVICE_NOT_AVAILABLE)
    expect(refused.remark).toContain('gantryMinFreeDiskSpace')
    expect(broker.storage()).toMatchObject({
      freeBytes,
      refusal: { cause: 'minFree', isPassing: true }
    })
    expect(await client.pull('CG', 'T', 0)).toMatchObject({ code: ResponseCode.SUCCESS })
    freeBytes++
    await client.body(RequestCode.CLEAN_EXPIRED_CONSUMEQUEUE)
    bed.clock.advance(1_000)
    expect(await client.send('T', 'after')).toMatchObject({ code: ResponseCode.SUCCESS })
    expect(broker.storage()).not.toHaveProperty('refusal')
    expect(bed.reports.map((report) => noticeOfBroker('broker-a', report))).toMatchObject([
      { code: 'SENDS_PAUSED', params: { broker: 'broker-a', cause: 'minFree' } },
      { code: 'SENDS_RESUMED' }
    ])
  })

  test('the floor is changed while it runs', async () => {
    await low()
    await client.body(
      RequestCode.UPDATE_BROKER_CONFIG,
      {},
      Buffer.from('gantryMinFreeDiskSpace=1048576\ndeleteWhen=04;16\nfileReservedTime=48')
    )
    await client.body(RequestCode.CLEAN_EXPIRED_CONSUMEQUEUE)
    bed.clock.advance(1_000)
    expect(await client.send('T', 'after')).toMatchObject({ code: ResponseCode.SUCCESS })
    const shown = (await client.ask(RequestCode.GET_BROKER_CONFIG)).body!.toString()
    expect(shown).toContain('gantryMinFreeDiskSpace=1048576')
    expect(shown).toContain('deleteWhen=04;16')
  })

  test.each([
    ['gantryStoreQuota', String(256 * 2 ** 20 - 1)],
    ['gantryMinFreeDiskSpace', '-1'],
    ['deleteWhen', '24'],
    ['deleteWhen', '04,16'],
    ['diskMaxUsedSpaceRatio', '96']
  ])('%s=%s is refused', async (key, value) => {
    await open()
    const answer = await client.ask(
      RequestCode.UPDATE_BROKER_CONFIG,
      {},
      Buffer.from(`${key}=${value}`)
    )
    expect(answer.code).toBe(ResponseCode.SYSTEM_ERROR)
    expect(answer.remark).toContain(key)
  })
})
