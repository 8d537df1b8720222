/** The things that go wrong on purpose: which are set, and what happened when. They are gone when the application ends. */
import {
  CLIENTS,
  type FaultDraft,
  type FaultEvent,
  type FaultView
} from '../../../shared/faultViews'
import { FAULT_EVENTS, MAX_FAULTS } from '../../../shared/faultLimits'
import type { RealTime } from '../../base/clock'
import type { Disposable } from '../../base/disposable'
import { Emitter } from '../../base/emitter'
import { Ring } from '../../base/ring'
import type { ClusterNode } from '../clusterNode'
import { ProblemError } from '../problem'
import { nodeFaultsOf, skewOf } from './nodeFaultsOf'

type FaultNode = Pick<
  ClusterNode,
  'id' | 'state' | 'isFrozen' | 'changed' | 'setFaults' | 'setSkew' | 'freeze' | 'thaw' | 'kill'
>

/** A node as faults see it. */
export interface FaultTarget {
  node: FaultNode
  /** Where others reach it, as far as it is known. */
  ports: readonly number[]
}

interface Deps {
  clock: RealTime
  nodes: () => readonly FaultTarget[]
  /** Undoes a kill. */
  startNode: (id: string) => Promise<void>
}

interface Active {
  view: FaultView
  /** Ends with the life of its node. */
  ending?: Disposable
}

/** Two of the same place and kind are one: the newer counts. */
const placeOf = (fault: FaultDraft): string => {
  if (fault.kind !== 'link') return `${fault.kind}|${fault.node}`
  return `link|${[fault.from, fault.to].sort().join('|')}`
}

const endsOf = (fault: FaultDraft): string[] =>
  fault.kind === 'link' ? [fault.from, fault.to] : [fault.node]

export class Faults {
  /** A fault was set or is over. */
  readonly changed = new Emitter<void>()
  /** What happened, oldest first. */
  readonly events = new Ring<FaultEvent>(FAULT_EVENTS)
  private readonly active = new Map<string, Active>()
  private lastId = 0

  constructor(private readonly deps: Deps) {}

  list(): FaultView[] {
    return [...this.active.values()].map(({ view }) => view)
  }

  /** In place of the one of the same kind at the same place. @throws ProblemError NODE_NOT_FOUND, NODE_NOT_RUNNING, TOO_MANY_FAULTS, INVALID_INPUT. */
  async set(fault: FaultDraft): Promise<FaultView> {
    this.judge(fault)
    const place = placeOf(fault)
    const before = this.active.get(place)
    if (!before && this.active.size >= MAX_FAULTS)
      throw new ProblemError(
        'TOO_MANY_FAULTS',
        { limit: MAX_FAULTS },
        `${MAX_FAULTS} faults are set already; undo one first`
      )
    const view: FaultView = { id: `fault-${++this.lastId}`, since: this.deps.clock.wall(), fault }
    before?.ending?.dispose()
    this.active.set(place, { view })
    this.tell({ kind: 'set', fault })
    await this.play(fault, place)
    this.changed.emit()
    return view
  }

  /** Undoes it; one that is over already is none. @throws why a killed node did not start. */
  async clear(id: string): Promise<void> {
    const found = [...this.active].find(([, { view }]) => view.id === id)
    if (!found) return
    const [place, { view }] = found
    this.drop(place)
    const { fault } = view
    if (fault.kind === 'kill') await this.deps.startNode(fault.node)
    else if (fault.kind === 'freeze') this.target(fault.node)?.node.thaw()
    else await this.apply(fault)
  }

  /** Heals everything: links, clocks and disks first, so that what starts again finds its cluster. @throws of the first node that did not start. */
  async clearAll(): Promise<void> {
    const views = this.list()
    const ofKind = (isKill: boolean): Promise<void>[] =>
      views
        .filter(({ fault }) => (fault.kind === 'kill') === isKill)
        .map(({ id }) => this.clear(id))
    const results = [
      ...(await Promise.allSettled(ofKind(false))),
      ...(await Promise.allSettled(ofKind(true)))
    ]
    const failed = results.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
  }

