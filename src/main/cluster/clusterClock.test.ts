import { describe, expect, test } from 'vitest'
import { ManualClock } from '../base/clock'
import { silentLog } from '../base/log'
import { endOfTurn } from '../base/turn'
import { VirtualClock, type ClockSetting } from '../base/virtualClock'
import {
  ClusterClock,
  KEEP_EVERY_MS,
  KEPT_FOR_MS,
  STEP_LIMIT_MS,
  type ClockMemory
} from './clusterClock'

const START = 1_700_000_000_000
const HOUR = 3_600_000

class Node {
  readonly clock: VirtualClock
  readonly heard: ClockSetting[] = []

  constructor(real: ManualClock) {
    this.clock = new VirtualClock(real)
  }

  async showClock(setting: ClockSetting): Promise<number> {
    this.heard.push(setting)
    await this.clock.apply(setting)
    return this.clock.nextDue
  }
}

const setUp = (aheadMs = 0) => {
  const real = new ManualClock(START)
  const nodes = [new Node(real), new Node(real)] as const
  const kept: number[] = []
  const memory: ClockMemory = {
    aheadMs,
    keep: (value) => {
      kept.push(value)
      return Promise.resolve()
    }
  }
  const cluster = new ClusterClock({ real, log: silentLog, memory, nodes: () => nodes })
  const times = () => [cluster.status().now, ...nodes.map(({ clock }) => clock.now())]
  const ran: string[] = []
  const note = (what: string) => (): void => {
    ran.push(`${what}: ${nodes.map(({ clock }) => clock.now() - START).join(' and ')}`)
  }
  return { real, nodes, cluster, times, ran, note, kept }
}

test('untouched it is the machine clock', () => {
  const { real, cluster, times } = setUp()
  real.advance(5)
  const plain = { aheadMs: 0, rate: 1, paused: false, isStepping: false }
  expect(cluster.status()).toEqual({ now: START + 5, ...plain })
  expect(times()).toEqual([START + 5, START + 5, START + 5])
})

test('a pause and a rate hold for all nodes and what is asked of it', async () => {
  const { real, cluster, times } = setUp()
  await cluster.set({ rate: 3600 })
  real.advance(2000)
  const now = START + 2 * HOUR
  expect(times()).toEqual([now, now, now])
  await cluster.set({ paused: true })
  const [stopped] = times()
  real.advance(HOUR)
  expect(times()).toEqual([stopped, stopped, stopped])
  expect(cluster.status()).toMatchObject({ rate: 3600, paused: true })
  await cluster.set({ paused: false, rate: 1 })
  real.advance(1000)
  expect(times()[1]).toBe(stopped! + 1000)
})

test('a node that hears late of a slower rate has not run past the others', async () => {
  const { real, cluster, nodes } = setUp()
  await cluster.set({ rate: 10_000 })
  real.advance(100)
  await cluster.set({ paused: true })
  const late = new VirtualClock(real)
  await late.apply(nodes[0].heard[0]!)
  real.advance(15)
  const before = late.now()
  await late.apply(cluster.setting)
  expect(late.now()).toBeGreaterThanOrEqual(before)
  expect(late.now()).toBe(nodes[0].clock.now())
})

test('a step runs the timers of all nodes in the order of time, with every clock there', async () => {
  const { cluster, nodes, times, ran, note } = setUp()
  nodes[0].clock.after(3000, note('a at 3'))
  nodes[1].clock.after(2000, note('b at 2'))
  nodes[0].clock.after(1000, async () => {
    note('a at 1')()
    // As a message on its way to the other node would take.
    await new Promise<void>((resolve) => endOfTurn(resolve))
    nodes[1].clock.after(500, note('b half a second later'))
  })
  nodes[1].clock.after(9000, note('b too late'))
  await cluster.step(5000)
  expect(ran).toEqual([
    'a at 1: 1000 and 0',
    'b half a second later: 1500 and 1500',
    'b at 2: 2000 and 2000',
    'a at 3: 3000 and 2000'
  ])
  expect(times().map((time) => time - START)).toEqual([5000, 5000, 5000])
})

