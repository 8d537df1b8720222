import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ClientFrame } from '../../../shared/contract'
import type { ServerFrame } from '../../../shared/contract'
import { CLOSE_UNAUTHORIZED, socketTransport, type Socket } from './socket'

class FakeSocket implements Socket {
  onopen: (() => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  readonly sent: ClientFrame[] = []
  send(text: string) {
    this.sent.push(JSON.parse(text) as ClientFrame)
  }
  answer(frame: ServerFrame) {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }
}

const start = () => {
  const sockets: FakeSocket[] = []
  const states: string[] = []
  const transport = socketTransport({
    connect: () => {
      const socket = new FakeSocket()
      sockets.push(socket)
      return socket
    }
  })
  transport.onState((state) => states.push(state))
  const socket = (index: number): FakeSocket => {
    const found = sockets[index]
    if (!found) throw new Error(`no connection ${index} was opened`)
    return found
  }
  return { transport, sockets, states, socket }
}

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('calls', () => {
  test('made before the first connection stands are sent once it does', async () => {
    const { transport, socket } = start()
    const answer = transport.call('topic.list', undefined)
    expect(socket(0).sent).toEqual([])
    socket(0).onopen?.()
    expect(socket(0).sent).toEqual([{ kind: 'call', id: 1, method: 'topic.list' }])
    socket(0).answer({ kind: 'result', id: 1, outcome: { ok: true, value: ['T'] } })
    expect(await answer).toEqual({ ok: true, value: ['T'] })
  })

  test('get their own answers, whatever the order', async () => {
    const { transport, socket } = start()
    socket(0).onopen?.()
    const first = transport.call('app.info', undefined)
    const second = transport.call('notice.list', undefined)
    socket(0).answer({ kind: 'result', id: 2, outcome: { ok: true, value: 'second' } })
    socket(0).answer({ kind: 'result', id: 1, outcome: { ok: true, value: 'first' } })
    expect(await first).toEqual({ ok: true, value: 'first' })
    expect(await second).toEqual({ ok: true, value: 'second' })
  })

  test('pending when the connection breaks end with CONNECTION_LOST', async () => {
    const { transport, socket } = start()
    socket(0).onopen?.()
    const answer = transport.call('topic.list', undefined)
    socket(0).onclose?.({ code: 1006 })
    expect(await answer).toMatchObject({ ok: false, error: { code: 'CONNECTION_LOST' } })
  })

  test('made while the connection is down are refused at once', async () => {
    const { transport, socket } = start()
    socket(0).onopen?.()
    socket(0).onclose?.({ code: 1006 })
    expect(await transport.call('topic.list', undefined)).toMatchObject({
      error: { code: 'CONNECTION_LOST' }
    })
  })
})

describe('a lost connection', () => {
  test('is retried after 0.5 s, then ever later, at most every 5 s', () => {
    const { sockets, socket } = start()
    socket(0).onopen?.()
    socket(0).onclose?.({ code: 1006 })
    for (const waitMs of [500, 1000, 2000, 4000, 5000, 5000]) {
      const before = sockets.length
      vi.advanceTimersByTime(waitMs - 1)
      expect(sockets).toHaveLength(before)
      vi.advanceTimersByTime(1)
      expect(sockets).toHaveLength(before + 1)
      socket(before).onclose?.({ code: 1006 })
    }
  })

  test('starts again at 0.5 s after a success', () => {
    const { sockets, socket } = start()
    socket(0).onclose?.({ code: 1006 })
    vi.advanceTimersByTime(500)
    socket(1).onclose?.({ code: 1006 })
    vi.advanceTimersByTime(1000)
    socket(2).onopen?.()
    socket(2).onclose?.({ code: 1006 })
    vi.advanceTimersByTime(500)
    expect(sockets).toHaveLength(4)
  })

  test('is announced, and its end as well', () => {
    const { states, socket } = start()
    socket(0).onopen?.()
    socket(0).onclose?.({ code: 1006 })
    vi.advanceTimersByTime(500)
    socket(1).onopen?.()
    expect(states).toEqual(['connecting', 'open', 'lost', 'open'])
  })

  test('is not retried where the server refused the token', () => {
    const { states, sockets, socket } = start()
    socket(0).onopen?.()
    socket(0).onclose?.({ code: CLOSE_UNAUTHORIZED })
    vi.advanceTimersByTime(60_000)
    expect(sockets).toHaveLength(1)
    expect(states.at(-1)).toBe('refused')
  })
})

describe('events', () => {
  test('are subscribed with the first listener and given up with the last', () => {
    const { transport, socket } = start()
    socket(0).onopen?.()
    const offA = transport.on('tail', () => undefined)
    const offB = transport.on('tail', () => undefined)
    offA()
    offA()
    expect(socket(0).sent).toEqual([{ kind: 'subscribe', event: 'tail' }])
    offB()
    expect(socket(0).sent.at(-1)).toEqual({ kind: 'unsubscribe', event: 'tail' })
  })

  test('are subscribed again after a reconnect', () => {
    const { transport, socket } = start()
    const seen: unknown[] = []
    transport.on('changed', (payload) => seen.push(payload))
    socket(0).onopen?.()
    socket(0).onclose?.({ code: 1006 })
    vi.advanceTimersByTime(500)
    socket(1).onopen?.()
    expect(socket(1).sent).toEqual([{ kind: 'subscribe', event: 'changed' }])
    socket(1).answer({ kind: 'event', event: 'changed', payload: { nouns: ['topic'] } })
    expect(seen).toEqual([{ nouns: ['topic'] }])
  })
})
