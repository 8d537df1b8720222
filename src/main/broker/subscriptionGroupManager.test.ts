import { beforeEach, describe, expect, test } from 'vitest'
import { ManualClock } from '../base/clock'
import { silentLog } from '../base/log'
import type { SubscriptionGroupDoc } from '../meta/brokerMeta'
import { MAX_DOCUMENTS } from '../meta/collection'
import { defaultSubscriptionGroupConfig } from '../protocol/bodies/subscriptionGroup'
import { MemoryCollection } from './brokerFakes'
import { SubscriptionGroupManager } from './subscriptionGroupManager'

let subscriptionGroups: MemoryCollection<SubscriptionGroupDoc>
beforeEach(() => {
  subscriptionGroups = new MemoryCollection()
})

const open = (autoCreateSubscriptionGroup = true): SubscriptionGroupManager =>
  new SubscriptionGroupManager({
    ...{ clock: new ManualClock(), log: silentLog, config: { autoCreateSubscriptionGroup } },
    meta: { subscriptionGroups }
  })

describe('an unknown group', () => {
  test.each([
    ['is made', true, 'CG', true],
    ['is not made where groups are not made', false, 'CG', false],
    ['of the system is always made', false, 'CID_RMQ_SYS_X', true],
    ['with an illegal name is not made', true, 'C G', false],
    ['with a name over 120 characters is not made', true, 'G'.repeat(121), false]
  ])('%s', (_name, autoCreate, group, expected) => {
    expect(open(autoCreate).find(group) !== undefined).toBe(expected)
  })

  test('is there after a restart', async () => {
    open().find('CG')
    await Promise.resolve()
    expect(open(false).find('CG')).toEqual(defaultSubscriptionGroupConfig('CG'))
  })

  test('is not made beyond the limit; those known stay', () => {
    const manager = open()
    manager.find('Known')
    Object.defineProperty(subscriptionGroups, 'size', { value: MAX_DOCUMENTS })
    expect(manager.find('OneMore')).toBeUndefined()
    expect(manager.find('Known')).toBeDefined()
  })
})

test('what could not be written is not there', async () => {
  const manager = open()
  subscriptionGroups.failure = new Error('disk full')
  const wanted = { ...defaultSubscriptionGroupConfig('CG'), retryMaxTimes: 3 }
  await expect(manager.update([wanted])).rejects.toThrow('disk full')
  expect(manager.get('CG')).toBeUndefined()
})

test('the groups of the system are there from the start', () => {
  const manager = open(false)
  expect(manager.get('TOOLS_CONSUMER')).toEqual(defaultSubscriptionGroupConfig('TOOLS_CONSUMER'))
  expect(manager.has('CID_ONSAPI_PULL')).toBe(true)
})
