import { expect, test } from 'vitest'
import type { GroupProgress } from '../../../../shared/groupViews'
import {
  consumedShare,
  groupDraftOf,
  groupFormOf,
  newGroupForm,
  retryLadder,
  topicsOfDetail,
  topicTotals,
  totalLag
} from './groupRules'

const queue = (brokerOffset: number, consumerOffset: number): GroupProgress => ({
  topic: 'Orders',
  brokerName: 'broker-a',
  queueId: 0,
  brokerOffset,
  consumerOffset,
  lag: brokerOffset - consumerOffset,
  inflight: 1,
  lastTimestamp: 0
})

test.each([
  ['nothing stored is done', queue(0, 0), 1],
  ['half', queue(10, 5), 0.5],
  ['nothing consumed', queue(10, 0), 0],
  ['ahead of the broker is done', queue(10, 12), 1]
])('%s', (_name, progress, share) => {
  expect(consumedShare(progress)).toBe(share)
})

test('being ahead of one queue does not hide the lag of another', () => {
  expect(totalLag([queue(10, 4), queue(10, 12)])).toBe(6)
})

test('the form starts with the defaults and keeps what the broker says', () => {
  expect(groupDraftOf({ ...newGroupForm(), groupName: 'GID_a' })).toMatchObject({
    consumeEnable: true,
    retryQueueNums: 1,
    retryMaxTimes: 16
  })
  const config = {
    consumeEnable: false,
    consumeFromMinEnable: true,
    consumeBroadcastEnable: true,
    consumeMessageOrderly: true,
    retryQueueNums: 3,
    retryMaxTimes: 5,
    consumeTimeoutMinute: 1,
    brokerId: 7,
    whichBrokerWhenConsumeSlowly: 2,
    notifyConsumerIdsChangedEnable: false
  }
  const detail = {
    ...{ groupName: 'GID_a', online: false, config, configs: [], missingOn: [] },
    ...{ members: [], subscriptions: [], progress: [] }
  }
  const { brokerId: _own, ...shown } = config
  expect(groupDraftOf(groupFormOf(detail))).toEqual({
    ...{ groupName: 'GID_a', brokerNames: [] },
    ...shown
  })
})

test('the ladder begins at 10 s, ends at 2 h again and again, and has no total without an end', () => {
  expect(retryLadder(2)).toEqual({ steps: [10_000, 30_000], totalMs: 40_000, isCut: false })
  expect(retryLadder(16).steps.at(-1)).toBe(7_200_000)
  expect(retryLadder(0)).toEqual({ steps: [], totalMs: 0, isCut: false })
  expect(retryLadder(20)).toMatchObject({ isCut: true })
  expect(retryLadder(-1)).toMatchObject({ isCut: true, totalMs: undefined })
})

test('topics are summed; the retry topic can be reset but is not chosen', () => {
  const progress = [queue(10, 5), { ...queue(4, 4), queueId: 1, delayMs: 9 }]
  expect(topicTotals(progress)).toEqual([
    { topic: 'Orders', lag: 5, inflight: 2, delayMs: 9, lastTimestamp: 0 }
  ])
  const subscription = { topic: '%RETRY%GID_a', subString: '*', expressionType: 'TAG' }
  const detail = {
    ...{ groupName: 'GID_a', online: true, configs: [], missingOn: [], members: [] },
    ...{ subscriptions: [subscription], progress }
  }
  expect(topicsOfDetail(detail)).toEqual({ all: ['%RETRY%GID_a', 'Orders'], chosen: ['Orders'] })
})

test('an illegal name is not complete', () => {
  expect(groupDraftOf({ ...newGroupForm(), groupName: 'a b' })).toBeUndefined()
})
