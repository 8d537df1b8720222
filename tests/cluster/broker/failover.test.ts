/** A master goes and comes back: producers use the other one, consumers go on from its slave. */
import { expect, test } from 'vitest'
import { Inbox, testCluster, until } from '../client/cluster'

const numbered = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`)

const missing = (wanted: readonly string[], inbox: Inbox): string[] => {
  const got = new Set(inbox.bodies)
  return wanted.filter((body) => !got.has(body))
}

/** Two masters that wait for their slaves. */
const twoSets = async () => {
  const cluster = await testCluster()
  const common = { gantrySlaveSyncInterval: '50', defaultTopicQueueNums: '4' }
  const startMaster = (name: string) => cluster.broker(name, { ...common, brokerRole: 'SYNC_MASTER' }) // prettier-ignore
  const startSlave = (name: string) =>
    cluster.broker(`${name}-s`, { ...common, brokerName: name, brokerRole: 'SLAVE', brokerId: '1' })
  const masters = [await startMaster('broker-a'), await startMaster('broker-b')] as const
  await startSlave('broker-a')
  await startSlave('broker-b')
  return { cluster, masters, startMaster }
}

test('nothing is lost while one of two masters is away, and what it had is read from its slave', async () => {
  const { cluster, masters, startMaster } = await twoSets()
  await cluster.admin.updateTopic({ topicName: 'T', readQueueNums: 2, writeQueueNums: 2, perm: 6 })
  const producer = await cluster.producer()
  const send = async (bodies: readonly string[], by = producer): Promise<string[]> => {
    const brokers: string[] = []
    for (const body of bodies) {
      const { messageQueue } = await by.send({ topic: 'T', body: Buffer.from(body) })
      brokers.push(messageQueue.brokerName)
    }
    return brokers
  }
  const before = numbered('before ', 40)
  expect(new Set(await send(before))).toEqual(new Set(['broker-a', 'broker-b']))

  await masters[0].stop()
  const inbox = new Inbox()
  await cluster.consumer({ group: 'CG', subscription: [['T', '*']], listener: inbox.listener })
  const away = numbered('away ', 40)
  expect(new Set(await send(away))).toEqual(new Set(['broker-b']))
  await inbox.reaches(80)
  expect(missing([...before, ...away], inbox)).toEqual([])

  await startMaster('broker-a')
  // One that starts now knows the route as it is.
  const again = await cluster.producer()
  const back = numbered('back ', 40)
  expect(new Set(await send(back, again))).toEqual(new Set(['broker-a', 'broker-b']))
  await until(
    async () => {
      await cluster.admin.listBrokers()
      return missing(back, inbox)
    },
    (left) => left.length === 0
  )
})
