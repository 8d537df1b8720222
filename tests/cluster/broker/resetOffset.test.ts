import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RunningBroker } from '../../../src/main/broker/startBroker'
import { messageQueue } from '../../../src/main/protocol/bodies/messageQueue'
import { parseJson } from '../../../src/main/protocol/bodies/rocketmqJson'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import { BrokerTestbed, consumerData, type TestClient } from './brokerTestbed'

let bed: BrokerTestbed
beforeEach(() => {
  bed = new BrokerTestbed()
})
afterEach(() => bed.dispose())

/** Topic T with two queues of five messages each, a second apart, and a member c1 of CG that consumed 4 and 0. */
const open = async (
  properties: Record<string, string> = {}
): Promise<{ broker: RunningBroker; member: TestClient; start: number }> => {
  const broker = await bed.start(properties)
  const member = bed.client(broker)
  const start = bed.clock.now()
  for (let i = 0; i < 5; i++) {
    for (const queueId of [0, 1]) await member.send('T', `${queueId}/${i}`, { queueId, queueNums: 2 }) // prettier-ignore
    bed.clock.advance(1000)
  }
  await member.heartbeat('c1', [consumerData('CG', 'T')])
  await commit(member, 0, 4)
  await commit(member, 1, 0)
  return { broker, member, start }
}

const commit = (client: TestClient, queueId: number, commitOffset: number) =>
  client.ask(RequestCode.UPDATE_CONSUMER_OFFSET, { consumerGroup: 'CG', topic: 'T', queueId, commitOffset }) // prettier-ignore

const committed = async (
  client: TestClient,
  consumerGroup = 'CG'
): Promise<(string | undefined)[]> =>
  // prettier-ignore
  Promise.all(
    [0, 1].map(async (queueId) => {
      const ext = { consumerGroup, topic: 'T', queueId, setZeroIfNotFound: false }
      return (await client.ask(RequestCode.QUERY_CONSUMER_OFFSET, ext)).extFields.offset
    })
  )

const reset = (client: TestClient, more: Record<string, string | number | boolean> = {}) =>
  client.ask(RequestCode.INVOKE_BROKER_TO_RESET_OFFSET, { topic: 'T', group: 'CG', timestamp: -1, isForce: true, ...more }) // prettier-ignore

/** As the Java clients read it: the keys of the table are queues. */
const offsetTable = (body: Buffer | undefined): unknown => {
  const { offsetTable: table } = parseJson(String(body)) as { offsetTable: Record<string, number> }
  return Object.entries(table).map(([key, offset]) => [JSON.parse(key) as unknown, offset])
}

const rows = (...offsets: number[]) =>
  offsets.map((offset, queueId) => [messageQueue('T', 'broker-a', queueId), offset])

