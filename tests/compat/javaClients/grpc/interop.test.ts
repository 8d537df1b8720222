// Each of four stock clients sends, over remoting or gRPC, and each of them receives.
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import {
  type Consumption,
  groupsOf,
  nodeParties,
  type Party,
  planFile,
  subscriptionsOf
} from '../../grpc/interopParties'
import { countOf, expectSame, type Line, planOf, topicsOf } from '../../grpc/interopPlan'
import { startAdminShell } from '../adminShell'
import { type Driver, startDriver } from '../driver'
import { type GrpcRig, startGrpcRig } from './rig'

const NAMES = ['aliOns', 'javaRemoting', 'npmGrpc', 'javaGrpc']

const javaParty = (
  name: string,
  seesAllProperties: boolean,
  drive: (scenario: string, properties: Record<string, string>) => Driver
): Party => ({
  name,
  seesAllProperties,
  produce: async () => {
    const driver = drive('interopProduce', { plan: planFile(name) })
    const rows = await driver.rows('interopProduce')
    await driver.stop()
    return rows
  },
  consume: async (producers) => {
    const { any, orderly } = subscriptionsOf(name, producers)
    const driver = drive('interopConsume', {
      ...{ 'any.group': any.group, 'any.topics': any.topics.join(',') },
      ...{ 'orderly.group': orderly.group, 'orderly.topics': orderly.topics.join(',') }
    })
    let lines: readonly Line[] = await driver.rows('interopConsume')
    return {
      lines: () => lines,
      until: async (accept) => {
        lines = await driver.heard('interopConsume', accept)
      },
      stop: () => driver.stop()
    }
  }
})

const javaParties = (rig: GrpcRig): Party[] => [
  javaParty(
    'javaRemoting',
    true,
    (scenario, properties) =>
    startDriver({ line: 'client-5.3', cluster: rig.cluster, prefix: 'interop', scenarios: [scenario], properties }) // prettier-ignore
  ),
  javaParty('javaGrpc', false, (scenario, properties) =>
    rig.drive({ prefix: 'interop', scenarios: [scenario], properties })
  )
]

/** An id of a place is the address of the store and the offset in its log, in hexadecimal digits. */
function offsetIdOf(said: string): string {
  const [, host = '', port] = /Store Host:\s+([\d.]+):(\d+)/.exec(said) ?? []
  const offset = /CommitLog Offset:\s+(\d+)/.exec(said)?.[1]
  const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0') // prettier-ignore
  const address = host.split('.').map((byte) => hex(Number(byte), 2))
  return [...address, hex(Number(port), 8), hex(Number(offset), 16)].join('')
}

describe.skipIf(inject('hindrance'))('four stock clients of one cluster', () => {
  let rig: GrpcRig
  let parties: Party[]
  const sent = new Map<string, readonly Line[]>()
  const consumptions = new Map<string, Consumption>()

  beforeAll(async () => {
    rig = await startGrpcRig()
    for (const name of NAMES) {
      const { any, orderly } = topicsOf(name)
      await rig.topic(any, { type: 'MIXED' })
      // ali-ons chooses queues itself: its order needs a topic of one queue.
      await rig.topic(orderly, { type: 'FIFO', queues: name === 'aliOns' ? 1 : 4 })
      const groups = groupsOf(name)
      await rig.group(groups.any)
      await rig.group(groups.orderly, { isOrderly: true })
    }
    const all = [...nodeParties(rig.cluster.namesrv, rig.endpoints), ...javaParties(rig)]
    parties = NAMES.map((name) => all.find((party) => party.name === name)!)
    for (const party of parties) consumptions.set(party.name, await party.consume(NAMES))
    for (const party of parties) sent.set(party.name, await party.produce())
  })

  afterAll(async () => {
    for (const consumption of consumptions.values()) await consumption.stop()
    await rig?.stop()
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

    test('mqadmin finds by the id that its producer was given, and by the id of its place', async () => {
      const { any } = topicsOf(producer)
      const name = `${producer} dressed`
      const one = consumptions.get('javaGrpc')!
      await one.until((lines) => lines.some((line) => line['name'] === name))
      const { msgId } = one.lines().find((line) => line['name'] === name)!
      // This command keeps a client that has ended: a second run in the same JVM finds no nameserver.
      const once = startAdminShell('client-5.3', rig.cluster.namesrv)
      const byUniqueId = await once.run('queryMsgByUniqueKey', '-t', any, '-i', String(msgId))
      await once.stop()
      const offsetId = offsetIdOf(byUniqueId)
      const { offsetMsgId } = sent.get(producer)!.find((line) => line['name'] === name)!
      if (offsetMsgId !== undefined) expect(offsetId).toBe(offsetMsgId)
      const byOffsetId = await rig.admin.run('queryMsgById', '-t', any, '-i', offsetId)
      for (const said of [byUniqueId, byOffsetId]) {
        expect(said).toContain(`${producer}-1 ${producer}-2`)
        expect(said).toContain('TagB')
        expect(said).toContain('红色')
      }
    })
  })
})
