import { beforeEach, describe, expect, test } from 'vitest'
import { ManualClock } from '../../base/clock'
import { Emitter } from '../../base/emitter'
import { silentLog } from '../../base/log'
import { seededRandom } from '../../base/random'
import { defaultSubscriptionGroupConfig } from '../../protocol/bodies/subscriptionGroup'
import type { GrpcError } from '../grpc/call'
import { readProxyConfig } from '../proxyConfig'
import { Code } from '../v2/code'
import { ClientType } from '../v2/enums'
import type { Settings, TelemetryCommand } from '../v2/messages'
import { CLIENT_EXPIRED_MS, ClientSessions, RESEND_SETTINGS_MS } from './clientSessions'
import type { TelemetryStream } from './grpcSession'
import type { Presence } from './presence'
import { CLIENT_ANSWER_TIMEOUT_MS, ServerCommands } from './serverCommands'

const ID = 'host@1@0@abc'

class Stream {
  readonly received = new Emitter<TelemetryCommand>()
  readonly halfClosed = new Emitter<void>()
  readonly cancelled = new Emitter<void>()
  readonly written: TelemetryCommand[] = []
  readonly remoteAddress = '127.0.0.1:50000'
  readonly isTls = false
  isCancelled = false
  ended: { error: GrpcError | undefined } | undefined

  write(command: TelemetryCommand): void {
    this.written.push(command)
  }

  end(error?: GrpcError): void {
    this.ended ??= { error }
  }

  break(): void {
    this.isCancelled = true
    this.cancelled.emit()
  }

  /** What the proxy does is settled in a few turns. */
  async say(command: TelemetryCommand): Promise<void> {
    this.received.emit(command)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const producer: Settings = {
  clientType: ClientType.PRODUCER,
  publishing: { topics: [{ name: 'A' }] }
}

let clock: ManualClock
let commands: ServerCommands
let sessions: ClientSessions
let shown: Presence[]
let closed: number

beforeEach(() => {
  clock = new ManualClock()
  commands = new ServerCommands({ clock, random: seededRandom(1) })
  shown = []
  closed = 0
  sessions = new ClientSessions({
    ...{ clock, log: silentLog, commands, config: readProxyConfig() },
    metadata: {
      messageType: () => Promise.resolve('MIXED'),
      group: (name) => Promise.resolve(defaultSubscriptionGroupConfig(name))
    },
    appear: () => ({
      show: (presence) => {
        shown.push(presence)
        return Promise.resolve()
      },
      close: () => {
        closed++
        return Promise.resolve()
      }
    })
  })
})

const open = (clientId = ID): Stream => {
  const stream = new Stream()
  sessions.telemetry(stream as unknown as TelemetryStream, clientId)
  return stream
}

const come = async (settings = producer): Promise<Stream> => {
  const stream = open()
  await stream.say({ settings })
  return stream
}

test('settings are answered each time they are sent, on the same stream', async () => {
  const stream = await come()
  await stream.say({ settings: producer })
  expect(stream.written).toHaveLength(2)
  for (const { status, settings } of stream.written) {
    expect(status?.code).toBe(Code.OK)
    expect(settings?.publishing?.maxBodySize).toBeGreaterThan(0)
  }
})

test('a producer is at brokers what it declared and what it asked the route of', async () => {
  await come()
  sessions.routeAnswered(ID, 'B')
  expect(shown.map(({ producerGroups }) => producerGroups)).toEqual([['A'], ['A', 'B']])
})

test('settings are sent once more after the last route of a client that is starting', async () => {
  const stream = await come()
  sessions.routeAnswered(ID, 'A')
  clock.advance(RESEND_SETTINGS_MS / 2)
  sessions.routeAnswered(ID, 'B')
  clock.advance(RESEND_SETTINGS_MS / 2)
  expect(stream.written).toHaveLength(1)
  clock.advance(RESEND_SETTINGS_MS / 2)
  expect(stream.written).toHaveLength(2)
  clock.advance(20_000)
  sessions.routeAnswered(ID, 'A')
  clock.advance(RESEND_SETTINGS_MS)
  expect(stream.written).toHaveLength(2)
})

test('what cannot be served is told both ways: a status, and an error at the end', async () => {
  const stream = await come({ clientType: 5, subscription: {} })
  expect(stream.written).toEqual([
    { status: { code: Code.UNRECOGNIZED_CLIENT_TYPE, message: expect.any(String) as string } }
  ])
  expect(stream.ended?.error?.code).toBe(3)
  expect(sessions.find(ID)).toBeUndefined()
})

describe('the end', () => {
  test('of a half-closed stream is OK, and the client stays until it says goodbye', async () => {
    const stream = await come()
    stream.halfClosed.emit()
    expect(stream.ended).toEqual({ error: undefined })
    expect(sessions.find(ID)?.isOpen).toBe(false)
    sessions.terminate(ID)
    expect(sessions.find(ID)).toBeUndefined()
    expect(closed).toBe(1)
  })

  test('of a client that broke off and is silent', async () => {
    const ended: string[] = []
    sessions.ended.on(({ clientId }) => ended.push(clientId))
    const stream = await come()
    stream.break()
    clock.advance(CLIENT_EXPIRED_MS / 2)
    sessions.heard(ID)
    clock.advance(CLIENT_EXPIRED_MS / 2 + 2000)
    expect(ended).toEqual([])
    clock.advance(CLIENT_EXPIRED_MS / 2)
    expect(ended).toEqual([ID])
  })

  test('is none while Telemetry is open', async () => {
    await come()
    clock.advance(CLIENT_EXPIRED_MS * 3)
    expect(sessions.find(ID)).toBeDefined()
  })
})

test('the newest stream is the one that is written to', async () => {
  const first = await come()
  const second = await come()
  first.break()
  expect(sessions.find(ID)?.isOpen).toBe(true)
  expect(sessions.find(ID)?.send({ status: { code: 1 } })).toBe(true)
  expect(second.written).toHaveLength(2)
})

describe('a question', () => {
  const ask = () =>
    commands.ask(sessions.find(ID)!, (nonce) => ({ printThreadStackTraceCommand: { nonce } }))
  const nonceOf = (stream: Stream): string =>
    stream.written.at(-1)!.printThreadStackTraceCommand!.nonce

  test('is answered by its nonce, by the client it was put to', async () => {
    const stream = await come()
    const answer = ask()
    const nonce = nonceOf(stream)
    await open('another').say({ threadStackTrace: { nonce, threadStackTrace: 'wrong' } })
    await stream.say({ threadStackTrace: { nonce, threadStackTrace: 'right' } })
    expect((await answer).threadStackTrace?.threadStackTrace).toBe('right')
  })

  test('without an answer ends in time', async () => {
    await come()
    const answer = ask()
    clock.advance(CLIENT_ANSWER_TIMEOUT_MS)
    await expect(answer).rejects.toMatchObject({ code: Code.PROXY_TIMEOUT })
  })

  test('to a client without Telemetry is not put', async () => {
    const stream = await come()
    stream.break()
    await expect(ask()).rejects.toMatchObject({ code: Code.NOT_FOUND })
  })
})
