/** From the faults of a cluster to what each node has to play. Pure. */
import type { DiskFault } from '../../base/faultyDisk'
import type { LineFault } from '../../base/faultyLines'
import type { GateEffect } from '../../base/faultyGate'
import { CLIENTS, type FaultDraft } from '../../../shared/faultViews'
import type { NodeFaults } from '../control'

/** Where a node listens; other nodes find it at these ports only. */
export type PortsOf = (node: string) => readonly number[]

type LinkFault = Extract<FaultDraft, { kind: 'link' }>

const effectOf = ({ effect, delayMs, jitterMs }: LinkFault): GateEffect | 'refuse' =>
  effect === 'delay' ? { delayMs, jitterMs } : effect

/** Either end may have opened the connection, so each holds what it opened; clients open all of theirs. */
const lineOf = (link: LinkFault, node: string, portsOf: PortsOf): LineFault[] => {
  const isFrom = link.from === node
  if (!isFrom && link.to !== node) return []
  const other = isFrom ? link.to : link.from
  const passes = (way: 'forth' | 'back'): boolean =>
    link.direction === 'both' || link.direction === way
  return [
    {
      peer: other === CLIENTS ? CLIENTS : portsOf(other),
      outbound: passes(isFrom ? 'forth' : 'back'),
      inbound: passes(isFrom ? 'back' : 'forth'),
      effect: effectOf(link)
    }
  ]
}

const nothingWrong: DiskFault = {
  ...{ readMs: 0, writeMs: 0, flushMs: 0 },
  ...{ room: undefined, failReads: false, failWrites: false }
}

const diskOf = (fault: FaultDraft): Partial<DiskFault> | undefined => {
  switch (fault.kind) {
    case 'slowDisk': {
      const { readMs, writeMs, flushMs } = fault
      return { readMs, writeMs, flushMs }
    }
    case 'fullDisk':
      return { room: fault.roomBytes }
    case 'failingDisk':
      return { failWrites: true, failReads: fault.reads }
    default:
      return undefined
  }
}

export const nodeFaultsOf = (
  node: string,
  faults: readonly FaultDraft[],
  portsOf: PortsOf
): NodeFaults => {
  const lines = faults.flatMap((fault) =>
    fault.kind === 'link' ? lineOf(fault, node, portsOf) : []
  )
  const disk = faults.flatMap((fault) =>
    'node' in fault && fault.node === node ? (diskOf(fault) ?? []) : []
  )
  if (disk.length === 0) return { lines }
  return { lines, disk: disk.reduce<DiskFault>((all, one) => ({ ...all, ...one }), nothingWrong) }
}

export const skewOf = (node: string, faults: readonly FaultDraft[]): number =>
  faults.reduce(
    (ms, fault) => (fault.kind === 'clockSkew' && fault.node === node ? fault.offsetMs : ms),
    0
  )
