import { expect, test } from 'vitest'
import { resourceKey } from '../../../shared/aclModel'
import { RequestCode, type RequestCodeName } from '../../protocol/codes/requestCode'
import { createRequest } from '../../protocol/remotingCommand'
import { rightsOf } from './requestRights'

const needs = (name: RequestCodeName, extFields: Record<string, string>, body?: object) =>
  rightsOf(
    createRequest(
      {
        code: RequestCode[name],
        extFields,
        ...(body && { body: Buffer.from(JSON.stringify(body)) })
      },
      1
    ),
    'C'
  ).map(({ resource, actions }) => `${resourceKey(resource)} ${actions.join('|')}`)

test.each([
  ['SEND_MESSAGE', { topic: 'T' }, ['Topic:T Pub']],
  ['SEND_MESSAGE', { topic: '%RETRY%g', group: 'CLIENT' }, ['Group:CLIENT Sub']],
  ['SEND_MESSAGE_V2', { a: 'PG', b: 'T' }, ['Topic:T Pub']],
  ['SEND_MESSAGE_V2', { b: '%RETRY%g' }, ['Group:g Sub']],
  ['SEND_BATCH_MESSAGE', { b: 'T' }, ['Topic:T Pub']],
  ['SEND_MESSAGE', {}, ['Topic: Pub']],
  ['END_TRANSACTION', { topic: 'T' }, ['Topic:T Pub']],
  ['END_TRANSACTION', {}, []],
  ['PULL_MESSAGE', { consumerGroup: 'g', topic: 'T' }, ['Group:g Sub', 'Topic:T Sub']],
  ['PULL_MESSAGE', { consumerGroup: 'g', topic: '%RETRY%g' }, ['Group:g Sub', 'Group:g Sub']],
  ['ACK_MESSAGE', { consumerGroup: 'g', topic: '%RETRY%g_T' }, ['Group:g Sub', 'Group:g Sub']],
  // Of another group: its own name does not help.
  ['PULL_MESSAGE', { consumerGroup: 'g', topic: '%RETRY%x' }, ['Group:g Sub', 'Group:x Sub']],
  ['QUERY_CONSUMER_OFFSET', { consumerGroup: 'g', topic: 'T' }, ['Group:g Sub|Get', 'Topic:T Sub|Get']], // prettier-ignore
  ['UNREGISTER_CLIENT', { clientID: 'c', producerGroup: 'p' }, []],
  ['UNREGISTER_CLIENT', { clientID: 'c', consumerGroup: 'g' }, ['Group:g Sub']],
  ['VIEW_MESSAGE_BY_ID', { topic: 'T', offset: '1' }, ['Topic:T Get']],
  ['VIEW_MESSAGE_BY_ID', { offset: '1' }, ['Cluster:C Get']],
  ['GET_CONSUME_STATS', { consumerGroup: 'g', topic: '' }, ['Group:g Get']],
  ['GET_CONSUME_STATS', { consumerGroup: 'g', topicList: 'A;B;' }, ['Group:g Get', 'Topic:A Get', 'Topic:B Get']], // prettier-ignore
  ['QUERY_CORRECTION_OFFSET', { filterGroups: 'a,b', compareGroup: 'c', topic: 'T' }, ['Group:a Get', 'Group:b Get', 'Group:c Get', 'Topic:T Get']], // prettier-ignore
  ['DELETE_SUBSCRIPTIONGROUP', { groupName: 'g' }, ['Group:g Delete']],
  ['CLONE_GROUP_OFFSET', { srcGroup: 's', destGroup: 'd', topic: 'T' }, ['Group:d Update', 'Topic:T Update']], // prettier-ignore
  ['UPDATE_BROKER_CONFIG', {}, ['Cluster:C Update']],
  ['AUTH_LIST_USER', {}, ['Cluster:C Get']],
  // Nobody wrote a row: only for who may change the cluster.
  ['SUSPEND_CONSUMER', {}, ['Cluster:C Update']]
] as [RequestCodeName, Record<string, string>, string[]][])(
  '%s %j needs %j',
  (name, ext, expected) => {
    expect(needs(name, ext)).toEqual(expected)
  }
)

test.each([
  [
    'HEART_BEAT',
    {
      producerDataSet: [{ groupName: 'p' }],
      consumerDataSet: [
        { groupName: 'g', subscriptionDataSet: [{ topic: 'T' }, { topic: '%RETRY%g' }] }
      ]
    },
    ['Group:g Sub', 'Topic:T Sub']
  ],
  ['HEART_BEAT', { producerDataSet: [{ groupName: 'p' }] }, []],
  ['LOCK_BATCH_MQ', { consumerGroup: 'g', mqSet: [{ topic: 'T', brokerName: 'b', queueId: 0 }] }, ['Group:g Sub', 'Topic:T Sub']], // prettier-ignore
  ['BATCH_ACK_MESSAGE', { acks: [{ c: 'g', t: 'T' }] }, ['Group:g Sub', 'Topic:T Sub']],
  ['QUERY_ASSIGNMENT', { topic: 'T', consumerGroup: 'g' }, ['Group:g Sub', 'Topic:T Sub']],
  ['SET_MESSAGE_REQUEST_MODE', { topic: 'T', consumerGroup: 'g', mode: 'POP' }, ['Group:g Update']],
  ['UPDATE_AND_CREATE_TOPIC_LIST', { topicConfigList: [{ topicName: 'A' }, { topicName: 'B' }] }, ['Topic:A Create', 'Topic:B Create']], // prettier-ignore
  ['UPDATE_AND_CREATE_SUBSCRIPTIONGROUP', { groupName: 'g' }, ['Group:g Create']],
  ['UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST', { groupConfigList: [{ groupName: 'g' }] }, ['Group:g Create']] // prettier-ignore
] as [RequestCodeName, object, string[]][])('%s with %j needs %j', (name, body, expected) => {
  expect(needs(name, {}, body)).toEqual(expected)
})
