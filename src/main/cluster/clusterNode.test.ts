import { describe, expect, test } from 'vitest'
import { ManualClock } from '../base/clock'
import { silentLog } from '../base/log'
import { REAL_TIME, type ClockSetting } from '../base/virtualClock'
import { CLOCK_TIMEOUT_MS, ClusterNode, START_TIMEOUT_MS, STOP_TIMEOUT_MS } from './clusterNode'
import type { NamesrvStart } from './control'
import { FakeThread, startedMessage } from './fakeThread.fixture'

const options: NamesrvStart = { kind: 'namesrv', host: '127.0.0.1', port: 9876, folder: '/n' }

const setUp = (clockSetting: () => ClockSetting | undefined = () => undefined) => {
  const clock = new ManualClock()
  const threads: FakeThread[] = []
  const node = new ClusterNode<NamesrvStart>({
    kind: 'namesrv',
    id: () => 'namesrv:9876',
    spawn: () => {
      const thread = new FakeThread()
      threads.push(thread)
      return thread
    },
    clock,
    clockSetting,
    log: silentLog
  })
  const states: string[] = []
  node.changed.on(() => states.push(node.state))
  const thread = (index = 0): FakeThread => {
    const found = threads[index]
    if (!found) throw new Error(`thread ${index} was not spawned`)
    return found
  }
  const running = async (): Promise<void> => {
    const starting = node.start(options)
    await thread(threads.length - 1).received('start')
    thread(threads.length - 1).say(startedMessage)
    await starting
  }
  return { clock, node, states, thread, threads, running }
}

describe('a start', () => {
  test('hands the options over and ends with what the node answered', async () => {
    const { node, states, thread, running } = setUp()
    await running()
    expect(thread().heard).toEqual([{ kind: 'start', options }])
    expect(states).toEqual(['starting', 'running'])
    expect(node.started?.address).toBe('127.0.0.1:9876')
  })

  test('spawns before its options are there, so that loading is not waited for', async () => {
    const { node, threads, thread } = setUp()
    let give: (value: NamesrvStart) => void = () => undefined
    const starting = node.start(new Promise((resolve) => (give = resolve)))
    expect(threads).toHaveLength(1)
    expect(thread().heard).toEqual([])
    give(options)
    await thread().received('start')
    thread().say(startedMessage)
    await starting
    expect(node.state).toBe('running')
  })

  test('that fails leaves the node stopped, with the problem, and its thread ended', async () => {
    const { node, thread } = setUp()
    const starting = node.start(options)
    await thread().received('start')
    const problem = { code: 'PORT_IN_USE', message: 'taken', params: { port: 9876, holder: '' } }
    thread().say({ kind: 'failed', problem })
    await expect(starting).rejects.toMatchObject({ code: 'PORT_IN_USE', params: { port: 9876 } })
    expect(node.state).toBe('stopped')
    expect(node.problem).toEqual(problem)
    expect(thread().isKilled).toBe(true)
  })

  test('whose options cannot be had fails with their reason', async () => {
    const { node, thread } = setUp()
    await expect(node.start(Promise.reject(new Error('no nameserver')))).rejects.toThrow(
      'no nameserver'
    )
    expect(node.state).toBe('stopped')
    expect(thread().isKilled).toBe(true)
  })

  test('without an answer ends after its limit', async () => {
    const { clock, node, thread } = setUp()
    const starting = node.start(options)
    await thread().received('start')
    clock.advance(START_TIMEOUT_MS)
    await expect(starting).rejects.toMatchObject({ code: 'TIMEOUT' })
    expect(node.state).toBe('stopped')
  })

  test('during which the thread dies fails, and the node has crashed', async () => {
    const { node, thread } = setUp()
    const starting = node.start(options)
    await thread().received('start')
    thread().die(new Error('out of memory'))
    await expect(starting).rejects.toMatchObject({ code: 'NODE_CRASHED' })
    expect(node.state).toBe('crashed')
  })

  test('of a running node does nothing', async () => {
    const { node, threads, running } = setUp()
    await running()
    await node.start(options)
    expect(threads).toHaveLength(1)
  })

  test('is refused while another one is under way', async () => {
    const { node, thread } = setUp()
    const first = node.start(options)
    await expect(node.start(options)).rejects.toMatchObject({ code: 'NODE_BUSY' })
    await expect(node.stop()).rejects.toMatchObject({ code: 'NODE_BUSY' })
    await thread().received('start')
    thread().say(startedMessage)
    await first
  })
})

describe('a stop', () => {
  test('asks the node, waits for its word and ends the thread', async () => {
    const { node, states, thread, running } = setUp()
    await running()
    const stopping = node.stop()
    await thread().received('stop')
    expect(thread().isKilled).toBe(false)
    thread().say({ kind: 'stopped' })
    await stopping
    expect(thread().isKilled).toBe(true)
    expect(states).toEqual(['starting', 'running', 'stopping', 'stopped'])
    expect(node.problem).toBeUndefined()
  })

  test('of a node that does not answer ends it after the limit', async () => {
    const { clock, node, thread, running } = setUp()
    await running()
    const stopping = node.stop()
    await thread().received('stop')
    clock.advance(STOP_TIMEOUT_MS)
    await stopping
    expect(thread().isKilled).toBe(true)
    expect(node.state).toBe('stopped')
  })

  test('of a node that does not run does nothing', async () => {
    const { node, threads } = setUp()
    await node.stop()
    expect(threads).toHaveLength(0)
  })

  test('at the end of all also ends a start that is under way', async () => {
    const { node, thread } = setUp()
    const starting = node.start(options)
    await thread().received('start')
    const ending = node.shutDown()
    thread().say({ kind: 'stopped' })
    await ending
    await expect(starting).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })
    expect(node.state).toBe('stopped')
  })
})

