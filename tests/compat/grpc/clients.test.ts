/** How stock clients come, are seen and go. */
import { expect, test } from 'vitest'
import { ConsumeResult } from 'rocketmq-client-nodejs'
import type { GrpcClientsView } from '../../../src/shared/grpcViews'
import { readJsonBody } from '../../../src/main/protocol/bodies/rocketmqJson'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { grpcCluster, grpcRig } from './rig'

test.each([1, 3, 8])('a producer of %i topics starts', async (count) => {
  const rig = await grpcRig()
  const topics = Array.from({ length: count }, (_, i) => `T${i}`)
  for (const topic of topics) await rig.topic(topic)
  const producer = await rig.npmProducer({ topics })
  for (const topic of topics) {
    const receipt = await producer.send({ topic, body: Buffer.from(topic) })
    expect(receipt.messageId).toMatch(/^[0-9A-F]{34}$/)
  }
})

test('a producer of an unknown topic does not start', async () => {
  const rig = await grpcRig()
  await expect(rig.npmProducer({ topics: ['Nowhere'] })).rejects.toThrow(
    'Failed to fetch topic routes'
  )
})

test('clients of every kind are seen with what they said, and are gone after their goodbye', async () => {
  const rig = await grpcCluster()
  await rig.broker()
  let view: GrpcClientsView = { clients: [], total: 0 }
  let wake: () => void = () => undefined
  await rig.startProxy(
    {},
    {
      onClients: (clients) => {
        view = clients
        wake()
      }
    }
  )
  const until = async (isRight: () => boolean): Promise<void> => {
    while (!isRight()) await new Promise<void>((resolve) => (wake = resolve))
  }
  await rig.topic('T')
  const producer = await rig.npmProducer({ topics: ['T'] })
  const simple = await rig.npmSimple({ consumerGroup: 'S', subscriptions: new Map([['T', '*']]) })
  const push = await rig.npmPush({
    consumerGroup: 'P',
    subscriptions: new Map([['T', '*']]),
    messageListener: { consume: () => Promise.resolve(ConsumeResult.SUCCESS) }
  })
  await until(() => view.total === 3)
  const of = (kind: string) => view.clients.find((client) => client.kind === kind)
  const said = { language: 'NODE_JS', version: '1.0.8', isTls: false, topics: ['T'] }
  expect(of('PRODUCER')).toMatchObject(said)
  expect(of('SIMPLE_CONSUMER')).toMatchObject({ ...said, group: 'S' })
  expect(of('PUSH_CONSUMER')).toMatchObject({ ...said, group: 'P' })
  for (const group of ['S', 'P']) {
    const members = await rig.admin.examineConsumerConnectionInfo(group)
    expect(members?.connections).toMatchObject([{ language: 'NODE_JS' }])
  }
  await simple.shutdown()
  await push.shutdown()
  await producer.shutdown()
  await until(() => view.total === 0)
})

/** A push consumer of the topic T, and what asks it through the broker. */
const questioned = async () => {
  const rig = await grpcCluster()
  const { address } = await rig.broker()
  await rig.startProxy()
  await rig.topic('T')
  const push = await rig.npmPush({
    consumerGroup: 'P',
    subscriptions: new Map([['T', '*']]),
    messageListener: { consume: () => Promise.resolve(ConsumeResult.SUCCESS) }
  })
  const { remoting } = rig.client()
  const ids = { consumerGroup: 'P', clientId: push.getClientId() }
  const ask = (code: number, extFields: Record<string, string>) =>
    remoting.invoke(address, { code, extFields: { ...ids, ...extFields } }, 10_000)
  return { rig, ask }
}

test('a broker asks a client for its stack, and it answers by Telemetry', async () => {
  const { ask } = await questioned()
  const answer = await ask(RequestCode.GET_CONSUMER_RUNNING_INFO, { jstackEnable: 'true' })
  expect(readJsonBody(answer.body!, 'running info')).toMatchObject({
    // What the npm client says of its stack.
    jstack: 'mock stack',
    properties: { PROP_CONSUME_TYPE: 'CONSUME_PASSIVELY', PROP_CLIENT_VERSION: '1.0.8' },
    subscriptionSet: [{ topic: 'T', subString: '*' }]
  })
})

test('a message is put to one client, and its answer is told', async () => {
  const { rig, ask } = await questioned()
  const producer = await rig.producer()
  const { offsetMsgId } = await producer.send({ topic: 'T', body: Buffer.from('again') })
  const answer = await ask(RequestCode.CONSUME_MESSAGE_DIRECTLY, { msgId: offsetMsgId })
  // The npm client answers NOT_IMPLEMENTED.
  expect(readJsonBody(answer.body!, 'result')).toMatchObject({
    consumeResult: 'CR_THROW_EXCEPTION'
  })
})
