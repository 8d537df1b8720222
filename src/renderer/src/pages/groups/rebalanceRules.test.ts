import { expect, test } from 'vitest'
import { byTopic, memberShares, movedCount } from './rebalanceRules'

const queue = (topic: string, queueId: number, clientId?: string) => ({
  ...{ topic, brokerName: 'a', queueId },
  ...(clientId !== undefined && { clientId })
})
const now = { members: ['x', 'y'], queues: [queue('T', 0, 'x'), queue('T', 1), queue('U', 0, 'x')] }

test('a member without a queue is counted with 0', () => {
  expect(memberShares(now)).toEqual([
    { clientId: 'x', number: 1, queues: 2 },
    { clientId: 'y', number: 2, queues: 0 }
  ])
})

test('queues are shown topic by topic', () => {
  expect(byTopic(now.queues).map(([topic, queues]) => [topic, queues.length])).toEqual([
    ['T', 2],
    ['U', 1]
  ])
})

test('a queue that gets its first member has moved', () => {
  const then = { members: ['x', 'y'], queues: [queue('T', 0, 'x'), queue('T', 1, 'y'), queue('U', 0, 'y')] } // prettier-ignore
  expect(movedCount(now, then)).toBe(2)
  expect(movedCount(now, now)).toBe(0)
})
