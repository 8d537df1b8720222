import { expect, test } from 'vitest'
import { newTopicForm, topicDraftOf, topicFormOf, type TopicForm } from './topicRules'

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
    brokerNames: ['broker-a']
  })
})
