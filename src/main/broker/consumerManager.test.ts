import { beforeEach, describe, expect, test } from 'vitest'
import { ManualClock } from '../base/clock'
import { buildSubscriptionData } from '../protocol/bodies/heartbeat'
import { javaHashCode } from '../protocol/message/tagsCode'
import { FakeConnection } from './brokerFakes'
import { MAX_GROUPS_PER_CONNECTION } from './clientChannelInfo'
import { tagsCodeMatcher } from './filter/subscriptionFilter'
import { ConsumerManager, type ConsumerIdsChange } from './consumerManager'

let clock: ManualClock
let manager: ConsumerManager
let changes: ConsumerIdsChange[]

beforeEach(() => {
  clock = new ManualClock()
  manager = new ConsumerManager(clock)
  changes = []
  manager.idsChanged.on((change) => changes.push(change))
})

const join = (
  connection: FakeConnection,
  { group = 'CG', clientId = 'c1', topics = ['T'], messageModel = 'CLUSTERING', notify = true } = {}
): boolean =>
  manager.registerConsumer(
    { groupName: group, consumeType: 'CONSUME_PASSIVELY', messageModel, consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET', unitMode: false }, // prettier-ignore
    { connection, clientId, language: 'JAVA', version: 479 },
    topics.map((topic) => buildSubscriptionData(topic, '*', 1)),
    notify
  )

const told = () => changes.map(({ channels }) => channels.map(({ clientId }) => clientId))

describe('a heartbeat changes something', () => {
  const [one, two] = [new FakeConnection(), new FakeConnection()]
  test.each([
    ['a new member', () => join(two, { clientId: 'c2' }), true],
    ['the same again', () => join(one), false],
    ['another client id on the same connection', () => join(one, { clientId: 'c9' }), true],
    ['another topic', () => join(one, { topics: ['T', 'U'] }), true],
    ['a topic less', () => join(one, { topics: [] }), true]
  ])('%s', (_name, act, expected) => {
    join(one)
    changes = []
    expect(act()).toBe(expected)
    expect(changes).toHaveLength(expected ? 1 : 0)
  })
})

test('nobody is told in a broadcasting group or where the group does not want it', () => {
  join(new FakeConnection(), { messageModel: 'BROADCASTING' })
  join(new FakeConnection(), { group: 'Quiet', notify: false })
  expect(changes).toEqual([])
})

test('the members left are told of one that is gone; the last one takes the group along', () => {
  const [one, two] = [new FakeConnection(), new FakeConnection()]
  join(one)
  join(two, { clientId: 'c2' })
  changes = []
  manager.closeConnection(two)
  expect(told()).toEqual([['c1']])
  manager.closeConnection(one)
  expect(manager.getConsumerGroupInfo('CG')).toBeUndefined()
  expect(told()).toEqual([['c1']])
})

test('a silent member expires; a heartbeat in time keeps it', () => {
  const [one, two] = [new FakeConnection(), new FakeConnection()]
  join(one)
  join(two, { clientId: 'c2' })
  clock.advance(100)
  join(one)
  clock.advance(21)
  expect(manager.removeExpired(120).map(({ clientId }) => clientId)).toEqual(['c2'])
  expect(manager.getConsumerGroupInfo('CG')?.clientIds()).toEqual(['c1'])
})

test('one connection cannot fill the table with groups', () => {
  const connection = new FakeConnection()
  for (let i = 0; i < MAX_GROUPS_PER_CONNECTION; i++) join(connection, { group: `G${i}` })
  expect(join(connection, { group: 'OneMore' })).toBe(false)
  expect(manager.getConsumerGroupInfo('OneMore')).toBeUndefined()
  clock.advance(100)
  join(connection, { group: 'G0' })
  expect(manager.removeExpired(50)).toHaveLength(MAX_GROUPS_PER_CONNECTION - 1)
})

describe('tags', () => {
  const data = (subString: string, codeSet: number[]) => ({ ...buildSubscriptionData('T', '*', 1), subString, codeSet }) // prettier-ignore
  const [a, b, c] = ['TagA', 'TagB', 'TagC'].map(javaHashCode) as [number, number, number]

  test.each([
    ['every message', data('*', []), [true, true, true, true]],
    ['one tag', data('TagA', [a]), [true, false, false, false]],
    ['two tags', data('TagA || TagB', [a, b]), [true, true, false, false]],
    ['an expression without its codes', data('TagA || TagC', []), [true, false, true, false]]
  ])('%s', (_name, subscription, expected) => {
    const matches = tagsCodeMatcher(subscription)
    expect([a, b, c, 0].map((code) => matches?.(code) ?? true)).toEqual(expected)
  })
})

test('members that differ are told of once, and again when they differ otherwise', () => {
  const differences: string[] = []
  manager.differs.on(({ group, difference }) => differences.push(`${group} ${difference.topic}`))
  const [one, two] = [new FakeConnection(), new FakeConnection()]
  join(one)
  join(two, { clientId: 'c2' })
  expect(differences).toEqual([])
  join(two, { clientId: 'c2', topics: ['T', 'U'] })
  join(two, { clientId: 'c2', topics: ['T', 'U'] })
  join(one)
  expect(differences).toEqual(['CG U'])
  join(one, { topics: ['U'] })
  expect(differences).toEqual(['CG U', 'CG T'])
  manager.closeConnection(two)
  join(one, { topics: ['T'] })
  expect(differences).toHaveLength(2)
})
