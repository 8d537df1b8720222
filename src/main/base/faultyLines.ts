/** Every connection of one node, and the faults that are set on them. Without any, a connection is a plain socket. */
import { connect, Socket, type TcpNetConnectOpts } from 'node:net'
import type { RealTime } from './clock'
import { FaultyLine } from './faultyLine'
import type { OwnPorts } from './ownPorts'
import type { Random } from './random'
import type { GateEffect } from './faultyGate'

/** How a node opens connections and what it does with those it accepted. */
export interface Lines {
  dial(options: TcpNetConnectOpts): Socket
  /** Before anything is read from it. */
  accepted(socket: Socket): void
}

export const plainLines: Lines = { dial: (options) => connect(options), accepted: () => undefined }

/** A fault of one link, seen from one of its ends. */
export interface LineFault {
  /** Who is at the other end: a node by the ports it listens on, or whoever is none of our nodes. */
  peer: 'clients' | readonly number[]
  /** Bytes it touches; a refused line is closed whole. */
  inbound: boolean
  outbound: boolean
  effect: GateEffect | 'refuse'
}

/** Accepted while faults of clients are set, it is held for so long: by then its opener said that it is a node. */
const TELL_APART_MS = 50

interface Deps {
  clock: RealTime
  random: Pick<Random, 'int'>
  own: OwnPorts
}

interface Entry {
  socket: Socket
  /** Port of the node it was opened to; absent: it was accepted. */
  to: number | undefined
  /** Of one that was opened. */
  localPort: number | undefined
  line: FaultyLine | undefined
}

const isOn = (fault: LineFault, to: number | undefined, isOwn: () => boolean): boolean =>
  fault.peer === 'clients'
    ? to === undefined && !isOwn()
    : to !== undefined && fault.peer.includes(to)

/** Cut wins over slow, and the slowest over the others. */
const worst = (effects: readonly GateEffect[]): GateEffect | undefined => {
  if (effects.includes('cut')) return 'cut'
  const slow = effects.flatMap((effect) => (effect === 'cut' ? [] : [effect]))
  return slow.sort((a, b) => b.delayMs - a.delayMs)[0]
}

const refused = (port: number): Error =>
  Object.assign(new Error(`connect ECONNREFUSED, the link to port ${port} is refused on purpose`), {
    code: 'ECONNREFUSED'
  })

export class FaultyLines implements Lines {
  private faults: readonly LineFault[] = []
  private readonly entries = new Set<Entry>()
  /** Wanted while their line was cut: they are opened when the cut ends, as a SYN that is sent again. */
  private readonly waiting = new Map<Socket, TcpNetConnectOpts>()

  constructor(private readonly deps: Deps) {}

  /** All faults there are from now on. */
  set(faults: readonly LineFault[]): void {
    this.faults = faults
    for (const entry of this.entries) this.apply(entry)
    for (const [socket, options] of this.waiting) {
      if (!socket.destroyed && this.isCut(options.port)) continue
      this.waiting.delete(socket)
      if (!socket.destroyed) socket.connect(options)
    }
  }

  dial(options: TcpNetConnectOpts): Socket {
    const { port } = options
    const faults = this.faultsOn(port, () => false)
    const isPlain = faults.length === 0
    const socket = isPlain ? connect(options) : new Socket()
    this.watchDialled(socket, port)
    if (isPlain) return socket
    if (faults.some(({ effect }) => effect === 'refuse')) socket.destroy(refused(port))
    else if (this.isCut(port)) {
      this.waiting.set(socket, options)
      socket.once('close', () => this.waiting.delete(socket))
    } else socket.connect(options)
    return socket
  }

  accepted(socket: Socket): void {
    const entry: Entry = { socket, to: undefined, localPort: undefined, line: undefined }
    this.entries.add(entry)
    socket.once('close', () => this.drop(entry))
    if (!this.faults.some(({ peer }) => peer === 'clients')) return
    this.lineOf(entry).set({ inbound: 'cut', outbound: undefined })
    this.deps.clock.after(TELL_APART_MS, () => {
      if (this.entries.has(entry)) this.apply(entry)
    })
  }

  private watchDialled(socket: Socket, to: number): void {
    socket.once('connect', () => {
      const { localPort } = socket
      if (localPort === undefined) return
      this.deps.own.add(localPort)
      const entry: Entry = { socket, to, localPort, line: undefined }
      this.entries.add(entry)
      socket.once('close', () => this.drop(entry))
      this.apply(entry)
    })
  }

  /** One that was closed while it was cut still has to be closed for its peer. */
  private drop(entry: Entry): void {
    if (entry.line?.isOpenToPeer) return
    if (this.entries.delete(entry) && entry.localPort !== undefined)
      this.deps.own.remove(entry.localPort)
  }

  private faultsOn(to: number | undefined, isOwn: () => boolean): LineFault[] {
    return this.faults.filter((fault) => isOn(fault, to, isOwn))
  }

  /** To open one takes both ways. */
  private isCut(port: number): boolean {
    return this.faultsOn(port, () => false).some(({ effect }) => effect === 'cut')
  }

  private lineOf(entry: Entry): FaultyLine {
    const { clock, random } = this.deps
    return (entry.line ??= new FaultyLine(entry.socket, clock, random))
  }

  private apply(entry: Entry): void {
    const { socket, to } = entry
    const faults = this.faultsOn(to, () => this.deps.own.has(socket.remotePort ?? 0))
    if (faults.length === 0 && !entry.line) return
    const effects = (way: 'inbound' | 'outbound'): GateEffect | undefined =>
      worst(faults.flatMap((f) => (f[way] && f.effect !== 'refuse' ? [f.effect] : [])))
    this.lineOf(entry).set({ inbound: effects('inbound'), outbound: effects('outbound') })
    if (faults.some(({ effect }) => effect === 'refuse')) socket.destroy()
    if (socket.destroyed) this.drop(entry)
  }
}
