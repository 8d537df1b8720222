/** `ali-ons` with its keys and without, before a broker that asks who it is. */
import { expect, onTestFinished, test } from 'vitest'
import { createAdmin } from '../../src/main/admin/admin'
import { systemClock } from '../../src/main/base/clock'
import { silentLog } from '../../src/main/base/log'
import { signedWith } from '../../src/main/protocol/aclSignature'
import { RemotingClient } from '../../src/main/remoting/client'
import { startHeadless } from '../headless'
import { runScript } from './node/scripts'

const root = { username: 'root', password: 'root-secret' }
const keys = { accessKeyId: 'alice', accessKeySecret: 'alice-secret' }

test('signed it sends and consumes what its policies allow; unsigned it is refused', async () => {
  const sets = {
    authenticationEnabled: 'true',
    authorizationEnabled: 'true',
    initAuthenticationUser: JSON.stringify(root)
  }
  const args = Object.entries(sets).flatMap(([key, value]) => ['--set', `${key}=${value}`])
  const cluster = await startHeadless({ args })
  onTestFinished(async () => void (await cluster.stop()))
  const [namesrv] = cluster.ready.namesrv
  const { address } = cluster.ready.brokers[0]!
  const client = new RemotingClient({
    ...{ clock: systemClock, log: silentLog },
    beforeRequest: signedWith({ accessKey: root.username, secretKey: root.password })
  })
  onTestFinished(() => client.close())
  const admin = createAdmin({ client, clock: systemClock, namesrvAddresses: () => [namesrv!] })
  await admin.updateTopic({ topicName: 'T', readQueueNums: 1, writeQueueNums: 1, perm: 6 })
  await admin.createUser(address, { username: 'alice', password: keys.accessKeySecret })
  const entry = { sourceIps: [], decision: 'Allow' as const }
  await admin.updateAcl(address, {
    subject: 'User:alice',
    policies: [
      {
        policyType: 'Custom',
        entries: [
          { ...entry, resource: 'Topic:T', actions: ['Pub', 'Sub', 'Get'] },
          { ...entry, resource: 'Group:GID_auth', actions: ['Sub'] }
        ]
      }
    ]
  })
  const common = { namesrv, topic: 'T', tags: ['A'], count: 2 }
  const unsigned = runScript('aliOnsProducer.cjs', { ...common, prefix: 'no' })
  expect(await unsigned.exited).toBe(1)
  // The client keeps to itself what the broker said.
  expect(unsigned.lines.at(-1)?.failed).toContain('still failed')
  const signed = runScript('aliOnsProducer.cjs', { ...common, prefix: 'yes', keys })
  expect(await signed.exited).toBe(0)
  const consumer = runScript('aliOnsConsumer.cjs', {
    ...{ namesrv, topic: 'T', group: 'GID_auth', subscription: '*', keys }
  })
  onTestFinished(async () => void (await consumer.stop()))
  const heard = await consumer.until((lines) => lines.filter(({ body }) => body).length >= 2)
  expect(heard.flatMap(({ body }) => body ?? [])).toEqual(['yes0', 'yes1'])
})
