/** A supervisor whose cluster changes while it runs, or gives way to another. */
import { describe, expect, test } from 'vitest'
import { presetSpec } from '../../shared/clusterPresets'
import type { ClusterSpec } from '../../shared/clusterSpec'
import { BROKER, planOf, setUp, withoutProxy } from './supervisor.fixture'

const single = withoutProxy(presetSpec('single'))
const [master] = single.brokers
if (!master) throw new Error('the preset has a broker')

const second = { ...master, id: 1, name: 'broker-b', port: 10_931 }
const two: ClusterSpec = { ...single, brokers: [master, second] }

const rig = async () => {
  const rigged = setUp()
  await rigged.running()
  const { supervisor, threads, answering } = rigged
  const states = () =>
    supervisor.brokerStatuses().map(({ id, state }): [string, string] => [id, state])
  const spawned = (): number => threads.length
  return { ...rigged, supervisor, answering, states, spawned }
}

describe('nodes of a cluster that runs', () => {
  test('one that is added starts, the others stay as they are', async () => {
    const { supervisor, answering, states, spawned } = await rig()
    const applying = supervisor.apply(two)
    await answering(1)
    await applying
    expect(states()).toEqual([
      [BROKER, 'running'],
      ['broker-b:0', 'running']
    ])
    expect(spawned()).toBe(3)
    expect(supervisor.plan.spec).toEqual(two)
  })

  test('one that is removed stops and is gone', async () => {
    const { supervisor, thread, threads, answering, states } = await rig()
    const applying = supervisor.apply(two)
    await answering(1)
    await applying
    const removing = supervisor.apply({ ...two, brokers: [second] })
    const first = threads[1]?.thread
    await first?.received('stop')
    first?.say({ kind: 'stopped' })
    await removing
    expect(first?.isKilled).toBe(true)
    expect(thread('broker').isKilled).toBe(false)
    expect(states()).toEqual([['broker-b:0', 'running']])
    expect(() => supervisor.brokerStatusOf(BROKER)).toThrow('no node broker-a:0')
  })

  test('one that changes ends and starts again with what it is now', async () => {
    const { supervisor, thread, answering } = await rig()
    const applying = supervisor.apply({ ...single, brokers: [{ ...master, port: 20_911 }] })
    await answering(1)
    await applying
    expect(thread('broker').heard[0]).toMatchObject({
      options: { properties: { listenPort: '20911' }, folder: '/data/nodes/broker-0' }
    })
    expect(supervisor.nameserverStatuses()).toMatchObject([{ state: 'running' }])
  })

  test('one that did not run stays stopped when it changes', async () => {
    const { supervisor, answering, states } = await rig()
    const stopping = supervisor.stopNode(BROKER)
    await answering(0)
    await stopping
    await supervisor.apply({ ...single, brokers: [{ ...master, port: 20_911 }] })
    expect(states()).toEqual([[BROKER, 'stopped']])
  })

  test('brokers are told of a nameserver that is added', async () => {
    const { supervisor, thread, answering } = await rig()
    const nameservers = [...single.nameservers, { id: 1, port: 9877 }]
    const applying = supervisor.apply({ ...single, nameservers })
    await answering(2)
    await applying
    expect(thread('broker').heard[0]).toMatchObject({
      options: { properties: { namesrvAddr: '127.0.0.1:9876;127.0.0.1:9877' } }
    })
  })
})

describe('another cluster', () => {
  test('takes the place of the one that runs, with folders, properties and clock of its own', async () => {
    const { supervisor, docs, clock, thread, threads, answering } = await rig()
    docs.set(`2/${BROKER}`, { id: BROKER, properties: [['maxMessageSize', '2048']] })
    const clockMemory = { aheadMs: 5000, keep: () => Promise.resolve() }
    const time = supervisor.clusterClock.time
    const replaced: number[] = []
    supervisor.replaced.on(({ number }) => replaced.push(number))
    const running = supervisor.run({ ...planOf(single, 2), clockMemory })
    await answering(2)
    await running
    expect(threads.slice(0, 2).every((entry) => entry.thread.isKilled)).toBe(true)
    expect(thread('broker').heard.find(({ kind }) => kind === 'start')).toMatchObject({
      options: { folder: '/data/clusters/2/nodes/broker-0', properties: { maxMessageSize: '2048' } }
    })
    expect(replaced).toEqual([2])
    expect(time.now()).toBe(clock.now() + 5000)
  })

  test('is told by addresses once its nameservers have their ports', async () => {
    const { supervisor, answering } = await rig()
    const anywhere = withoutProxy(presetSpec('single', { namesrv: 0, broker: 0, grpc: 0 }))
    const running = supervisor.run(planOf(anywhere, 2))
    let isSettled = false
    void supervisor.settled.then(() => (isSettled = true))
    await Promise.resolve()
    expect(isSettled).toBe(false)
    await answering(2)
    await running
    await supervisor.settled
    expect(supervisor.namesrvAddresses()[0]).not.toBe('127.0.0.1:0')
  })
})
