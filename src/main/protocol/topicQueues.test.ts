import { expect, test } from 'vitest'
import type { TopicRouteData } from './bodies/route'
import { publishQueues, queueKey, subscribeQueues } from './topicQueues'

const route = (over: Partial<TopicRouteData> = {}): TopicRouteData => ({
  queueDatas: [
    { brokerName: 'b', perm: 6, readQueueNums: 2, writeQueueNums: 1, topicSysFlag: 0 },
    { brokerName: 'a', perm: 6, readQueueNums: 1, writeQueueNums: 3, topicSysFlag: 0 }
  ],
  brokerDatas: [
    { brokerName: 'a', cluster: 'C', brokerAddrs: { '0': '127.0.0.1:1', '1': '127.0.0.1:2' } },
    { brokerName: 'b', cluster: 'C', brokerAddrs: { '0': '127.0.0.1:3' } }
  ],
  ...over
})

const withPerm = (perm: number): TopicRouteData =>
  route({ queueDatas: route().queueDatas.map((q) => (q.brokerName === 'a' ? { ...q, perm } : q)) })

const withoutMaster = route({
  brokerDatas: [
    { brokerName: 'a', cluster: 'C', brokerAddrs: { '1': '127.0.0.1:2' } },
    { brokerName: 'b', cluster: 'C', brokerAddrs: { '0': '127.0.0.1:3' } }
  ]
})

test.each<[string, TopicRouteData, number | undefined, string[]]>([
  [
    'as many as writeQueueNums, by broker name',
    route(),
    undefined,
    ['T@a@0', 'T@a@1', 'T@a@2', 'T@b@0']
  ],
  ['at most the limit a broker', route(), 2, ['T@a@0', 'T@a@1', 'T@b@0']],
  ['none of a broker that may not be written', withPerm(4), undefined, ['T@b@0']],
  ['none of a broker without a master', withoutMaster, undefined, ['T@b@0']],
  [
    'those of the order configuration',
    route({ orderTopicConf: 'b:2;a:1' }),
    undefined,
    ['T@b@0', 'T@b@1', 'T@a@0']
  ]
])('queues to send to: %s', (_name, data, limit, expected) => {
  expect(publishQueues('T', data, limit).map(queueKey)).toEqual(expected)
})

test.each<[string, TopicRouteData, string[]]>([
  ['as many as readQueueNums, sorted', route(), ['T@a@0', 'T@b@0', 'T@b@1']],
  ['none of a broker that may not be read', withPerm(2), ['T@b@0', 'T@b@1']],
  ['also of a broker that has only slaves', withoutMaster, ['T@a@0', 'T@b@0', 'T@b@1']]
])('queues to consume: %s', (_name, data, expected) => {
  expect(subscribeQueues('T', data).map(queueKey)).toEqual(expected)
})

test('more than nine queues sort by number', () => {
  const many = route({
    queueDatas: [
      { brokerName: 'a', perm: 6, readQueueNums: 11, writeQueueNums: 11, topicSysFlag: 0 }
    ]
  })
  expect(subscribeQueues('T', many).map((q) => q.queueId)).toEqual([
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
  ])
})
