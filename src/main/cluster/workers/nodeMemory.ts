import { OWN_PORTS_BYTES } from '../../base/ownPorts'

/** The only memory nodes share: neither a message nor a state of theirs lies in it. */
export interface NodeMemory {
  /** One word of this node: `FROZEN` while its thread stands still. */
  gate: SharedArrayBuffer
  /** One byte a port, of all nodes: connections opened from it are a node's. */
  ownPorts: SharedArrayBuffer
}

export const FREE = 0
export const FROZEN = 1

const ownPorts = new SharedArrayBuffer(OWN_PORTS_BYTES)

/** For one life of a node. */
export const newNodeMemory = (): NodeMemory => ({ gate: new SharedArrayBuffer(4), ownPorts })
