import { expect, test } from 'vitest'
import { RequestCode } from '../../protocol/codes/requestCode'
import { createRequest } from '../../protocol/remotingCommand'
import type { RemotingConnection } from '../../remoting/connection'
import { refusingAsSlave } from './slaveRefusals'

const SERVED = 9999

const ask = (code: number, slaveReadEnable = true): unknown =>
  refusingAsSlave({ slaveReadEnable }, () => ({ code: SERVED }))(
    createRequest({ code }, 1),
    // Nothing of it is looked at before a request is served.
    undefined as unknown as RemotingConnection
  )

const BUSY = { code: 2, remark: '[REJECTREQUEST]system busy, start flow control for a while' }
const MASTER_ONLY = {
  code: 1,
  remark: "Can't modify topic or subscription group from slave broker, please execute it from master broker." // prettier-ignore
}

test.each([
  ['SEND_MESSAGE', BUSY],
  ['SEND_MESSAGE_V2', BUSY],
  ['SEND_BATCH_MESSAGE', BUSY],
  ['CONSUMER_SEND_MSG_BACK', BUSY],
  ['END_TRANSACTION', { code: 11 }],
  ['RECALL_MESSAGE', { code: 11, remark: 'recall failed, broker service not available' }],
  ['INVOKE_BROKER_TO_RESET_OFFSET', { code: 1, remark: 'Can not reset offset in slave broker' }],
  ['UPDATE_AND_CREATE_TOPIC', MASTER_ONLY],
  ['UPDATE_AND_CREATE_SUBSCRIPTIONGROUP', MASTER_ONLY],
  ['DELETE_SUBSCRIPTIONGROUP', MASTER_ONLY],
  ['DELETE_TOPIC_IN_BROKER', { code: 0 }],
  ['POP_MESSAGE', { code: 14 }]
] as const)('%s is not done by a slave', (name, answer) => {
  expect(ask(RequestCode[name])).toMatchObject(answer)
})

test.each([
  'HEART_BEAT',
  'PULL_MESSAGE',
  'QUERY_MESSAGE',
  'VIEW_MESSAGE_BY_ID',
  'QUERY_CONSUMER_OFFSET',
  'UPDATE_CONSUMER_OFFSET',
  'GET_CONSUMER_LIST_BY_GROUP',
  'GET_BROKER_RUNTIME_INFO',
  'UPDATE_BROKER_CONFIG'
] as const)('%s is served', (name) => {
  expect(ask(RequestCode[name])).toEqual({ code: SERVED })
})

test.each(['PULL_MESSAGE', 'LITE_PULL_MESSAGE'] as const)(
  '%s is refused where slaves may not be read',
  (name) => {
    expect(ask(RequestCode[name], false)).toEqual(BUSY)
  }
)
