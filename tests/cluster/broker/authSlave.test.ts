/** Users on a master and its slave: both ask who it is, and the slave lets in whom its master lets in. */
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../../src/main/base/clock'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { until } from '../client/cluster'
import { brokerSet } from './brokerSets'
import { TestClient } from './brokerTestbed'

const inner = { accessKey: 'node', secretKey: 'node-secret' }
const auth = {
  authenticationEnabled: 'true',
  authorizationEnabled: 'true',
  innerClientAuthenticationCredentials: JSON.stringify(inner)
}

test('a slave with credentials follows a master that asks for them, with its users and policies', async () => {
  const { startMaster, startSlave } = await brokerSet()
  const [master, slave] = [await startMaster(auth), await startSlave(auth)]
  const as = (address: string, who: typeof inner): TestClient => {
    const client = new TestClient(systemClock, address, who)
    onTestFinished(() => client.close())
    return client
  }
  const atMaster = as(master.address, inner)
  await atMaster.send('T', 'x', { queueNums: 3 })
  await atMaster.ask(RequestCode.AUTH_CREATE_USER, { username: 'alice' }, { password: 'a' })
  const subject = 'User:alice'
  const entries = [{ resource: 'Topic:T', actions: ['Get'], decision: 'Allow' }]
  await atMaster.ask(RequestCode.AUTH_CREATE_ACL, { subject }, { policies: [{ entries }] })
  const alice = as(slave.address, { accessKey: 'alice', secretKey: 'a' })
  const config = () => alice.ask(RequestCode.GET_TOPIC_CONFIG, { topic: 'T' })
  expect((await until(config, ({ code }) => code === 0)).code).toBe(0)
  await atMaster.ask(RequestCode.AUTH_DELETE_USER, { username: 'alice' })
  const refused = await until(config, ({ code }) => code === 16)
  expect(refused.remark).toBe('User:alice is not found.')
})