describe('a reset that the broker keeps', () => {
  test.each([
    ['to a time: the first message stored then or later', 2500, [3, 3]],
    ['to a time before everything', -1_000_000, [0, 0]],
    ['to a time behind everything', 1_000_000, [5, 5]],
    ['to the end', undefined, [5, 5]]
  ])('%s', async (_name, after, expected) => {
    const { member, start } = await open()
    const answer = await reset(member, { timestamp: after === undefined ? -1 : start + after })
    expect(answer.code).toBe(ResponseCode.SUCCESS)
    expect(offsetTable(answer.body)).toEqual(rows(...expected))
    expect(await committed(member)).toEqual(expected.map(String))
  })

  test('is told to the next pull of each queue, once; what is committed before it does not count', async () => {
    const { member, start } = await open()
    await reset(member, { timestamp: start + 1000 })
    const ignored = await commit(member, 0, 5)
    expect(ignored).toMatchObject({ code: 0, remark: 'Offset has been previously reset' })
    const told = await member.pull('CG', 'T', 4, { sysFlag: 5, commitOffset: 4 })
    expect(told).toMatchObject({
      code: ResponseCode.PULL_OFFSET_MOVED,
      remark: 'OFFSET_RESET',
      extFields: { nextBeginOffset: '1', minOffset: '0', maxOffset: '5', suggestWhichBrokerId: '0' }
    })
    expect(await committed(member)).toEqual(['1', '1'])
    const goingOn = await member.pull('CG', 'T', 1, { sysFlag: 5, commitOffset: 2 })
    expect(goingOn).toMatchObject({ code: 0, extFields: { nextBeginOffset: '5' } })
    await commit(member, 1, 3)
    expect(await committed(member)).toEqual(['2', '1'])
  })

  test('reaches a pull that is held for a message, and no other group', async () => {
    const { broker, member, start } = await open()
    const [held, other] = [bed.client(broker), bed.client(broker)]
    const waiting = held.pull('CG', 'T', 5, { sysFlag: 6 })
    const bystander = other.pull('CG2', 'T', 5, { sysFlag: 6 })
    // Answered behind them on their own connections: they are held now.
    for (const client of [held, other]) await client.ask(RequestCode.GET_MAX_OFFSET, { topic: 'T', queueId: 0 }) // prettier-ignore
    await reset(member, { timestamp: start })
    expect(await waiting).toMatchObject({
      code: ResponseCode.PULL_OFFSET_MOVED,
      extFields: { nextBeginOffset: '0' }
    })
    await member.send('T', 'next')
    expect(await bystander).toMatchObject({ code: 0, extFields: { nextBeginOffset: '6' } })
  })

  test('works with nobody online, and outlives the broker', async () => {
    const { broker, member, start } = await open()
    await member.ask(RequestCode.UNREGISTER_CLIENT, { clientID: 'c1', consumerGroup: 'CG' })
    expect((await reset(member, { timestamp: start + 2000 })).code).toBe(0)
    await broker.stop()
    const again = bed.client(await bed.start())
    expect(await committed(again)).toEqual(['2', '2'])
    expect((await again.pull('CG', 'T', 2)).code).toBe(ResponseCode.SUCCESS)
  })

  test('of one queue, to a time or to an offset', async () => {
    const { member, start } = await open()
    const byTime = await reset(member, { queueId: 1, timestamp: start + 3000, offset: -1 })
    expect(offsetTable(byTime.body)).toEqual([[messageQueue('T', 'broker-a', 1), 3]])
    const byOffset = await reset(member, { queueId: 0, timestamp: 0, offset: 2 })
    expect(offsetTable(byOffset.body)).toEqual(rows(2))
    expect(await committed(member)).toEqual(['2', '3'])
  })

  test.each([
    ['an unknown topic', { topic: 'Nowhere' }, ResponseCode.TOPIC_NOT_EXIST, 'Nowhere'],
    ['an unknown group', { group: 'Nobody' }, ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, 'Nobody'],
    ['an offset behind the end', { queueId: 0, offset: 7 }, ResponseCode.SYSTEM_ERROR, '[0-5]'],
    ['an offset below 0', { queueId: 0, offset: -3 }, ResponseCode.SYSTEM_ERROR, '[0-5]'],
    ['no queue of the topic', { queueId: 2 }, ResponseCode.SYSTEM_ERROR, 'No queues to reset']
  ])('%s resets nothing', async (_name, more, code, remark) => {
    const { member } = await open()
    const answer = await reset(member, more)
    expect(answer.code).toBe(code)
    expect(answer.remark).toContain(remark)
    expect(await committed(member)).toEqual(['4', '0'])
  })
})

describe('a reset that the clients make (useServerSideResetOffset=false)', () => {
  const onClients = { useServerSideResetOffset: 'false' }

  /** The members hear 40 when they come. */
  const resets = async (client: TestClient, count: number) =>
    (await client.askedTimes(count)).filter(({ code }) => code === RequestCode.RESET_CONSUMER_CLIENT_OFFSET) // prettier-ignore

  test('is told to every member; the broker keeps what they commit', async () => {
    const { member, start } = await open(onClients)
    const answer = await reset(member, { timestamp: start + 2000 })
    expect(offsetTable(answer.body)).toEqual(rows(2, 2))
    const [told] = await resets(member, 2)
    expect(told?.extFields).toEqual({ topic: 'T', group: 'CG', timestamp: String(start + 2000), isForce: 'false', queueId: '-1' }) // prettier-ignore
    expect(offsetTable(told?.body)).toEqual(rows(2, 2))
    expect(await committed(member)).toEqual(['4', '0'])
    expect((await member.pull('CG', 'T', 4)).code).toBe(ResponseCode.SUCCESS)
  })

  test('without force never goes forward', async () => {
    const { member, start } = await open(onClients)
    const answer = await reset(member, { timestamp: start + 2000, isForce: false })
    expect(offsetTable(answer.body)).toEqual(rows(2, 0))
  })

  test('answers CONSUMER_NOT_ONLINE where nobody is, so that tools set the offsets themselves', async () => {
    const { member } = await open(onClients)
    await member.ask(RequestCode.UNREGISTER_CLIENT, { clientID: 'c1', consumerGroup: 'CG' })
    expect((await reset(member)).code).toBe(ResponseCode.CONSUMER_NOT_ONLINE)
    const stranger = await reset(member, { group: 'Nobody' })
    expect(stranger).toMatchObject({ code: 1, remark: 'THe consumer group <Nobody> not exist' })
  })
})

