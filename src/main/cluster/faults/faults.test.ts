import { describe, expect, test } from 'vitest'
import { MAX_FAULTS } from '../../../shared/faultLimits'
import { FaultDraft, type FaultDraftInput } from '../../../shared/faultViews'
import type { NodeState } from '../../../shared/views'
import { ManualClock } from '../../base/clock'
import { Emitter } from '../../base/emitter'
import type { NodeFaults } from '../control'
import { Faults } from './faults'
import { nodeFaultsOf } from './nodeFaultsOf'

class FakeNode {
  state: NodeState = 'running'
  isFrozen = false
  skews: number[] = []
  faults: NodeFaults | undefined
  readonly changed = new Emitter<void>()

  constructor(readonly id: string) {}

  setFaults(faults: NodeFaults): void {
    this.faults = faults
  }
  setSkew(ms: number): Promise<void> {
    this.skews.push(ms)
    return Promise.resolve()
  }
  freeze(): void {
    this.isFrozen = true
    this.changed.emit()
  }
  thaw(): void {
    this.isFrozen = false
    this.changed.emit()
  }
  kill(): Promise<void> {
    this.isFrozen = false
    this.become('crashed')
    return Promise.resolve()
  }
  become(state: NodeState): void {
    this.state = state
    this.changed.emit()
  }
}

const ports: Record<string, number[]> = {
  namesrv: [9876],
  'a:0': [10911, 10909, 10912],
  'b:0': [1]
}

const setUp = () => {
  const nodes = Object.fromEntries(Object.keys(ports).map((id) => [id, new FakeNode(id)]))
  const faults = new Faults({
    clock: new ManualClock(5),
    nodes: () => Object.values(nodes).map((node) => ({ node, ports: ports[node.id]! })),
    startNode: (id) => {
      nodes[id]!.become('running')
      return Promise.resolve()
    }
  })
  const set = (draft: FaultDraftInput) => faults.set(FaultDraft.parse(draft))
  const kinds = () => faults.list().map(({ fault }) => fault.kind)
  const told = () => faults.events.toArray().map(({ kind }) => kind)
  return {
    nodes,
    faults,
    set,
    kinds,
    told,
    a: nodes['a:0']!,
    namesrv: nodes['namesrv']!,
    b: nodes['b:0']!
  }
}

const noDisk = {
  ...{ readMs: 0, writeMs: 0, flushMs: 0 },
  ...{ room: undefined, failReads: false, failWrites: false }
}

describe('what a node has to play', () => {
  const portsOf = (id: string) => ports[id] ?? []
  const of = (node: string, ...drafts: FaultDraftInput[]) =>
    nodeFaultsOf(
      node,
      drafts.map((draft) => FaultDraft.parse(draft)),
      portsOf
    )
  const link = { kind: 'link', from: 'a:0', to: 'namesrv', effect: 'cut' } as const

  test.each<[string, FaultDraftInput, string, unknown]>([
    [
      'one end holds what goes to the other',
      { ...link, direction: 'forth' },
      'a:0',
      { peer: [9876], outbound: true, inbound: false, effect: 'cut' }
    ],
    [
      'the other what comes from it',
      { ...link, direction: 'forth' },
      'namesrv',
      { peer: [10911, 10909, 10912], outbound: false, inbound: true, effect: 'cut' }
    ],
    [
      'back is the other way',
      { ...link, direction: 'back' },
      'a:0',
      { peer: [9876], outbound: false, inbound: true, effect: 'cut' }
    ],
    [
      'clients have no ports',
      { ...link, from: 'clients', effect: 'delay', delayMs: 5, jitterMs: 1 },
      'namesrv',
      { peer: 'clients', outbound: true, inbound: true, effect: { delayMs: 5, jitterMs: 1 } }
    ]
  ])('%s', (_name, draft, node, line) => {
    expect(of(node, draft)).toEqual({ lines: [line] })
  })

  test('nothing of other nodes', () => {
    expect(of('b:0', link, { kind: 'fullDisk', node: 'a:0' })).toEqual({ lines: [] })
  })

  test('faults of one disk come together', () => {
    const disk = of(
      'a:0',
      { kind: 'slowDisk', node: 'a:0', flushMs: 7 },
      { kind: 'fullDisk', node: 'a:0', roomBytes: 9 },
      { kind: 'failingDisk', node: 'a:0' }
    ).disk
    expect(disk).toEqual({ ...noDisk, flushMs: 7, room: 9, failWrites: true })
  })
})

