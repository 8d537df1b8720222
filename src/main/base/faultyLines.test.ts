import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from './clock'
import { FaultyLines, plainLines, type LineFault, type Lines } from './faultyLines'
import type { OwnPorts } from './ownPorts'
import { systemRandom } from './random'

const cleanUps: (() => void)[] = []
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp()
})

const portSet = (): OwnPorts => {
  const ports = new Set<number>()
  return {
    add: (port) => void ports.add(port),
    remove: (port) => void ports.delete(port),
    has: (port) => ports.has(port)
  }
}

const faultyLines = (own = portSet()): FaultyLines => {
  const lines = new FaultyLines({ clock: systemClock, random: systemRandom, own })
  cleanUps.push(() => lines.set([]))
  return lines
}

/** What a peer hears, in order; a close is 'closed'. */
class Ear {
  readonly heard: string[] = []
  private readonly waiting: (() => void)[] = []

  constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => this.add(chunk.toString()))
    socket.on('error', () => undefined)
    socket.on('close', () => this.add('closed'))
  }

  add(text: string): void {
    this.heard.push(text)
    for (const look of this.waiting) look()
  }

  get text(): string {
    return this.heard.join('')
  }

  hears(wanted: string): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.text.includes(wanted)) resolve()
      }
      this.waiting.push(look)
      look()
    })
  }
}

