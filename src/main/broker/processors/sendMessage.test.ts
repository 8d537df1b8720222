import { expect, test, vi } from 'vitest'
import { ManualClock } from '../../base/clock'
import { seededRandom } from '../../base/random'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { hostAddress } from '../../protocol/message/host'
import type { RemotingCommand } from '../../protocol/remotingCommand'
import type { RemotingConnection } from '../../remoting/connection'
import type { PutMessageResult } from '../../store/messageStore'
import { FakeConnection } from '../brokerFakes'
import { PropertyStamp } from '../messageProperties'
import { SendCheck } from '../sendCheck'
import { plainTopicConfig } from '../topicTable'
import { sendMessage } from './sendMessage'

const clock = new ManualClock()

const send = async (result: PutMessageResult) => {
  const incPut = vi.fn()
  const incPutFailed = vi.fn()
  const config = { startAcceptSendRequestTimeStamp: 0, brokerPermission: 6, maxMessageSize: 1024, autoCreateTopicEnable: true } // prettier-ignore
  const sendCheck = new SendCheck({
    ...{ clock, config, identity: { name: 'broker-a' }, groups: { find: () => undefined } },
    topics: {
      select: (topic) => plainTopicConfig(topic, 4),
      createInSend: vi.fn(),
      createInSendBack: vi.fn()
    }
  })
  const branding = { regionId: 'R', traceOn: true }
  const put = () => Promise.resolve(result)
  const [, v2] = sendMessage({
    ...{ clock, random: seededRandom(1), config: branding, sendCheck },
    identity: { name: 'broker-a', storeHost: hostAddress('127.0.0.1', 10911) },
    deadLetters: { isGivenUp: () => false, topicOf: vi.fn() },
    stamp: new PropertyStamp(branding, { cluster: 'C' }),
    ids: { createUniqID: () => 'NEW' },
    writer: { prepare: (message) => message, putPrepared: put, putAll: put },
    stats: { incPut, incPutFailed, incPutLatency: vi.fn(), incQueuePut: vi.fn() },
    tail: { isOpen: false, offer: vi.fn() },
    trace: { put: vi.fn() }
  })
  const command: RemotingCommand = {
    ...{ code: RequestCode.SEND_MESSAGE_V2, language: 'JAVA', version: 479, opaque: 1, flag: 0 },
    serializeType: 'JSON',
    extFields: { a: 'PG', b: 'T', c: 'TBW102', d: '4', e: '0', f: '0', g: '1', h: '0' },
    body: Buffer.from('x')
  }
  const answer = Promise.resolve(v2!.handle(command, new FakeConnection() as unknown as RemotingConnection)) // prettier-ignore
  const outcome = await answer.catch((error: unknown) => error)
  return { outcome, counted: [incPut.mock.calls.length, incPutFailed.mock.calls.length] }
}

const place = { queueOffset: 3, physicalOffsets: [1000], storeTimestamp: 1 }

test.each([
  ['PUT_OK', ResponseCode.SUCCESS],
  ['FLUSH_DISK_TIMEOUT', ResponseCode.FLUSH_DISK_TIMEOUT],
  ['FLUSH_SLAVE_TIMEOUT', ResponseCode.FLUSH_SLAVE_TIMEOUT],
  ['SLAVE_NOT_AVAILABLE', ResponseCode.SLAVE_NOT_AVAILABLE]
] as const)('%s is stored: the answer says where, whatever its code', async (status, code) => {
  const { outcome, counted } = await send({ status, ...place })
  expect(outcome).toMatchObject({
    code,
    extFields: { msgId: '7F00000100002A9F00000000000003E8', queueId: '0', queueOffset: '3', transactionId: 'NEW', MSG_REGION: 'R', TRACE_ON: 'true' } // prettier-ignore
  })
  expect(counted).toEqual([1, 0])
})

test('IN_SYNC_REPLICAS_NOT_ENOUGH is answered as RocketMQ does', async () => {
  const reason = 'in-sync replicas not enough'
  const { outcome } = await send({ status: 'IN_SYNC_REPLICAS_NOT_ENOUGH', reason })
  expect(outcome).toMatchObject({ code: ResponseCode.SYSTEM_ERROR, remark: reason })
})

test.each([
  ['SERVICE_NOT_AVAILABLE', ResponseCode.SERVICE_NOT_AVAILABLE],
  ['MESSAGE_ILLEGAL', ResponseCode.MESSAGE_ILLEGAL],
  ['PROPERTIES_SIZE_EXCEEDED', ResponseCode.MESSAGE_ILLEGAL]
] as const)('%s is not stored, and the answer says why', async (status, code) => {
  const { outcome, counted } = await send({ status, reason: 'the disk is full' })
  expect(outcome).toMatchObject({ code, remark: 'T: the disk is full' })
  expect(counted).toEqual([0, 1])
})
