import { expect, test } from 'vitest'
import type { GroupProgress } from '../../../../shared/views'
import { consumedShare, groupDraftOf, groupFormOf, newGroupForm, totalLag } from './groupRules'

const queue = (brokerOffset: number, consumerOffset: number): GroupProgress => ({
  topic: 'Orders',
  brokerName: 'broker-a',
  queueId: 0,
  brokerOffset,
  consumerOffset,
  lag: brokerOffset - consumerOffset,
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
    consumeBroadcastEnable: true,
    retryQueueNums: 3,
    retryMaxTimes: 5
  }
  const detail = {
    groupName: 'GID_a',
    online: false,
    config,
    members: [],
    subscriptions: [],
    progress: []
  }
  expect(groupDraftOf(groupFormOf(detail))).toEqual({ groupName: 'GID_a', ...config })
})

test('an illegal name is not complete', () => {
  expect(groupDraftOf({ ...newGroupForm(), groupName: 'a b' })).toBeUndefined()
})
