import { expect, test } from 'vitest'
import { buildSubscriptionData, sqlSubscriptionData } from './bodies/heartbeat'
import { memberSubscriptions, subscriptionDifference } from './subscriptionConsistency'

const tag = (topic: string, expression: string) => buildSubscriptionData(topic, expression, 1)
const member = (clientId: string, ...data: ReturnType<typeof tag>[]) => ({
  clientId,
  subscriptions: memberSubscriptions(data)
})

test.each([
  ['nobody', [], undefined],
  ['one alone', [member('a', tag('T', 'A'))], undefined],
  ['another spelling', [member('a', tag('T', 'A||B')), member('b', tag('T', ' B || A '))], undefined], // prettier-ignore
  ['the retry topic, which gRPC clients do not name', [member('a', tag('T', '*'), tag('%RETRY%G', '*')), member('b', tag('T', '*'))], undefined], // prettier-ignore
  ['other tags', [member('a', tag('T', 'A')), member('b', tag('T', 'B'))], { topic: 'T', clientId: 'a', expression: 'A', otherClientId: 'b', otherExpression: 'B' }], // prettier-ignore
  ['a topic less', [member('a', tag('T', '*')), member('b')], { topic: 'T', clientId: 'a', expression: '*', otherClientId: 'b' }], // prettier-ignore
  ['SQL of the same text as a tag is compared as text', [member('a', tag('T', 'A')), member('b', sqlSubscriptionData('T', 'a > 1', 1))], { topic: 'T', clientId: 'a', expression: 'A', otherClientId: 'b', otherExpression: 'a > 1' }] // prettier-ignore
])('%s', (_name, members, difference) => {
  expect(subscriptionDifference(members)).toEqual(difference)
})
