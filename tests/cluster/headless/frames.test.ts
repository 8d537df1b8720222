/** Whatever a window sends, the engine answers or closes that window, and goes on. */
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/main/base/random'
import { methods } from '../../../src/shared/contract'
import { startHeadless, type Headless } from '../../headless'
import { ConsoleSocket } from './consoleSocket'

let headless: Headless
beforeAll(async () => {
  headless = await startHeadless()
})
afterAll(() => headless.stop())

const open = (): Promise<ConsoleSocket> => ConsoleSocket.open(headless.ready.console)

const expectAlive = async (): Promise<void> => {
  const window = await open()
  expect(await window.ask('app.info')).toMatchObject({ ok: true })
  await window.close()
}

describe('a frame that is none of the contract closes its window', () => {
  test.each([
    ['no JSON', 'hello'],
    ['an empty text', ''],
    ['an array', '[]'],
    ['null', 'null'],
    ['an unknown kind', '{"kind":"evaluate","code":"1"}'],
    ['a call without id', '{"kind":"call","method":"app.info"}'],
    ['an id that is no whole number', '{"kind":"call","id":1.5,"method":"app.info"}'],
    ['a negative id', '{"kind":"call","id":-1,"method":"app.info"}'],
    ['a method that is no text', '{"kind":"call","id":1,"method":7}'],
    ['a method of 10 kB', JSON.stringify({ kind: 'call', id: 1, method: 'x'.repeat(10_000) })],
    ['an extra key', '{"kind":"call","id":1,"method":"app.info","as":"root"}'],
    ['an unknown event', '{"kind":"subscribe","event":"everything"}'],
    ['a prototype', '{"kind":"subscribe","event":"__proto__"}'],
    ['deep nesting', '['.repeat(100_000)]
  ])('%s', async (_name, text) => {
    const { socket } = await open()
    socket.send(text)
    const [code] = (await once(socket, 'close')) as [number]
    expect(code).toBe(1008)
    await expectAlive()
  })

  test('bytes instead of text', async () => {
    const { socket } = await open()
    socket.send(Buffer.from('{"kind":"call","id":1,"method":"app.info"}'), { binary: true })
    const [code] = (await once(socket, 'close')) as [number]
    expect(code).toBe(1008)
  })

  test('more than 32 MiB', async () => {
    const { socket } = await open()
    socket.on('error', () => undefined)
    socket.send('x'.repeat(33 * 1024 * 1024))
    await once(socket, 'close')
    await expectAlive()
  })
})

/** Values no schema expects, made from a seed so that a failure can be repeated. */
const oddValues = (seed: number): unknown[] => {
  const random = seededRandom(seed)
  const odd: unknown[] = [
    null,
    true,
    -1,
    0,
    1.5,
    1e308,
    '',
    'x'.repeat(5000),
    '../../etc/passwd',
    'a\u0000b',
    '\u2028',
    [],
    [[]],
    {},
    { toString: 'x' },
    { __proto__: null, constructor: 1 },
    { topic: 'T', brokerName: 'broker-a', queueId: 0, offset: 0, limit: 1e9 }
  ]
  const pick = (): unknown => odd[random.int(odd.length)]
  const fields = [
    'topic',
    'id',
    'groupName',
    'brokerName',
    'queueId',
    'offset',
    'body',
    'properties'
  ]
  const made = Array.from({ length: 20 }, () =>
    Object.fromEntries(fields.filter(() => random.int(2) === 0).map((field) => [field, pick()]))
  )
  return [...odd, ...made]
}

/** Those a stranger's values could make stop something are left to their own tests. */
const harmless = Object.keys(methods).filter((method) => !method.startsWith('node.'))

test.each([1, 2, 3])('odd parameters of every method are answered, seed %i', async (seed) => {
  const window = await open()
  for (const method of harmless) {
    for (const params of oddValues(seed)) {
      const outcome = await window.ask(method as 'app.info', params as undefined)
      if (!outcome.ok)
        expect(outcome.error.code, `${method} ${JSON.stringify(params)}`).not.toBe('INTERNAL')
    }
  }
  await window.close()
  expect(headless.stderr()).toBe('')
})

test('methods that do not exist are answered', async () => {
  const window = await open()
  for (const method of ['', 'constructor', '__proto__', 'toString', 'app', 'app.info '])
    expect(await window.ask(method as 'app.info')).toMatchObject({
      ok: false,
      error: { code: 'UNKNOWN_METHOD' }
    })
  await window.close()
})

test('a window that asks too much at once is told, and its answers come', async () => {
  const window = await open()
  const outcomes = await Promise.all(Array.from({ length: 500 }, () => window.ask('topic.list')))
  const codes = new Set(outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.error.code)))
  expect(codes).toEqual(new Set(['ok', 'SYSTEM_BUSY']))
  await window.close()
})

test('a window that goes away in the middle leaves nothing behind', async () => {
  for (let i = 0; i < 20; i++) {
    const window = await open()
    for (const event of ['tail', 'traffic', 'changed', 'notice'] as const)
      window.send({ kind: 'subscribe', event })
    void window.ask('topic.list')
    window.socket.terminate()
  }
  await expectAlive()
})
