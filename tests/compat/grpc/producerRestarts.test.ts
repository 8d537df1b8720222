/** The stock npm producer while brokers and the proxy come and go: nothing acknowledged is lost. */
import { expect, test } from 'vitest'
import type { Producer } from 'rocketmq-client-nodejs'
import { readBack } from './readBack'
import { grpcCluster, type GrpcRig } from './rig'

const SENDERS = 4

/** Sends without end, and counts what was acknowledged. */
class Load {
  readonly acknowledged = new Set<string>()
  private waiters: { count: number; resolve: () => void }[] = []
  private isOver = false
  private readonly senders: Promise<void>[]

  constructor(private readonly producer: Producer) {
    this.senders = Array.from({ length: SENDERS }, (_, i) => this.run(i))
  }

  /** So many more than now. */
  more(count: number): Promise<void> {
    const wanted = this.acknowledged.size + count
    return new Promise((resolve) => this.waiters.push({ count: wanted, resolve }))
  }

  async end(): Promise<void> {
    this.isOver = true
    await Promise.all(this.senders)
  }

  private async run(sender: number): Promise<void> {
    for (let i = 0; !this.isOver; i++) {
      const body = `${sender}-${i}`
      try {
        await this.producer.send({ topic: 'T', body: Buffer.from(body) })
      } catch {
        // Not acknowledged: the next one is another message.
        continue
      }
      this.acknowledged.add(body)
      this.waiters = this.waiters.filter(({ count, resolve }) => {
        if (this.acknowledged.size < count) return true
        resolve()
        return false
      })
    }
  }
}

const underLoad = async (rig: GrpcRig, restart: () => Promise<unknown>): Promise<void> => {
  await rig.topic('T')
  const producer = await rig.npmProducer({ topics: ['T'] })
  const load = new Load(producer)
  await load.more(200)
  for (let i = 0; i < 2; i++) {
    await restart()
    await load.more(200)
  }
  await load.end()
  // Before the proxy that came last goes.
  await producer.shutdown()
  const inbox = await readBack(rig, 'T')
  await inbox.reaches(load.acknowledged.size)
  const isThere = (): boolean => {
    const got = new Set(inbox.bodies)
    return [...load.acknowledged].every((body) => got.has(body))
  }
  // Sent twice, or stored without an answer: more may come than was acknowledged.
  while (!isThere()) await inbox.reaches(inbox.messages.length + 1)
  expect(isThere()).toBe(true)
}

test('the only broker is restarted', async () => {
  const rig = await grpcCluster()
  let broker = await rig.broker()
  await rig.startProxy()
  await underLoad(rig, async () => {
    await broker.stop()
    broker = await rig.broker()
  })
})

test('one of two brokers is gone: the other one takes all, within the same send', async () => {
  const rig = await grpcCluster()
  await rig.broker('broker-a')
  let second = await rig.broker('broker-b')
  await rig.startProxy()
  await underLoad(rig, async () => {
    await second.stop()
    second = await rig.broker('broker-b')
  })
})

test('the proxy is restarted', async () => {
  const rig = await grpcCluster()
  await rig.broker()
  let proxy = await rig.startProxy()
  await underLoad(rig, async () => {
    await proxy.stop()
    proxy = await rig.startProxy()
  })
})
