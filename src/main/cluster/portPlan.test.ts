import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { presetSpec, withPorts } from '../../shared/clusterPresets'
import type { ClusterSpec } from '../../shared/clusterSpec'
import { plannedPorts, portTwins } from '../../shared/portPlan'
import { planPorts } from './portPlan'

const HOST = '127.0.0.1'
const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0))
    await new Promise<void>((done) => server.close(() => done()))
})

const listen = (port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, HOST, () => {
      servers.push(server)
      resolve((server.address() as { port: number }).port)
    })
  })

const plan = (spec: ClusterSpec, ownPorts: readonly number[] = []) =>
  planPorts(spec, {
    host: HOST,
    findHolder: (port) => Promise.resolve(`java (pid ${port})`),
    ownPorts: () => ownPorts
  })

test('every derived port is part of it; ports of 0 are not', () => {
  const spec = { ...presetSpec('2m-noslave'), proxy: { port: 8081 } }
  expect(plannedPorts(spec).map(({ name, use, port }) => `${name} ${use} ${port}`)).toEqual([
    'namesrv-0 listen 9876',
    'broker-a:0 listen 10911',
    'broker-a:0 vip 10909',
    'broker-a:0 ha 10912',
    'broker-b:0 listen 10931',
    'broker-b:0 vip 10929',
    'broker-b:0 ha 10932',
    'proxy proxy 8081'
  ])
  expect(plannedPorts(withPorts(spec, { namesrv: 0, broker: 0 }))).toHaveLength(1)
})

test('two nodes that want one port are told of each other', () => {
  const spec = presetSpec('2m-noslave')
  const [first, second] = spec.brokers
  if (!first || !second) throw new Error('the preset has brokers')
  const close = { ...spec, brokers: [first, { ...second, port: first.port + 1 }] }
  const twins = [...portTwins(plannedPorts(close))]
  expect(twins.map(([a, b]) => `${a.name} ${a.use}, ${b.name} ${b.use}`)).toEqual([
    'broker-b:0 listen, broker-a:0 ha'
  ])
})

describe('a port somebody has', () => {
  test('is told with its holder, and the next free block is offered', async () => {
    const taken = await listen(0)
    const spec = presetSpec('single', { namesrv: 0, broker: taken - 1, grpc: 0 })
    const { ports, free } = await plan(spec)
    expect(ports.find(({ port }) => port === taken)).toMatchObject({
      use: 'ha',
      holder: { kind: 'program', name: `java (pid ${taken})` }
    })
    expect(free).toHaveLength(1)
    const moved = withPorts(spec, { broker: free[0]?.port ?? 0 })
    const again = await plan(moved)
    expect([again.ports.filter(({ holder }) => holder), again.free]).toEqual([[], []])
  })

  test('is none where it is ours: it is given up before', async () => {
    const taken = await listen(0)
    const { ports, free } = await plan(
      presetSpec('single', { namesrv: taken, broker: 0, grpc: 0 }),
      [taken]
    )
    expect(ports).toMatchObject([{ port: taken }])
    expect([ports[0]?.holder, free]).toEqual([undefined, []])
  })
})

test('nodes of one plan are offered ports that do not meet', async () => {
  const spec = presetSpec('2m-2s-async', { namesrv: 0, broker: 0, grpc: 0 })
  const base = await listen(0)
  const same = { ...spec, brokers: spec.brokers.map((broker) => ({ ...broker, port: base })) }
  const { free } = await plan(same)
  const byNode = new Map(free.map(({ node, port }) => [node, port]))
  const moved = {
    ...same,
    brokers: same.brokers.map((b) => ({ ...b, port: byNode.get(`broker-${b.id}`) ?? b.port }))
  }
  expect((await plan(moved)).ports.filter(({ holder }) => holder)).toEqual([])
})
