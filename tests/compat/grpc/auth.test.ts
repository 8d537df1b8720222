/** A proxy before brokers that ask who it is: the stock npm client with and without its keys. */
import { expect, test } from 'vitest'
import type { SessionCredentials } from 'rocketmq-client-nodejs'
import { Heard } from './pushRig'
import { grpcCluster } from './rig'

const inner = { accessKey: 'node', secretKey: 'node-secret' }
const on = { authenticationEnabled: 'true', authorizationEnabled: 'true' }
const alice: SessionCredentials = { accessKey: 'alice', accessSecret: 'alice-secret' }

/** Users and topics are made while anybody may; then brokers and proxy ask. */
const guardedCluster = async () => {
  const rig = await grpcCluster()
  const broker = await rig.broker('broker-a', {
    innerClientAuthenticationCredentials: JSON.stringify(inner)
  })
  const { address } = broker
  await rig.topic('T')
  await rig.topic('S')
  await rig.group('G')
  await rig.admin.createUser(address, { username: 'alice', password: alice.accessSecret })
  await rig.admin.updateAcl(address, {
    subject: 'User:alice',
    policies: [
      {
        policyType: 'Custom',
        entries: [
          { resource: 'Topic:T', actions: ['Pub', 'Sub'], sourceIps: [], decision: 'Allow' },
          { resource: 'Group:G', actions: ['Sub'], sourceIps: ['127.0.0.1'], decision: 'Allow' }
        ]
      }
    ]
  })
  await rig.admin.updateBrokerConfig(address, new Map(Object.entries(on)))
  await rig.startProxy({ ...on, innerClientAuthenticationCredentials: JSON.stringify(inner) })
  return rig
}

test('with its keys it sends and receives what its policies allow', async () => {
  const rig = await guardedCluster()
  const producer = await rig.npmProducer({ topics: ['T'], sessionCredentials: alice })
  const heard = new Heard()
  await rig.npmPush({
    consumerGroup: 'G',
    subscriptions: new Map([['T', '*']]),
    sessionCredentials: alice,
    messageListener: { consume: heard.consume }
  })
  await producer.send({ topic: 'T', body: Buffer.from('signed') })
  await heard.count(1)
  expect(heard.bodies).toEqual(['signed'])
  await expect(producer.send({ topic: 'S', body: Buffer.from('no') })).rejects.toThrow(
    'User:alice has no permission to access Topic:S from 127.0.0.1, no matched policies.'
  )
})

test.each([
  ['without keys', undefined, 'signed calls only'],
  ['with another secret', { accessKey: 'alice', accessSecret: 'wrong' }, 'its secret is wrong'],
  ['as nobody', { accessKey: 'eve', accessSecret: 'e' }, 'its secret is wrong']
])('%s it is refused', async (_name, sessionCredentials, why) => {
  const rig = await guardedCluster()
  const producer = await rig.npmProducer({
    ...(sessionCredentials && { sessionCredentials })
  })
  await expect(producer.send({ topic: 'T', body: Buffer.from('no') })).rejects.toThrow(why)
})
