import { expect, test } from 'vitest'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { formatRecallHandle } from '../../protocol/message/recallMessageHandle'
import type { TopicMessageType } from '../remote/metadata'
import { Code } from '../v2/code'
import { producerRig, type BrokerAnswer } from './producerRig'

const handleOf = (more: Partial<Record<'topic' | 'brokerName', string>> = {}): string =>
  formatRecallHandle({ topic: 'T', brokerName: 'a', timestamp: '99', uniqKey: 'ID', ...more })

type Rig = ReturnType<typeof producerRig>

const recall = (rig: Rig, recallHandle = handleOf(), name = 'T') =>
  rig.service.RecallMessage({ topic: { name }, recallHandle }, rig.call)

test.each<TopicMessageType>(['DELAY', 'MIXED'])('a message of a %s topic is recalled at its broker', async (type) => {
  const rig = producerRig()
  rig.messageType = () => type
  rig.brokers.set('a:1', () => ({ extFields: { msgId: 'ID' } }))
  expect(await recall(rig)).toEqual({ status: { code: Code.OK, message: 'OK' }, messageId: 'ID' })
  expect(rig.requests).toMatchObject([
    {
      address: 'a:1',
      request: {
        code: RequestCode.RECALL_MESSAGE,
        extFields: { topic: 'T', producerGroup: 'T', recallHandle: handleOf() }
      }
    }
  ])
}) // prettier-ignore

test.each<[string, number, [handle: string, topic?: string]]>([
  ['no handle', Code.INVALID_RECEIPT_HANDLE, ['']],
  ['a handle that is none', Code.INVALID_RECEIPT_HANDLE, ['nonsense']],
  ['a handle of another topic', Code.INVALID_RECEIPT_HANDLE, [handleOf({ topic: 'U' })]],
  ['a broker that is not there', ResponseCode.SERVICE_NOT_AVAILABLE, [handleOf({ brokerName: 'b' })]],
  ['no topic', Code.ILLEGAL_TOPIC, [handleOf(), '']],
  ['an unknown topic', Code.TOPIC_NOT_FOUND, [handleOf({ topic: 'U' }), 'U']]
])('%s is refused', async (_name, code, [handle, topic]) => {
  const rig = producerRig()
  await expect(recall(rig, handle, topic)).rejects.toMatchObject({ code })
  expect(rig.requests).toEqual([])
}) // prettier-ignore

test.each<TopicMessageType>(['NORMAL', 'FIFO', 'TRANSACTION'])('a %s topic has nothing to recall', async (type) => {
  const rig = producerRig()
  rig.messageType = () => type
  await expect(recall(rig)).rejects.toMatchObject({ code: Code.MESSAGE_PROPERTY_CONFLICT_WITH_TYPE })
}) // prettier-ignore

test.each<[string, BrokerAnswer, number]>([
  ['it is too late', { code: ResponseCode.ILLEGAL_OPERATION, remark: 'why' }, Code.NOT_FOUND],
  ['brokers may not', { code: ResponseCode.NO_PERMISSION, remark: 'why: recallMessageEnable' }, Code.FORBIDDEN],
  ['it is a slave', { code: ResponseCode.SLAVE_NOT_AVAILABLE, remark: 'why' }, ResponseCode.SLAVE_NOT_AVAILABLE]
])('where %s its broker says why', async (_name, answer, code) => {
  const rig = producerRig()
  rig.brokers.set('a:1', () => answer)
  await expect(recall(rig)).rejects.toMatchObject({ code, message: expect.stringContaining('why') as string })
}) // prettier-ignore
