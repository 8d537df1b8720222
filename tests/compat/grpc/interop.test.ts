/** What one stock Node client sends the other receives, over either protocol; the Java ones join in `javaClients/grpc`. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAdmin } from '../../../src/main/admin/admin'
import { systemClock } from '../../../src/main/base/clock'
import { silentLog } from '../../../src/main/base/log'
import { toMessageExt } from '../../../src/main/client/messageExt'
import { defaultSubscriptionGroupConfig } from '../../../src/main/protocol/bodies/subscriptionGroup'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import {
  QueryMessageRequestHeader,
  UNIQUE_MSG_QUERY_FLAG
} from '../../../src/main/protocol/headers/consume'
import { decodeMessage } from '../../../src/main/protocol/message/messageCodec'
import { RemotingClient } from '../../../src/main/remoting/client'
import { type Headless, startHeadless } from '../../headless'
import { type Consumption, groupsOf, nodeParties, type Party } from './interopParties'
import { countOf, expectSame, type Line, planOf, topicsOf } from './interopPlan'

const NAMES = ['aliOns', 'npmGrpc']
const QUEUES = 4

let cluster: Headless
let parties: Party[]
const client = new RemotingClient({ clock: systemClock, log: silentLog })
const sent = new Map<string, readonly Line[]>()
const consumptions = new Map<string, Consumption>()
const admin = () =>
  createAdmin({ client, clock: systemClock, namesrvAddresses: () => cluster.ready.namesrv })

beforeAll(async () => {
  cluster = await startHeadless()
  const address = cluster.ready.brokers[0]!.address
  for (const name of NAMES) {
    const { any, orderly } = topicsOf(name)
    // ali-ons chooses queues itself: its order needs a topic of one queue.
    const queues = name === 'aliOns' ? 1 : QUEUES
    for (const [topicName, queueNums, type] of [
      [any, QUEUES, 'MIXED'],
      [orderly, queues, 'FIFO']
    ] as const)
      // prettier-ignore
      await admin().createAndUpdateTopicConfig(address, {
        ...{ topicName, readQueueNums: queueNums, writeQueueNums: queueNums, perm: 6 },
        attributes: `+message.type=${type}`
      })
    const groups = groupsOf(name)
    await admin().updateSubGroup(defaultSubscriptionGroupConfig(groups.any))
    await admin().updateSubGroup({
      ...defaultSubscriptionGroupConfig(groups.orderly),
      consumeMessageOrderly: true
    })
  }
  parties = nodeParties(cluster.ready.namesrv[0]!, cluster.ready.grpc!)
  for (const party of parties) consumptions.set(party.name, await party.consume(NAMES))
  for (const party of parties) sent.set(party.name, await party.produce())
})

afterAll(async () => {
  for (const consumption of consumptions.values()) await consumption.stop()
  client.close()
  expect(await cluster.stop()).toBe(0)
})

describe.each(NAMES)('what %s has sent', (producer) => {
  test.each(NAMES)('%s receives once, whole and in order', async (consumer) => {
    const consumption = consumptions.get(consumer)!
    const all = planOf(producer).length
    await consumption.until((lines) => countOf(lines, producer) === all)
    const { seesAllProperties } = parties.find(({ name }) => name === consumer)!
    const got = consumption.lines()
    expectSame({ producer, sent: sent.get(producer)!, got, seesAllProperties })
  })

  test('it is found by both its ids', async () => {
    const name = `${producer} dressed`
    const one = consumptions.get('npmGrpc')!
    await one.until((lines) => lines.some((line) => line['name'] === name))
    const { msgId } = one.lines().find((line) => line['name'] === name)!
    const { body } = await client.call(
      cluster.ready.brokers[0]!.address,
      {
        code: RequestCode.QUERY_MESSAGE,
        extFields: {
          ...QueryMessageRequestHeader.encode({
            ...{ topic: topicsOf(producer).any, key: String(msgId), maxNum: 32 },
            ...{ beginTimestamp: 0, endTimestamp: Number.MAX_SAFE_INTEGER }
          }),
          [UNIQUE_MSG_QUERY_FLAG]: 'true'
        }
      },
      5000
    )
    const place = toMessageExt(decodeMessage(body!), 'broker-a').offsetMsgId
    const { offsetMsgId } = sent.get(producer)!.find((line) => line['name'] === name)!
    if (offsetMsgId !== undefined) expect(place).toBe(offsetMsgId)
    const found = await admin().viewMessage(place)
    expect(found).toMatchObject({ msgId, offsetMsgId: place, topic: topicsOf(producer).any })
    expect(found.properties).toContainEqual(['name', name])
  })
})
