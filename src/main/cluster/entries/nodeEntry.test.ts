import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../base/clock'
import { toDisposable } from '../../base/disposable'
import { Emitter } from '../../base/emitter'
import { VirtualClock } from '../../base/virtualClock'
import type { FromNode, NamesrvStart, ToNode } from '../control'
import { serveNode, type RunningNode } from './nodeEntry'
import { MAX_ROUTE_MISSES, ROUTE_MISS_PERIOD_MS, RouteMissFilter } from './routeMissFilter'

const options: NamesrvStart = { kind: 'namesrv', host: '127.0.0.1', port: 1, folder: '/n' }
const stop = (): Promise<void> => Promise.resolve()
const started = { address: '127.0.0.1:1', port: 1, bootTimestamp: 1 }

const setUp = (run: () => Promise<RunningNode>) => {
  const clock = new VirtualClock(new ManualClock())
  const orders = new Emitter<ToNode<NamesrvStart>>()
  const said: FromNode[] = []
  const arrivals = new Emitter<FromNode>()
  serveNode<NamesrvStart>({
    port: {
      post: (message) => {
        said.push(message)
        arrivals.emit(message)
      },
      on: (listener) => orders.on(listener)
    },
    clock,
    area: 'test',
    run
  })
  const answered = (kind: FromNode['kind']): Promise<FromNode> => {
    const there = said.find((message) => message.kind === kind)
    if (there) return Promise.resolve(there)
    return new Promise((resolve) => arrivals.on((m) => (m.kind === kind ? resolve(m) : undefined)))
  }
  const order = (message: ToNode<NamesrvStart>): void => orders.emit(message)
  return { clock, order, said, answered }
}

describe('a node behind its control port', () => {
  test('says what it was started as, and stops when asked', async () => {
    const log: string[] = []
    const { order, answered } = setUp(() =>
      Promise.resolve({
        started,
        stop: () => {
          log.push('stop')
          return Promise.resolve()
        }
      })
    )
    order({ kind: 'start', options })
    expect(await answered('started')).toEqual({ kind: 'started', node: started })
    order({ kind: 'stop' })
    await answered('stopped')
    expect(log).toEqual(['stop'])
  })

  test('tells a port in use as data', async () => {
    const error = Object.assign(new Error('in use'), { code: 'EADDRINUSE', port: 9876 })
    const { order, answered } = setUp(() => Promise.reject(error))
    order({ kind: 'start', options })
    expect(await answered('failed')).toMatchObject({
      problem: { code: 'PORT_IN_USE', params: { port: 9876 } }
    })
  })

  test('logs a start that failed for no known reason', async () => {
    const { order, answered, said } = setUp(() => Promise.reject(new Error('bug')))
    order({ kind: 'start', options })
    expect(await answered('failed')).toMatchObject({
      problem: { code: 'INTERNAL', message: 'bug' }
    })
    expect(said[0]).toMatchObject({ kind: 'log', level: 'error' })
  })

  test('that did not start still says stopped', async () => {
    const { order, answered } = setUp(() => Promise.reject(new Error('bug')))
    order({ kind: 'start', options })
    await answered('failed')
    order({ kind: 'stop' })
    expect(await answered('stopped')).toEqual({ kind: 'stopped' })
  })

  test('asked to stop while it starts does not say started any more', async () => {
    let ready: (node: RunningNode) => void = () => undefined
    const { order, answered, said } = setUp(() => new Promise((resolve) => (ready = resolve)))
    order({ kind: 'start', options })
    order({ kind: 'stop' })
    ready({ started, stop: () => Promise.resolve() })
    await answered('stopped')
    expect(said.map(({ kind }) => kind)).toEqual(['stopped'])
  })

  test('follows the clock it is told, also before its start, and answers when that is done', async () => {
    const { clock, order, answered, said } = setUp(() => Promise.resolve({ started, stop }))
    const ran: number[] = []
    const begin = clock.now()
    clock.after(1000, () => void ran.push(clock.now() - begin))
    clock.after(9000, () => undefined)
    const setting = { since: begin, shows: begin + 5000, rate: 1, paused: true }
    order({ kind: 'clock', setting, id: 7 })
    order({ kind: 'start', options })
    expect(await answered('clock')).toEqual({ kind: 'clock', id: 7, nextDue: begin + 9000 })
    expect([ran, clock.now() - begin]).toEqual([[1000], 5000])
    await answered('started')
    expect(said.map(({ kind }) => kind)).not.toContain('failed')
  })

  test('opens its tail once, also where it was wanted before the node ran', async () => {
    const log: string[] = []
    const { order, answered } = setUp(() =>
      Promise.resolve({
        started,
        openTail: () => {
          log.push('on')
          return toDisposable(() => log.push('off'))
        },
        stop: () => Promise.resolve()
      })
    )
    order({ kind: 'tail', on: true })
    order({ kind: 'start', options })
    await answered('started')
    order({ kind: 'tail', on: true })
    order({ kind: 'tail', on: false })
    order({ kind: 'stop' })
    await answered('stopped')
    expect(log).toEqual(['on', 'off'])
  })
})