describe('a node that ends by itself', () => {
  test('has crashed, says so once, and can be started again', async () => {
    const { node, thread, running } = setUp()
    const crashes: unknown[] = []
    node.crashed.on((problem) => crashes.push(problem.params))
    await running()
    thread().die(new Error('boom'))
    await thread().exited
    await Promise.resolve()
    expect(node.state).toBe('crashed')
    expect(crashes).toEqual([{ id: 'namesrv:9876', reason: 'boom' }])
    await running()
    expect(node.state).toBe('running')
    expect(node.problem).toBeUndefined()
  })

  test('is forgotten with its rates', async () => {
    const { node, thread, running } = setUp()
    await running()
    thread().say({ kind: 'stats', stats: { ...zeroStats, produced: 5 } })
    expect(node.stats?.produced).toBe(5)
    await node.kill()
    expect(node.stats).toBeUndefined()
    expect(node.state).toBe('crashed')
  })

  test('that was killed on purpose is no news', async () => {
    const { node, running } = setUp()
    const crashes: unknown[] = []
    node.crashed.on((problem) => crashes.push(problem))
    await running()
    await node.kill()
    expect(crashes).toEqual([])
  })
})

const zeroStats = {
  produced: 0,
  producedBytes: 0,
  consumed: 0,
  consumedBytes: 0,
  produceTps: 0,
  consumeTps: 0,
  producedToday: 0,
  consumedToday: 0
}

describe('the clock', () => {
  const setting = { since: 1, shows: 2, rate: 60, paused: false }

  test('is told to a running node, which says when it has followed', async () => {
    const { node, thread, running } = setUp()
    await running()
    const shown = node.showClock(setting)
    expect(thread().heard.at(-1)).toEqual({ kind: 'clock', setting, id: 1 })
    thread().say({ kind: 'clock', id: 0, nextDue: 5 })
    thread().say({ kind: 'clock', id: 1, nextDue: 17 })
    expect(await shown).toBe(17)
  })

  test('waits for no node that is not there, dies, or does not answer', async () => {
    const { node, clock, thread, running } = setUp()
    expect(await node.showClock(setting)).toBe(Infinity)
    await running()
    const unanswered = node.showClock(setting)
    clock.advance(CLOCK_TIMEOUT_MS)
    expect(await unanswered).toBe(Infinity)
    const orphaned = node.showClock(setting)
    thread().die(new Error('out of memory'))
    expect(await orphaned).toBe(Infinity)
  })

  test('is known to a node before it starts', async () => {
    const { thread, running } = setUp(() => setting)
    await running()
    expect(thread().heard.map(({ kind }) => kind)).toEqual(['clock', 'start'])
  })
})

describe('a frozen node', () => {
  const setting = { since: 1, shows: 2, rate: 60, paused: false }

  test('stands still until it is thawed, and its figures with it', async () => {
    const { node, thread, running } = setUp()
    await running()
    node.freeze()
    thread().say({ kind: 'stats', stats: zeroStats })
    expect([thread().isFrozen, node.isFrozen, node.stats]).toEqual([true, true, undefined])
    node.thaw()
    expect([thread().isFrozen, node.isFrozen]).toEqual([false, false])
  })

  test('holds up no clock, also one that waits for it already', async () => {
    const { node, thread, running } = setUp()
    await running()
    const waiting = node.showClock(setting)
    node.freeze()
    expect(await Promise.all([waiting, node.showClock(setting)])).toEqual([Infinity, Infinity])
    expect(thread().heard.filter(({ kind }) => kind === 'clock')).toHaveLength(2)
  })

  test('is woken to stop, and killed as it is', async () => {
    const { node, thread, running } = setUp()
    await running()
    node.freeze()
    const stopping = node.stop()
    expect(thread().isFrozen).toBe(false)
    await thread().received('stop')
    thread().say({ kind: 'stopped' })
    await stopping
    await running()
    node.freeze()
    await node.kill()
    expect([thread(1).isKilled, node.isFrozen]).toEqual([true, false])
  })

  test('is none that does not run', () => {
    const { node } = setUp()
    node.freeze()
    expect(node.isFrozen).toBe(false)
  })
})

describe('a node whose clock goes wrong', () => {
  const setting = { since: 1, shows: 1000, rate: 60, paused: false }

  test('is told another time than the others, and asked for in theirs', async () => {
    const { node, thread, running } = setUp(() => setting)
    await running()
    void node.setSkew(-300)
    const skewed = { ...setting, shows: 700 }
    expect(thread().heard.at(-1)).toEqual({ kind: 'clock', setting: skewed, id: 2 })
    const shown = node.showClock(setting)
    thread().say({ kind: 'clock', id: 3, nextDue: 800 })
    expect(await shown).toBe(1100)
  })

  test('begins its next life so, and with its other faults', async () => {
    const { node, thread, running } = setUp()
    void node.setSkew(5)
    const faults = { lines: [] }
    node.setFaults(faults)
    await running()
    expect(thread().heard).toEqual([
      { kind: 'clock', setting: { ...REAL_TIME, shows: 5 }, id: 2 },
      { kind: 'faults', faults },
      { kind: 'start', options }
    ])
  })
})
