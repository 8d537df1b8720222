import { beforeEach, expect, test, vi } from 'vitest'
import { ManualClock } from '../../base/clock'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { defaultSubscriptionGroupConfig } from '../../protocol/bodies/subscriptionGroup'
import type { RemotingCommand, Reply } from '../../protocol/remotingCommand'
import type { RemotingConnection } from '../../remoting/connection'
import type { GetMessageResult, GetMessageStatus } from '../../store/messageStore'
import { FakeConnection } from '../brokerFakes'
import type { HeldPull } from '../pullRequestHoldService'
import { plainTopicConfig } from '../topicTable'
import { MAX_SUSPEND_MS, pullMessage } from './pullMessage'

const clock = new ManualClock()
let result: GetMessageResult
let held: HeldPull[]
let mayHold: boolean

beforeEach(() => {
  held = []
  mayHold = true
})

const resultOf = (status: GetMessageStatus): GetMessageResult => ({
  ...{ status, nextBeginOffset: 7, minOffset: 1, maxOffset: 9 },
  ...{ messages: [], queueOffsets: [], bytes: 0 }
})

const offsets = {
  commit: vi.fn(() => true),
  commitPull: vi.fn(),
  queryThenEraseResetOffset: vi.fn((): number | undefined => undefined)
}

const [route] = pullMessage({
  clock,
  config: { longPollingEnable: true, shortPollingTimeMills: 1000 },
  fromWhere: { isSlave: false, leavesOffset: () => false, suggestWhichBrokerId: () => 0 },
  pullCheck: {
    judge: () => ({
      topic: plainTopicConfig('T', 1),
      group: defaultSubscriptionGroupConfig('CG'),
      filter: { matches: undefined, matchesMessage: undefined }
    })
  },
  store: {
    getMessage: () => result,
    getMinOffsetInQueue: () => 1,
    getMaxOffsetInQueue: () => 9
  },
  offsets,
  heldPulls: {
    hold: (pull) => {
      if (mayHold) held.push(pull)
      return mayHold
    }
  },
  stats: { incGet: vi.fn(), incGetLatency: vi.fn(), incGetMiss: vi.fn() },
  trace: { delivered: vi.fn() },
  tail: { isOpen: false, offer: vi.fn() },
  offsetMoved: { generate: vi.fn() }
})

const pull = (queueOffset: number, sysFlag = 0, suspendTimeoutMillis = 15_000) => {
  const command: RemotingCommand = {
    ...{ code: RequestCode.PULL_MESSAGE, language: 'JAVA', version: 479, opaque: 1, flag: 0 },
    serializeType: 'JSON',
    extFields: {
      ...{ consumerGroup: 'CG', topic: 'T', queueId: '0', queueOffset: String(queueOffset) },
      ...{ maxMsgNums: '32', sysFlag: String(sysFlag), commitOffset: '5', subVersion: '0' },
      suspendTimeoutMillis: String(suspendTimeoutMillis)
    }
  }
  return route!.handle(command, new FakeConnection() as unknown as RemotingConnection)
}

test.each([
  ['FOUND', 5, ResponseCode.SUCCESS],
  ['NO_MATCHED_MESSAGE', 5, ResponseCode.PULL_RETRY_IMMEDIATELY],
  ['MESSAGE_WAS_REMOVING', 5, ResponseCode.PULL_RETRY_IMMEDIATELY],
  ['OFFSET_FOUND_NULL', 5, ResponseCode.PULL_NOT_FOUND],
  ['OFFSET_OVERFLOW_ONE', 5, ResponseCode.PULL_NOT_FOUND],
  ['NO_MATCHED_LOGIC_QUEUE', 0, ResponseCode.PULL_NOT_FOUND],
  ['NO_MATCHED_LOGIC_QUEUE', 5, ResponseCode.PULL_OFFSET_MOVED],
  ['NO_MESSAGE_IN_QUEUE', 0, ResponseCode.PULL_NOT_FOUND],
  ['NO_MESSAGE_IN_QUEUE', 5, ResponseCode.PULL_OFFSET_MOVED],
  ['OFFSET_OVERFLOW_BADLY', 5, ResponseCode.PULL_OFFSET_MOVED],
  ['OFFSET_TOO_SMALL', 5, ResponseCode.PULL_OFFSET_MOVED]
] as const)('%s at %i is answered %i, with all offsets', (status, offset, code) => {
  result = resultOf(status)
  expect(pull(offset)).toMatchObject({
    code,
    remark: status,
    extFields: { suggestWhichBrokerId: '0', nextBeginOffset: '7', minOffset: '1', maxOffset: '9' }
  })
})

test('a pull is held once, no longer than the limit, and commits once', async () => {
  result = resultOf('OFFSET_OVERFLOW_ONE')
  offsets.commit.mockClear()
  const answer = pull(5, 1 | 2, 3_600_000)
  expect(held).toHaveLength(1)
  expect(held[0]?.deadline).toBe(clock.monotonic() + MAX_SUSPEND_MS)
  held[0]?.resume(5)
  expect(((await answer) as Reply).code).toBe(ResponseCode.PULL_NOT_FOUND)
  expect(held).toHaveLength(1)
  expect(offsets.commit.mock.calls).toEqual([['CG', 'T', 0, 5, expect.any(FakeConnection)]])
})

test('a queue that was reset goes on there; what was consumed before is not committed', () => {
  result = resultOf('FOUND')
  offsets.commit.mockClear()
  offsets.queryThenEraseResetOffset.mockReturnValueOnce(3)
  expect(pull(5, 1 | 2)).toMatchObject({
    code: ResponseCode.PULL_OFFSET_MOVED,
    remark: 'OFFSET_RESET',
    extFields: { suggestWhichBrokerId: '0', nextBeginOffset: '3', minOffset: '1', maxOffset: '9' }
  })
  expect(offsets.commit).not.toHaveBeenCalled()
  expect(pull(3)).toMatchObject({ code: ResponseCode.SUCCESS })
})

test('where no more can be held the client is told to come back later', async () => {
  result = resultOf('OFFSET_OVERFLOW_ONE')
  mayHold = false
  await expect(pull(5, 2)).rejects.toMatchObject({ code: ResponseCode.SYSTEM_BUSY })
})
