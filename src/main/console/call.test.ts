import { describe, expect, test } from 'vitest'
import { methods, type Handlers } from '../../shared/contract'
import { createLog, silentLog, type LogRecord } from '../base/log'
import { ProblemError } from '../cluster/problem'
import type { BrokerStatus } from '../cluster/supervisor'
import { ResponseCode } from '../protocol/codes/responseCode'
import { RemotingError } from '../protocol/remotingCommand'
import { RemotingConnectError, RemotingTimeoutError } from '../remoting/errors'
import { createCall } from './call'

const caller = { id: 'w' }

/** Every method answers with what it was given, or throws. */
const callWith = (
  failure?: Error,
  log = silentLog,
  brokerState: BrokerStatus['state'] = 'running'
) => {
  const done: string[] = []
  const handler = (params: unknown): unknown => {
    if (failure !== undefined) throw failure
    return params
  }
  const handlers = Object.fromEntries(
    Object.keys(methods).map((method) => [method, handler])
  ) as unknown as Handlers
  const call = createCall({
    handlers,
    cluster: {
      namesrvAddresses: () => ['127.0.0.1:9876'],
      brokerStatuses: () => [{ id: 'broker-a:0', state: brokerState } as BrokerStatus]
    },
    log,
    onDone: (method) => done.push(method)
  })
  return { call, done }
}

describe('a method', () => {
  test('receives its parameters parsed, with defaults', async () => {
    const { call, done } = callWith()
    const draft = { topic: 'T', readQueueNums: 4, writeQueueNums: 4, perm: 6 }
    expect(await call('topic.save', draft, caller)).toEqual({
      ok: true,
      value: { ...draft, brokerNames: [] }
    })
    expect(done).toEqual(['topic.save'])
  })

  test.each(['no.such', '', 'constructor', '__proto__', 'toString'])(
    '%j is unknown',
    async (method) => {
      const { call } = callWith()
      expect(await call(method, undefined, caller)).toMatchObject({
        error: { code: 'UNKNOWN_METHOD' }
      })
    }
  )
})

describe('wrong input names its field', () => {
  test.each([
    ['topic.detail', { topic: 7 }, 'topic'],
    ['topic.detail', { topic: 'T', extra: 1 }, 'extra'],
    ['topic.detail', undefined, 'params'],
    ['topic.detail', { topic: '../etc' }, 'topic'],
    ['app.info', { some: 'thing' }, 'params'],
    ['message.browse', { topic: 'T', brokerName: 'b', queueId: -1, offset: 0 }, 'queueId'],
    ['topic.save', { topic: 'T', readQueueNums: 1, writeQueueNums: 1, perm: 1 }, 'perm'],
    ['message.send', { topic: 'T', body: '', properties: [['a']] }, 'properties.0']
  ])('%s %j: %s', async (method, params, field) => {
    const { call, done } = callWith()
    expect(await call(method, params, caller)).toMatchObject({
      ok: false,
      error: { code: 'INVALID_INPUT', params: { field } }
    })
    expect(done).toEqual([])
  })
})

describe('what is thrown becomes a problem', () => {
  test.each([
    [
      new RemotingError(ResponseCode.TOPIC_NOT_EXIST, 'create it'),
      { code: 'TOPIC_NOT_EXIST', message: 'create it' }
    ],
    [new RemotingError(4711, 'odd'), { code: '4711', message: 'odd' }],
    [
      new RemotingConnectError('127.0.0.1:9876'),
      { code: 'NAMESRV_UNREACHABLE', params: { address: '127.0.0.1:9876' } }
    ],
    [
      new RemotingConnectError('127.0.0.1:10911'),
      { code: 'BROKER_UNREACHABLE', params: { address: '127.0.0.1:10911' } }
    ],
    [new RemotingTimeoutError('127.0.0.1:10911', 3000, 'VIEW'), { code: 'TIMEOUT' }],
    [
      new ProblemError('SYSTEM_TOPIC', { topic: 'TBW102' }, 'no'),
      { code: 'SYSTEM_TOPIC', params: { topic: 'TBW102' } }
    ],
    [new TypeError('oops'), { code: 'INTERNAL', message: 'oops' }]
  ])('%s', async (failure, error) => {
    const { call } = callWith(failure)
    expect(await call('app.info', undefined, caller)).toMatchObject({ ok: false, error })
  })

  test('with what the method was asked about', async () => {
    const { call } = callWith(new RemotingError(ResponseCode.TOPIC_NOT_EXIST, 'create it'))
    expect(await call('topic.detail', { topic: 'T' }, caller)).toMatchObject({
      error: { code: 'TOPIC_NOT_EXIST', params: { topic: 'T' } }
    })
  })

  test('where no broker is registered because ours is stopped, it is named', async () => {
    const failure = new RemotingError(ResponseCode.BROKER_NOT_EXIST, 'no master')
    const ask = (state: BrokerStatus['state']) =>
      callWith(failure, silentLog, state).call('topic.list', undefined, caller)
    expect(await ask('stopped')).toMatchObject({
      error: { code: 'NODE_NOT_RUNNING', params: { id: 'broker-a:0' } }
    })
    expect(await ask('running')).toMatchObject({ error: { code: 'BROKER_NOT_EXIST' } })
  })

  test('and only what nobody foresaw is logged, with its stack', async () => {
    const records: LogRecord[] = []
    const log = createLog('console', { now: () => 0 }, (record) => records.push(record))
    await callWith(new RemotingError(1, 'x'), log).call('app.info', undefined, caller)
    const bug = new TypeError('oops')
    await callWith(bug, log).call('app.info', undefined, caller)
    expect(records.map(({ error }) => error)).toEqual([bug])
  })
})