describe('faults', () => {
  test('are set, listed and undone', async () => {
    const { faults, set, a } = setUp()
    const { id, since } = await set({ kind: 'fullDisk', node: 'a:0', roomBytes: 1 })
    expect([faults.list().map((view) => view.id), since]).toEqual([[id], 5])
    expect(a.faults).toEqual({ lines: [], disk: { ...noDisk, room: 1 } })
    await faults.clear(id)
    expect([faults.list(), a.faults]).toEqual([[], { lines: [] }])
  })

  test('of one kind at one place replace one another', async () => {
    const { set, faults, a } = setUp()
    await set({ kind: 'link', from: 'a:0', to: 'namesrv', effect: 'cut' })
    await set({ kind: 'link', from: 'namesrv', to: 'a:0', effect: 'refuse' })
    expect(faults.list()).toHaveLength(1)
    expect(a.faults?.lines.map(({ effect }) => effect)).toEqual(['refuse'])
  })

  test('a skew is the newest one, and none when it is undone', async () => {
    const { set, faults, a, namesrv } = setUp()
    await set({ kind: 'clockSkew', node: 'a:0', offsetMs: 100 })
    await set({ kind: 'clockSkew', node: 'a:0', offsetMs: -100 })
    await faults.clearAll()
    expect([a.skews, namesrv.skews]).toEqual([[100, -100, 0], []])
  })

  test('a killed node is started again to undo it, after everything else is healed', async () => {
    const { set, faults, a, kinds, told } = setUp()
    await set({ kind: 'kill', node: 'a:0' })
    await set({ kind: 'link', from: 'a:0', to: 'namesrv', effect: 'cut' })
    expect([a.state, kinds()]).toEqual(['crashed', ['kill', 'link']])
    a.changed.on(() => expect(a.faults).toEqual({ lines: [] }))
    await faults.clearAll()
    expect([a.state, kinds()]).toEqual(['running', []])
    expect(told()).toEqual(['set', 'set', 'cleared', 'cleared'])
  })

  test.each([
    ['a killed node that is started by hand', 'kill', 'starting'],
    ['a frozen node that is killed', 'freeze', 'crashed']
  ] as const)('of %s are over', async (_name, kind, state) => {
    const { set, a, kinds, told } = setUp()
    await set({ kind, node: 'a:0' })
    a.isFrozen = false
    a.become(state)
    expect([kinds(), told()]).toEqual([[], ['set', 'cleared']])
  })

  test('a frozen node goes on when it is undone', async () => {
    const { set, faults, a, kinds } = setUp()
    const { id } = await set({ kind: 'freeze', node: 'a:0' })
    expect(a.isFrozen).toBe(true)
    await faults.clear(id)
    expect([a.isFrozen, kinds()]).toEqual([false, []])
  })

  test.each<[string, FaultDraftInput, string]>([
    ['an unknown node', { kind: 'freeze', node: 'x' }, 'NODE_NOT_FOUND'],
    ['clients as a node', { kind: 'freeze', node: 'clients' }, 'NODE_NOT_FOUND'],
    ['a link to itself', { kind: 'link', from: 'a:0', to: 'a:0', effect: 'cut' }, 'INVALID_INPUT'],
    ['a freeze of what does not run', { kind: 'freeze', node: 'b:0' }, 'NODE_NOT_RUNNING']
  ])('refuse %s', async (_name, draft, code) => {
    const { set, b, faults } = setUp()
    b.become('stopped')
    await expect(set(draft)).rejects.toMatchObject({ code })
    expect([faults.list(), faults.events.length]).toEqual([[], 0])
  })

  test('are so many at once and no more', async () => {
    const nodes = Array.from({ length: MAX_FAULTS + 1 }, (_, i) => new FakeNode(String(i)))
    const faults = new Faults({
      clock: new ManualClock(),
      nodes: () => nodes.map((node) => ({ node, ports: [] })),
      startNode: () => Promise.resolve()
    })
    const skew = (node: FakeNode) =>
      faults.set({ kind: 'clockSkew', node: node.id, offsetMs: 1 }).then(
        () => 'set',
        (error: { code: string }) => error.code
      )
    const results = []
    for (const node of nodes) results.push(await skew(node))
    expect(results.slice(-2)).toEqual(['set', 'TOO_MANY_FAULTS'])
    expect(await skew(nodes[0]!)).toBe('set')
  })

  test('of a node that is no longer there are gone, and the others are played again', async () => {
    const { set, faults, kinds, nodes, a } = setUp()
    await set({ kind: 'link', from: 'a:0', to: 'b:0', effect: 'cut' })
    await set({ kind: 'clockSkew', node: 'a:0', offsetMs: 7 })
    delete nodes['b:0']
    faults.refresh()
    expect([kinds(), a.faults, a.skews]).toEqual([['clockSkew'], { lines: [] }, [7, 7]])
  })

  test('are not those of the next cluster', async () => {
    const { set, faults, kinds, told } = setUp()
    await set({ kind: 'freeze', node: 'a:0' })
    faults.forget()
    expect([kinds(), told()]).toEqual([[], ['set', 'cleared']])
  })

  test('follow a node to its new port', async () => {
    const { set, faults, namesrv } = setUp()
    await set({ kind: 'link', from: 'namesrv', to: 'b:0', effect: 'cut' })
    ports['b:0'] = [2]
    faults.refresh()
    ports['b:0'] = [1]
    expect(namesrv.faults?.lines[0]?.peer).toEqual([2])
  })
})