test('time does not pass on its own during a step, and goes on as it did after it', async () => {
  const { real, cluster, nodes, times } = setUp()
  await cluster.set({ rate: 10 })
  const begin = cluster.status().now
  let inside = 0
  nodes[0].clock.after(1000, () => {
    real.advance(500)
    inside = nodes[0].clock.now() - begin
  })
  await cluster.step(5000)
  expect([inside, times()[0]! - begin]).toEqual([1000, 5000])
  expect(cluster.status()).toMatchObject({ rate: 10, paused: false })
  real.advance(100)
  expect(times()[0]! - begin).toBe(6000)
})

test('a paused clock stays paused after a step', async () => {
  const { real, cluster, times } = setUp()
  await cluster.set({ paused: true })
  const begin = times()[0]!
  await cluster.step(60_000)
  real.advance(1000)
  expect([times()[0]! - begin, cluster.status().paused]).toEqual([60_000, true])
})

test('nothing else moves it during a step, and it says so', async () => {
  const { cluster } = setUp()
  const seen: boolean[] = []
  cluster.changed.on(() => seen.push(cluster.status().isStepping))
  const step = cluster.step(1000)
  await expect(cluster.set({ rate: 2 })).rejects.toMatchObject({ code: 'CLOCK_BUSY' })
  await expect(cluster.step(1)).rejects.toMatchObject({ code: 'CLOCK_BUSY' })
  await step
  expect(seen).toEqual([true, false])
})

test('a step that takes too long is ended at its end', async () => {
  const { real, cluster, nodes, times } = setUp()
  let count = 0
  const again = (): void => {
    count++
    real.advance(STEP_LIMIT_MS / 4)
    nodes[0].clock.after(1000, again)
  }
  nodes[0].clock.after(1000, again)
  await cluster.step(HOUR)
  expect(count).toBeLessThan(20)
  expect(times()[1]).toBeGreaterThanOrEqual(START + HOUR)
})

describe('what outlives a restart', () => {
  test('is how far ahead it was; it runs at the machine speed then', () => {
    const { real, cluster } = setUp(2 * HOUR)
    expect(cluster.status()).toMatchObject({ now: START + 2 * HOUR, rate: 1, paused: false })
    const node = new VirtualClock(real)
    void node.apply(cluster.setting)
    real.advance(50)
    expect(cluster.status().aheadMs).toBe(2 * HOUR)
  })

  test('a step is kept before any node shows it', async () => {
    const { cluster, nodes, kept } = setUp()
    let before: number | undefined
    nodes[0].clock.after(1000, () => void (before = kept[0]))
    await cluster.step(HOUR)
    expect([before, kept]).toEqual([HOUR, [HOUR]])
  })

  test('a clock that runs fast is kept for some time ahead, again and again', async () => {
    const { real, cluster, kept } = setUp()
    await cluster.set({ rate: 61 })
    expect(kept).toEqual([60 * KEPT_FOR_MS])
    for (let i = 0; i < 10; i++) {
      expect(kept.at(-1)).toBeGreaterThan(cluster.status().aheadMs)
      real.advance(KEEP_EVERY_MS)
    }
    expect(kept).toHaveLength(11)
  })

  test('a clean stop keeps exactly how far it is', async () => {
    const { real, cluster, kept } = setUp()
    await cluster.set({ rate: 61 })
    real.advance(1000)
    await cluster.stop()
    expect(kept.at(-1)).toBe(60_000)
    real.advance(HOUR)
    expect(kept).toHaveLength(2)
  })

  test('not that it was behind: a pause ends with the run', async () => {
    const { real, cluster, kept } = setUp()
    await cluster.set({ paused: true })
    real.advance(HOUR)
    expect(cluster.status().aheadMs).toBeLessThan(0)
    await cluster.stop()
    expect(kept.filter((aheadMs) => aheadMs > 20)).toEqual([])
  })
})
