import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { silentLog } from '../../../src/main/base/log'
import { readRegisterBrokerBody } from '../../../src/main/protocol/bodies/topicConfig'
import { RequestCode, requestCodeName } from '../../../src/main/protocol/codes/requestCode'
import { decodeFrame } from '../../../src/main/protocol/frame'
import { bodyCrc32 } from '../../../src/main/protocol/message/messageCodec'
import { success, type RemotingCommand } from '../../../src/main/protocol/remotingCommand'
import { RemotingServer } from '../../../src/main/remoting/server'
import { parseJson } from '../../../src/main/protocol/bodies/rocketmqJson'
import { loadFrames } from '../../fixtures/load'
import { BrokerTestbed, consumerData } from './brokerTestbed'

let bed: BrokerTestbed
let nameservers: FakeNameserver[]
beforeEach(() => {
  bed = new BrokerTestbed()
  nameservers = []
})
afterEach(async () => {
  await bed.dispose()
  for (const nameserver of nameservers) await nameserver.close()
})

/** Takes registrations and remembers them. */
class FakeNameserver {
  readonly heard: RemotingCommand[] = []
  private readonly waiting: (() => void)[] = []
  private readonly server: RemotingServer

  constructor(port: number) {
    this.server = new RemotingServer({
      clock: bed.clock,
      log: silentLog,
      host: '127.0.0.1',
      port,
      handler: (command) => {
        this.heard.push(command)
        for (const wake of this.waiting.splice(0)) wake()
        return success
      }
    })
    nameservers.push(this)
  }

  async listen(): Promise<this> {
    await this.server.listen()
    return this
  }

  get port(): number {
    return this.server.port
  }

  get topics(): string[] {
    const last = this.heard.filter(({ code }) => code === RequestCode.REGISTER_BROKER).at(-1)
    return [...readRegisterBrokerBody(last?.body ?? Buffer.alloc(0), false).topicConfigTable.keys()]
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.waiting.push(resolve))
  }

  close(): Promise<void> {
    return this.server.close()
  }
}

const nameserver = (port = 0): Promise<FakeNameserver> => new FakeNameserver(port).listen()

const addressesOf = (...all: FakeNameserver[]): string =>
  all.map(({ port }) => `127.0.0.1:${port}`).join(';')

describe('a broker registers', () => {
  test('with every nameserver before it counts as started, and takes its leave when it stops', async () => {
    const both = [await nameserver(), await nameserver()] as const
    const broker = await bed.start({ namesrvAddr: addressesOf(...both) })
    for (const { heard } of both)
      expect(heard.map(({ code }) => requestCodeName(code))).toEqual(['REGISTER_BROKER'])
    await broker.stop()
    for (const { heard } of both) {
      expect(requestCodeName(heard.at(-1)?.code ?? 0)).toBe('UNREGISTER_BROKER')
      expect(heard.at(-1)?.extFields).toEqual({
        ...{ brokerName: 'broker-a', brokerAddr: broker.address },
        ...{ clusterName: 'DefaultCluster', brokerId: '0' }
      })
    }
  })

  test('with the fields and the topics of a stock 5.3 broker', async () => {
    const recorded = loadFrames().find((f) => f.code === 'REGISTER_BROKER' && f.variant === '' && f.client === 'java53x') // prettier-ignore
    const stock = decodeFrame(recorded!.bytes.subarray(4))
    const ns = await nameserver()
    await bed.start({ namesrvAddr: addressesOf(ns) })
    const ours = ns.heard[0]!
    expect(Object.keys(ours.extFields).sort()).toEqual(Object.keys(stock.extFields).sort())
    expect(ours.extFields.bodyCrc32).toBe(String(bodyCrc32(ours.body!)))
    const tables = [ours, stock].map(({ body }) => readRegisterBrokerBody(body!, false))
    const sorted = tables.map(({ topicConfigTable }) =>
      [...topicConfigTable.values()].sort((a, b) => (a.topicName < b.topicName ? -1 : 1))
    )
    expect(sorted[0]).toEqual(sorted[1])
    const keys = [ours, stock].map(({ body }) => {
      const json = parseJson(body!.toString()) as { topicConfigSerializeWrapper: object }
      return [Object.keys(json).sort(), Object.keys(json.topicConfigSerializeWrapper).sort()]
    })
    expect(keys[0]).toEqual(keys[1])
  })

  test('each registerNameServerPeriod', async () => {
    const ns = await nameserver()
    await bed.start({ namesrvAddr: addressesOf(ns), registerNameServerPeriod: '10000' })
    bed.clock.advance(10_000)
    await ns.until(() => ns.heard.length === 2)
    bed.clock.advance(10_000)
    await ns.until(() => ns.heard.length === 3)
  })

  test.each([
    ['a topic made by a first message', 'T', (client: ReturnType<BrokerTestbed['client']>) => client.send('T', 'x')],
    ['the retry topic of a first heartbeat', '%RETRY%CG', (client: ReturnType<BrokerTestbed['client']>) => client.heartbeat('c1', [consumerData('CG', 'T')])]
  ])('at once with %s', async (_name, topic, act) => {
    const ns = await nameserver()
    const client = bed.client(await bed.start({ namesrvAddr: addressesOf(ns) }))
    await act(client)
    await ns.until(() => ns.topics.includes(topic))
  }) // prettier-ignore

  test('before it answers the tool that made a topic', async () => {
    const ns = await nameserver()
    const client = bed.client(await bed.start({ namesrvAddr: addressesOf(ns) }))
    await client.body(RequestCode.UPDATE_AND_CREATE_TOPIC, {
      ...{ topic: 'T', defaultTopic: 'TBW102', readQueueNums: 1, writeQueueNums: 1 },
      ...{ perm: 6, topicFilterType: 'SINGLE_TAG', topicSysFlag: 0, order: false }
    })
    expect(ns.topics).toContain('T')
    await client.body(RequestCode.DELETE_TOPIC_IN_BROKER, { topic: 'T' })
    expect(ns.topics).not.toContain('T')
  })

  test('with the permission it has left', async () => {
    const ns = await nameserver()
    const client = bed.client(await bed.start({ namesrvAddr: addressesOf(ns) }))
    await client.body(RequestCode.UPDATE_BROKER_CONFIG, {}, Buffer.from('brokerPermission=4'))
    const { topicConfigTable } = readRegisterBrokerBody(ns.heard.at(-1)!.body!, false)
    expect(topicConfigTable.get('BenchmarkTest')?.perm).toBe(4)
  })
})

describe('a nameserver that is away', () => {
  test('does not keep the broker from starting or answering, and gets its registration when it comes', async () => {
    const gone = await nameserver()
    const { port } = gone
    await gone.close()
    const client = bed.client(await bed.start({ namesrvAddr: `127.0.0.1:${port}` }))
    expect((await client.heartbeat('c1', [consumerData('CG', 'T')])).code).toBe(0)
    const back = await nameserver(port)
    bed.clock.advance(500)
    await back.until(() => back.topics.includes('%RETRY%CG'))
  })

  test('is registered with again half a second after it came back', async () => {
    const ns = await nameserver()
    await bed.start({ namesrvAddr: addressesOf(ns) })
    const { port } = ns
    await ns.close()
    const back = await nameserver(port)
    await bed.untilLogged(/cannot register/)
    bed.clock.advance(499)
    expect(back.heard).toEqual([])
    bed.clock.advance(1)
    await back.until(() => back.topics.includes('TBW102'))
  })
})
