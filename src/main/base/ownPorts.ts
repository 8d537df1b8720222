/** Local ports of the connections our own nodes open: who is accepted from one of them is a node, everybody else a client. */
export interface OwnPorts {
  add(port: number): void
  remove(port: number): void
  has(port: number): boolean
}

/** One byte a port. */
export const OWN_PORTS_BYTES = 65_536

/** Over memory that all nodes of the process share, so that a port is known before its first byte arrives. */
export const sharedPorts = (memory: SharedArrayBuffer): OwnPorts => {
  const bytes = new Uint8Array(memory)
  return {
    add: (port) => void Atomics.store(bytes, port, 1),
    remove: (port) => void Atomics.store(bytes, port, 0),
    has: (port) => Atomics.load(bytes, port) === 1
  }
}
