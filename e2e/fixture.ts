/** One application, one data folder per test; kept on failure with the product's log. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect } from '@playwright/test'
import { createTopic } from '../bench/topic'
import { createAdmin } from '../src/main/admin/admin'
import { systemClock } from '../src/main/base/clock'
import { silentLog } from '../src/main/base/log'
import { systemRandom } from '../src/main/base/random'
import { DefaultMQProducer } from '../src/main/client/defaultMQProducer'
import { MQClientInstance } from '../src/main/client/mqClientInstance'
import { defaultSubscriptionGroupConfig } from '../src/main/protocol/bodies/subscriptionGroup'
import { RemotingClient } from '../src/main/remoting/client'
import { runScript, type Script } from '../tests/compat/node/scripts'
import { hostName, openHost } from './host'
import { App } from './pages/app'

interface Fixtures {
  /** Flags of the engine, e.g. `['--set', 'autoCreateTopicEnable=false']`. */
  flags: string[]
  app: App
  /** Stock `ali-ons` clients in processes of their own, stopped at the end. */
  clients: {
    createTopic(topic: string, queues: number): Promise<void>
    /** Gives a message up after so many retries. */
    createGroup(group: string, retryMaxTimes: number): Promise<void>
    produce(topic: string, count: number, prefix: string): Promise<void>
    /** Messages of `bytes` zeros, one after the other. */
    fill(topic: string, count: number, bytes: number): Promise<void>
    /** Fails a message until it has come `fails` times again. */
    consume(topic: string, group: string, fails?: number): Promise<Script>
  }
}

export const test = base.extend<Fixtures>({
  flags: [['--set', 'autoCreateTopicEnable=false'], { option: true }],
  app: async ({ flags }, use, testInfo) => {
    testInfo.annotations.push({ type: 'host', description: hostName() })
    // A folder as people have them: blanks and Chinese characters in its name.
    const dataDir = mkdtempSync(join(tmpdir(), 'gantry 测试 '))
    const host = await openHost(dataDir, flags)
    await use(new App(host))
    const failed = testInfo.status !== testInfo.expectedStatus
    if (failed) {
      await testInfo.attach('product log', { body: host.log(), contentType: 'text/plain' })
      await testInfo.attach('data folder', { body: dataDir, contentType: 'text/plain' })
    }
    await host.close()
    if (!failed) rmSync(dataDir, { recursive: true, force: true })
    expect(host.pageErrors, 'errors of the page, CSP violations among them').toEqual([])
  },
  clients: async ({ app }, use) => {
    const running: Script[] = []
    const { namesrv, brokerPort } = app.host
    await use({
      createTopic: (topic, queues) => createTopic(brokerPort, topic, queues),
      createGroup: async (group, retryMaxTimes) => {
        const client = new RemotingClient({ clock: systemClock.real, log: silentLog })
        const admin = createAdmin({ client, clock: systemClock, namesrvAddresses: () => [namesrv] })
        await admin.updateSubGroup({ ...defaultSubscriptionGroupConfig(group), retryMaxTimes })
        client.close()
      },
      produce: async (topic, count, prefix) => {
        const script = runScript('aliOnsProducer.cjs', {
          namesrv,
          topic,
          count,
          prefix,
          tags: ['TagA']
        })
        expect(await script.exited).toBe(0)
      },
      fill: async (topic, count, bytes) => {
        const client = new MQClientInstance({
          clock: systemClock,
          random: systemRandom,
          log: silentLog,
          namesrvAddresses: () => [namesrv]
        })
        const producer = new DefaultMQProducer(client, 'PG_fill')
        for (let i = 0; i < count; i++) await producer.send({ topic, body: Buffer.alloc(bytes) })
        client.close()
      },
      consume: async (topic, group, fails = 0) => {
        const script = runScript('aliOnsConsumer.cjs', { namesrv, topic, group, fails, subscription: '*' }) // prettier-ignore
        running.push(script)
        await script.until((lines) => lines.some((line) => line.ready === true))
        return script
      }
    })
    for (const script of running) await script.stop()
  }
})

export { expect }