describe('route misses', () => {
  test('of one topic are told once in a while', () => {
    const clock = new ManualClock()
    const filter = new RouteMissFilter(clock)
    const told = [filter.isWorthTelling('T'), filter.isWorthTelling('T')]
    clock.advance(ROUTE_MISS_PERIOD_MS)
    expect([...told, filter.isWorthTelling('T')]).toEqual([true, false, true])
  })

  test('of ever new topics are bounded, and told again later', () => {
    const clock = new ManualClock()
    const filter = new RouteMissFilter(clock)
    const tell = (): number =>
      Array.from({ length: 1000 }, (_, i) => filter.isWorthTelling(`T${i}`)).filter(Boolean).length
    expect(tell()).toBe(MAX_ROUTE_MISSES)
    clock.advance(ROUTE_MISS_PERIOD_MS)
    expect(tell()).toBe(MAX_ROUTE_MISSES)
  })
})

describe('a node that is asked for a snapshot', () => {
  const snapshotting = (snapshot: RunningNode['snapshot']) =>
    setUp(() => Promise.resolve({ started, stop, ...(snapshot && { snapshot }) }))
  const steps = (said: FromNode[]) =>
    said.flatMap((message) => (message.kind === 'snapshot' ? [message] : []))
  const copied = { files: [], derivedBytes: 0 }

  test('writes itself, and tells how far it is each few megabytes', async () => {
    const { order, answered, said } = snapshotting((target, { onBytes }) => {
      expect(target).toBe('/t')
      for (let i = 0; i < 8; i++) onBytes(1024 * 1024)
      return Promise.resolve(copied)
    })
    order({ kind: 'start', options })
    await answered('started')
    order({ kind: 'snapshot', id: 3, target: '/t' })
    await until(() => steps(said).some(({ step }) => step.kind === 'done'))
    expect(steps(said)).toEqual([
      { kind: 'snapshot', id: 3, step: { kind: 'copied', bytes: 4 * 1024 * 1024 } },
      { kind: 'snapshot', id: 3, step: { kind: 'copied', bytes: 8 * 1024 * 1024 } },
      { kind: 'snapshot', id: 3, step: { kind: 'done', copied } }
    ])
  })

  test('gives up on request, and says what failed otherwise', async () => {
    let check = (): void => undefined
    let fail: (error: Error) => void = () => undefined
    const { order, answered, said } = snapshotting((_target, watch) => {
      check = watch.check
      return new Promise((_resolve, reject) => (fail = reject))
    })
    order({ kind: 'start', options })
    await answered('started')
    order({ kind: 'snapshot', id: 1, target: '/t' })
    await until(() => fail.length > 0)
    expect(check).not.toThrow()
    order({ kind: 'cancelSnapshot', id: 1 })
    expect(check).toThrow('cancelled')
    fail(Object.assign(new Error('no room'), { code: 'ENOSPC', path: '/t' }))
    await until(() => steps(said).length > 0)
    expect(steps(said)[0]).toMatchObject({
      step: { kind: 'failed', problem: { code: 'SNAPSHOT_NO_ROOM', message: 'no room' } }
    })
  })

  test('that does not run says so', async () => {
    const { order, said } = snapshotting(() => Promise.resolve(copied))
    order({ kind: 'snapshot', id: 1, target: '/t' })
    await until(() => steps(said).length > 0)
    expect(steps(said)[0]).toMatchObject({
      step: { kind: 'failed', problem: { code: 'NODE_NOT_RUNNING' } }
    })
  })
})

/** What is promised comes within some turns. */
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise<void>((resolve) => setImmediate(resolve))
}
