/** A connection whose bytes are no frames of remoting: replication has its own. */
export type { Socket as RawSocket } from 'node:net'
