import { expect, test } from 'vitest'
import { bulkNamesOf, newTopicForm, topicDraftOf, topicFormOf, type TopicForm } from './topicRules'

test.each<[string, Partial<TopicForm>, number | undefined]>([
  ['both ticks', {}, 6],
  ['read only', { write: false }, 4],
  ['write only', { read: false }, 2],
  ['neither is not complete', { read: false, write: false }, undefined],
  ['an illegal name is not complete', { topic: 'a.b' }, undefined],
  ['no queue number is not complete', { readQueueNums: null }, undefined]
])('%s', (_name, change, perm) => {
  expect(topicDraftOf({ ...newTopicForm('Orders'), ...change })?.perm).toBe(perm)
})

test('a topic survives the way into the form and back', () => {
  const onBroker = { brokerName: 'broker-a', readQueueNums: 4, writeQueueNums: 6, perm: 4 }
  const form = topicFormOf({
    topic: 'Orders',
    kind: 'NORMAL',
    ...{ messageType: 'FIFO', order: true, note: '' },
    readQueueNums: 4,
    writeQueueNums: 6,
    perm: 4,
    brokers: [onBroker]
  })
  expect(topicDraftOf(form)).toEqual({
    topic: 'Orders',
    readQueueNums: 4,
    writeQueueNums: 6,
    perm: 4,
    ...{ brokerNames: ['broker-a'], messageType: 'FIFO', order: true }
  })
})

test.each([
  ['A\nB, A;C', 10, ['A', 'B', 'C'], []],
  ['T-{1..3}', 10, ['T-1', 'T-2', 'T-3'], []],
  ['{08..10}x', 10, ['08x', '09x', '10x'], []],
  ['T{1..500}', 3, ['T1', 'T2', 'T3', 'T4'], []],
  ['T{3..1}', 10, [], []],
  ['ok no.good', 10, ['ok'], ['no.good']]
])('%j is names, %i at most', (text, limit, names, illegal) => {
  expect(bulkNamesOf(text, limit)).toEqual({ names, illegal })
})