describe('how far the members are (223)', () => {
  const status = (client: TestClient, more: Record<string, string> = {}) =>
    client.ask(RequestCode.INVOKE_BROKER_TO_GET_CONSUMER_STATUS, { topic: 'T', group: 'CG', ...more }) // prettier-ignore

  const tables = (body: Buffer | undefined): unknown =>
    (parseJson(String(body)) as { consumerTable: object }).consumerTable

  const saying =
    (offset: number): TestClient['answer'] =>
    ({ code, extFields }) =>
      code === RequestCode.GET_CONSUMER_STATUS_FROM_CLIENT && extFields.topic === 'T'
        ? { code: 0, body: Buffer.from(`{"messageQueueTable":{{"brokerName":"broker-a","queueId":${offset},"topic":"T"}:${offset}}}`) } // prettier-ignore
        : undefined

  const key = (queueId: number) => JSON.stringify(messageQueue('T', 'broker-a', queueId))

  test('each is asked, or the one named; who does not answer is left out', async () => {
    const { broker, member } = await open()
    const [second, silent] = [bed.client(broker), bed.client(broker)]
    member.answer = saying(3)
    second.answer = saying(8)
    await second.heartbeat('c2', [consumerData('CG', 'T')])
    const both = await status(member)
    expect(tables(both.body)).toEqual({ c1: { [key(3)]: 3 }, c2: { [key(8)]: 8 } })
    const one = await status(member, { clientAddr: 'c2' })
    expect(tables(one.body)).toEqual({ c2: { [key(8)]: 8 } })

    await silent.heartbeat('c3', [consumerData('CG', 'T')])
    const waiting = status(member)
    await silent.askedTimes(2)
    for (const client of [member, second]) {
      await client.askedTimes(5)
      // Written behind what this client answered: the broker has it.
      await client.ask(RequestCode.GET_MAX_OFFSET, { topic: 'T', queueId: 0 })
    }
    bed.clock.advance(6000)
    expect(Object.keys(tables((await waiting).body) as object).sort()).toEqual(['c1', 'c2'])
  })

  test('with nobody online says so', async () => {
    const { member } = await open()
    const answer = await status(member, { group: 'Nobody' })
    expect(answer.code).toBe(ResponseCode.SYSTEM_ERROR)
    expect(answer.remark).toContain('No Any Consumer online')
  })
})

describe('offsets cloned from group to group (314)', () => {
  const clone = (client: TestClient, more: Record<string, string | boolean> = {}) =>
    client.ask(RequestCode.CLONE_GROUP_OFFSET, { srcGroup: 'CG', destGroup: 'Copy', topic: 'T', offline: false, ...more }) // prettier-ignore

  test.each([
    ['of a topic', { topic: 'T' }, ['4', '0']],
    ['of every topic', { topic: '' }, ['4', '0']],
    ['of another topic', { topic: 'Nowhere' }, [undefined, undefined]]
  ])('%s', async (_name, more, expected) => {
    const { member } = await open()
    expect((await clone(member, more)).code).toBe(ResponseCode.SUCCESS)
    expect(await committed(member, 'Copy')).toEqual(expected)
  })

  test('not of a topic the members online no longer subscribe to, but offline', async () => {
    const { member } = await open()
    await member.heartbeat('c1', [consumerData('CG', 'Other')])
    await clone(member)
    expect(await committed(member, 'Copy')).toEqual([undefined, undefined])
    await clone(member, { offline: true })
    expect(await committed(member, 'Copy')).toEqual(['4', '0'])
  })
})