const serve = async (lines: Lines = plainLines) => {
  const accepted: Ear[] = []
  const server: Server = createServer((socket) => {
    lines.accepted(socket)
    accepted.push(new Ear(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanUps.push(() => {
    for (const { socket } of accepted) socket.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, server, accepted }
}

const dial = (lines: Lines, port: number): Ear => {
  const socket = lines.dial({ host: '127.0.0.1', port, noDelay: true })
  cleanUps.push(() => socket.destroy())
  return new Ear(socket)
}

/** A connected pair: what `lines` opened, and what the other end sees of it. */
const pair = async (lines: Lines, serverLines: Lines = plainLines) => {
  const { port, server, accepted } = await serve(serverLines)
  const near = dial(lines, port)
  await Promise.all([once(near.socket, 'connect'), once(server, 'connection')])
  return { near, far: accepted[0]!, port }
}

/** There and back over a connection of nobody's: whatever was under way on another has arrived by then. */
const roundTrips = async (): Promise<void> => {
  const { near, far } = await pair(plainLines)
  for (let i = 0; i < 20; i++) {
    near.socket.write(`${i};`)
    await far.hears(`${i};`)
    far.socket.write(`${i};`)
    await near.hears(`${i};`)
  }
}

const towards = (port: number, effect: LineFault['effect'], way = {}): LineFault => ({
  ...{ peer: [port], inbound: true, outbound: true, effect },
  ...way
})

const replacedMethods = (socket: Socket): string[] =>
  ['push', '_write', '_writev', '_final', '_destroy'].filter((name) => Object.hasOwn(socket, name))

describe('a line', () => {
  test('is a plain socket without faults, and again when they are over', async () => {
    const lines = faultyLines()
    const { near, port } = await pair(lines)
    expect(replacedMethods(near.socket)).toEqual([])
    lines.set([towards(port, 'cut')])
    expect(replacedMethods(near.socket)).not.toEqual([])
    lines.set([])
    expect(replacedMethods(near.socket)).toEqual([])
  })

  test.each([
    ['away from this node', { inbound: false }, ['x', '']],
    ['to this node', { outbound: false }, ['', 'x']],
    ['both ways', {}, ['', '']]
  ])('cut %s holds the bytes until it is whole', async (_name, way, duringTheCut) => {
    const lines = faultyLines()
    const { near, far, port } = await pair(lines)
    lines.set([towards(port, 'cut', way)])
    near.socket.write('x')
    far.socket.write('x')
    await roundTrips()
    expect([near.text, far.text]).toEqual(duringTheCut)
    lines.set([])
    await Promise.all([near.hears('x'), far.hears('x')])
    expect([near.text, far.text]).toEqual(['x', 'x'])
  })

  test('that is cut and made whole loses and mixes nothing of a long stream, either way', async () => {
    const lines = faultyLines()
    const { near, far, port } = await pair(lines)
    const stream = Array.from({ length: 200_000 }, (_, i) => `${i};`).join('')
    lines.set([towards(port, 'cut')])
    for (const { socket } of [near, far])
      for (let at = 0; at < stream.length; at += 50_000) socket.write(stream.slice(at, at + 50_000))
    await roundTrips()
    lines.set([towards(port, { delayMs: 1, jitterMs: 1 })])
    lines.set([])
    await Promise.all([near.hears('199999;'), far.hears('199999;')])
    expect([near.text === stream, far.text === stream]).toEqual([true, true])
  })

  test('that is slow delivers all, later', async () => {
    const lines = faultyLines()
    const { near, far, port } = await pair(lines)
    lines.set([towards(port, { delayMs: 30, jitterMs: 5 })])
    const began = performance.now()
    near.socket.write('ab')
    near.socket.write('cd')
    await far.hears('abcd')
    far.socket.write('ef')
    await near.hears('ef')
    expect(performance.now() - began).toBeGreaterThanOrEqual(50)
  })

  test('cut off, its peer does not hear that it was closed until it is whole', async () => {
    const lines = faultyLines()
    const { near, far, port } = await pair(lines)
    lines.set([towards(port, 'cut')])
    near.socket.destroy()
    await near.hears('closed')
    await roundTrips()
    expect(far.heard).toEqual([])
    lines.set([])
    await far.hears('closed')
  })

  test('nor does it hear that its peer has closed', async () => {
    const lines = faultyLines()
    const { near, far, port } = await pair(lines)
    lines.set([towards(port, 'cut')])
    far.socket.end('bye')
    await roundTrips()
    expect(near.heard).toEqual([])
    lines.set([])
    await near.hears('byeclosed')
  })

  test('that is refused is closed, and none is opened until it is allowed again', async () => {
    const lines = faultyLines()
    const { near, far, port } = await pair(lines)
    lines.set([towards(port, 'refuse')])
    await Promise.all([near.hears('closed'), far.hears('closed')])
    const [error] = (await once(dial(lines, port).socket, 'error')) as [NodeJS.ErrnoException]
    expect(error.code).toBe('ECONNREFUSED')
    lines.set([])
    await once(dial(lines, port).socket, 'connect')
  })

  test('that is cut is not opened either, until it is whole', async () => {
    const lines = faultyLines()
    const { port, accepted } = await serve()
    lines.set([towards(port, 'cut', { inbound: false })])
    const { socket } = dial(lines, port)
    await roundTrips()
    expect(accepted).toEqual([])
    lines.set([])
    await once(socket, 'connect')
  })

  test('to another node is not touched', async () => {
    const lines = faultyLines()
    const { near, far, port } = await pair(lines)
    lines.set([towards(port + 1, 'cut'), towards(port + 1, 'refuse')])
    near.socket.write('x')
    await far.hears('x')
  })
})

describe('clients and nodes are told apart by who opened the connection', () => {
  const clientsCut: LineFault = { peer: 'clients', inbound: true, outbound: true, effect: 'cut' }

  test.each([
    ['opened before the fault', (set: () => void, open: () => Promise<void>) => open().then(set)],
    ['opened during the fault', (set: () => void, open: () => Promise<void>) => (set(), open())]
  ])('%s', async (_name, inOrder) => {
    const own = portSet()
    const lines = faultyLines(own)
    const { port, server, accepted } = await serve(lines)
    const ears: Ear[] = []
    const open = async (): Promise<void> => {
      for (const by of [faultyLines(own), plainLines]) {
        const connection = once(server, 'connection')
        ears.push(dial(by, port))
        await connection
      }
    }
    await inOrder(() => lines.set([clientsCut]), open)
    const [node, client] = ears
    client!.socket.write('client')
    node!.socket.write('node')
    await accepted[0]!.hears('node')
    await roundTrips()
    expect(accepted[1]!.heard).toEqual([])
    lines.set([])
    await accepted[1]!.hears('client')
  })

  test('refused, clients are closed and nodes stay', async () => {
    const own = portSet()
    const lines = faultyLines(own)
    lines.set([{ ...clientsCut, effect: 'refuse' }])
    const { port, accepted } = await serve(lines)
    const node = dial(faultyLines(own), port)
    const client = dial(plainLines, port)
    await client.hears('closed')
    node.socket.write('x')
    await Promise.all(accepted.map((ear) => ear.hears('x').catch(() => undefined)).slice(0, 1))
    expect(node.heard).toEqual([])
  })

  test('a port is nobody’s again when its connection is closed', async () => {
    const own = portSet()
    const { near } = await pair(faultyLines(own))
    const port = near.socket.localPort!
    expect(own.has(port)).toBe(true)
    near.socket.destroy()
    await near.hears('closed')
    expect(own.has(port)).toBe(false)
  })
})