  /** A node listens at other ports than before, is new or is gone: its faults go with it. */
  refresh(): void {
    for (const [place, { view }] of [...this.active])
      if (endsOf(view.fault).some((id) => id !== CLIENTS && !this.target(id))) this.drop(place)
    if (this.active.size === 0) return
    this.tellAll()
    const drafts = this.drafts()
    for (const { node } of this.deps.nodes()) {
      const skewMs = skewOf(node.id, drafts)
      if (skewMs !== 0) void node.setSkew(skewMs)
    }
  }

  /** Another cluster begins: none of its nodes has a fault. */
  forget(): void {
    for (const place of [...this.active.keys()]) this.drop(place)
  }

  /** Its states are told beside the faults, from now on. */
  watch(node: Pick<FaultNode, 'id' | 'state' | 'isFrozen' | 'changed'>): void {
    let before: string = node.state
    node.changed.on(() => {
      const state = node.isFrozen ? 'frozen' : node.state
      if (state === before) return
      before = state
      this.note({ at: this.deps.clock.wall(), kind: 'node', node: node.id, state })
    })
  }

  /** Something happened that belongs beside the faults. */
  note(event: FaultEvent): void {
    this.events.push(event)
  }

  private drafts(): FaultDraft[] {
    return [...this.active.values()].map(({ view }) => view.fault)
  }

  private target(id: string): FaultTarget | undefined {
    return this.deps.nodes().find(({ node }) => node.id === id)
  }

  private judge(fault: FaultDraft): void {
    for (const id of endsOf(fault)) {
      if (id === CLIENTS && fault.kind === 'link') continue
      const target = this.target(id)
      if (!target)
        throw new ProblemError('NODE_NOT_FOUND', { id }, `there is no node ${id} in this cluster`)
      const needsLife = fault.kind === 'kill' || fault.kind === 'freeze'
      if (needsLife && target.node.state !== 'running')
        throw new ProblemError('NODE_NOT_RUNNING', { id }, `${id} is not running`)
    }
    if (fault.kind === 'link' && fault.from === fault.to)
      throw new ProblemError('INVALID_INPUT', { field: 'to' }, 'a link has two different ends')
  }

  private async play(fault: FaultDraft, place: string): Promise<void> {
    if (fault.kind !== 'kill' && fault.kind !== 'freeze') return this.apply(fault)
    const { node } = this.target(fault.node)!
    if (fault.kind === 'freeze') node.freeze()
    else await node.kill()
    const isOver = (): boolean =>
      fault.kind === 'freeze'
        ? !node.isFrozen
        : node.state === 'starting' || node.state === 'running'
    const active = this.active.get(place)
    if (!active) return
    active.ending = node.changed.on(() => {
      if (isOver() && this.active.get(place) === active) this.drop(place)
    })
  }

  /** All nodes hear all faults of theirs; clocks only where one is set. */
  private async apply(changed: FaultDraft): Promise<void> {
    if (changed.kind === 'clockSkew') {
      await this.target(changed.node)?.node.setSkew(skewOf(changed.node, this.drafts()))
      return
    }
    this.tellAll()
  }

  private tellAll(): void {
    const drafts = this.drafts()
    const portsOf = (id: string): readonly number[] => this.target(id)?.ports ?? []
    for (const { node } of this.deps.nodes()) node.setFaults(nodeFaultsOf(node.id, drafts, portsOf))
  }

  private drop(place: string): void {
    const active = this.active.get(place)
    if (!active) return
    active.ending?.dispose()
    this.active.delete(place)
    this.tell({ kind: 'cleared', fault: active.view.fault })
    this.changed.emit()
  }

  private tell(event: { kind: 'set' | 'cleared'; fault: FaultDraft }): void {
    this.events.push({ at: this.deps.clock.wall(), ...event })
  }
}
