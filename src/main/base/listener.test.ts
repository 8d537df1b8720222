import { expect, onTestFinished, test } from 'vitest'
import { Listener, type ListenerOptions } from './listener'
import { seededRandom, type Random } from './random'

const listener = (over: Partial<ListenerOptions> = {}): Listener => {
  const made = new Listener({
    hosts: ['127.0.0.1'],
    port: 0,
    maxConnections: 10,
    onSocket: (socket) => socket.destroy(),
    onError: (error) => {
      throw error
    },
    onDrop: () => undefined,
    ...over
  })
  onTestFinished(() => made.close())
  return made
}

/** Chooses these, one after the other, out of a range that begins at 20,000. */
const choosing = (...ports: number[]): Random => ({
  ...seededRandom(1),
  int: () => (ports.length > 1 ? ports.shift()! : ports[0]!) - 20_000
})

const held = (): Promise<number> => listener().listen()

test('any free port is one the system does not lend to outgoing connections', async () => {
  const ports = await Promise.all(Array.from({ length: 20 }, () => listener().listen()))
  expect(new Set(ports).size).toBe(20)
  for (const port of ports) expect(port >= 20_000 && port < 32_000).toBe(true)
})

test('a port that somebody has is passed over', async () => {
  const taken = await held()
  const free = taken + 1
  const port = await listener({ random: choosing(taken, free) }).listen()
  expect(port).toBe(free)
})

test('where all that are tried are taken, the system chooses', async () => {
  const taken = await held()
  const port = await listener({ random: choosing(taken) }).listen()
  expect(port).not.toBe(taken)
  expect(port).toBeGreaterThan(0)
})

test('a port that was asked for and is taken is told, with nothing left open', async () => {
  const port = await held()
  const second = listener({ port })
  await expect(second.listen()).rejects.toMatchObject({ code: 'EADDRINUSE' })
  expect(second.port).toBe(0)
})

test('it is the same at every address', async () => {
  const both = listener({ hosts: ['127.0.0.1', '127.0.0.2'] })
  const port = await both.listen()
  await expect(listener({ hosts: ['127.0.0.2'], port }).listen()).rejects.toMatchObject({
    code: 'EADDRINUSE'
  })
})
