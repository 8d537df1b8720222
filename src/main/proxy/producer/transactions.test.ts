/** EndTransaction, and checks that come for a client. */
import { describe, expect, test } from 'vitest'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { EndTransactionRequestHeader } from '../../protocol/headers/transaction'
import { encodeMessage, layoutOf } from '../../protocol/message/messageCodec'
import { hostAddress } from '../../protocol/message/host'
import { formatProperties } from '../../protocol/message/properties'
import { createRequest } from '../../protocol/remotingCommand'
import { RemotingTimeoutError } from '../../remoting/errors'
import { Code } from '../v2/code'
import { DigestType, Encoding, MessageType } from '../v2/enums'
import type { EndTransactionRequest } from '../v2/messages'
import { message, producerRig, routeOf } from './producerRig'
import { TransactionDataManager } from './transactionDataManager'

type Rig = ReturnType<typeof producerRig>

const COMMIT = 1
const ROLLBACK = 2

const begun = async (): Promise<Rig> => {
  const rig = producerRig()
  await rig.send(message({ messageType: MessageType.TRANSACTION }))
  return rig
}

const end = (rig: Rig, more: Partial<EndTransactionRequest> = {}) =>
  rig.service.EndTransaction(
    { topic: { name: 'T' }, messageId: 'ID', transactionId: 'ID', resolution: COMMIT, ...more },
    rig.call
  )

const ends = (rig: Rig) =>
  rig.requests
    .filter(({ request }) => request.code === RequestCode.END_TRANSACTION)
    .map(({ address, request }) => ({
      address,
      ...EndTransactionRequestHeader.decode(request.extFields ?? {})
    }))

const HOST = hostAddress('127.0.0.1', 10911)

const half = (properties: Record<string, string> = { TRAN_MSG: 'true', UNIQ_KEY: 'ID', TAGS: 'A' }): Buffer => {
  const inner = {
    ...{ topic: 'T', queueId: 1, flag: 0, sysFlag: 0, bornTimestamp: 5, reconsumeTimes: 0 },
    ...{ bornHost: HOST, storeHost: HOST, preparedTransactionOffset: 0, tagsCode: 0 },
    ...{ body: Buffer.from('x'), properties: formatProperties(Object.entries(properties)) }
  }
  const layout = layoutOf(inner)
  const record = Buffer.alloc(layout.totalSize)
  const place = { queueOffset: 9, physicalOffset: 8192, storeTimestamp: 6 }
  encodeMessage(inner, layout, place, record, 0)
  return record
} // prettier-ignore

const check = (rig: Rig, clientId: string, more: Record<string, string> = { bname: 'a', transactionId: 'ID' }, body = half()): unknown => {
  const session = rig.sessions.get(clientId)!
  const places = { tranStateTableOffset: '9', commitLogOffset: '8192' }
  const code = RequestCode.CHECK_TRANSACTION_STATE
  const request = createRequest({ code, extFields: { ...places, ...more }, body }, 1)
  return rig.checks.route(() => session).handle(request, undefined as never)
} // prettier-ignore

describe('EndTransaction', () => {
  test.each([
    ['commit', COMMIT, 8],
    ['rollback', ROLLBACK, 12]
  ])('%s reaches the broker that has the half message', async (_name, resolution, commitOrRollback) => {
    const rig = await begun()
    expect((await end(rig, { resolution })).status.code).toBe(Code.OK)
    expect(ends(rig)).toEqual([
      {
        ...{ address: 'a:1', topic: 'T', producerGroup: 'T', bname: 'a', commitOrRollback },
        ...{ tranStateTableOffset: 7, commitLogOffset: 4096, fromTransactionCheck: false },
        ...{ msgId: 'ID', transactionId: 'ID' }
      }
    ])
  }) // prettier-ignore

  test('an answer to a check says so', async () => {
    const rig = await begun()
    await end(rig, { source: 2 })
    expect(ends(rig)).toMatchObject([{ fromTransactionCheck: true }])
  })

  test.each([
    ['no id', { transactionId: ' ' }, Code.INVALID_TRANSACTION_ID],
    ['an unknown id', { transactionId: 'other' }, Code.INVALID_TRANSACTION_ID],
    ['an id of another topic', { topic: { name: 'U' } }, Code.INVALID_TRANSACTION_ID],
    ['no topic', { topic: null }, Code.ILLEGAL_TOPIC]
  ])('%s is refused', async (_name, more, code) => {
    const rig = await begun()
    await expect(end(rig, more)).rejects.toMatchObject({ code })
    expect(ends(rig)).toEqual([])
  })

  test.each([0, 7])('resolution %i leaves it open', async (resolution) => {
    const rig = await begun()
    expect((await end(rig, { resolution })).status.code).toBe(Code.OK)
    expect(ends(rig)).toEqual([])
    await end(rig)
    expect(ends(rig)).toHaveLength(1)
  })

  test('said again it is as it was; said otherwise it is refused', async () => {
    const rig = await begun()
    for (let i = 0; i < 2; i++) expect((await end(rig)).status.code).toBe(Code.OK)
    await expect(end(rig, { resolution: ROLLBACK })).rejects.toMatchObject({ code: Code.INVALID_TRANSACTION_ID }) // prettier-ignore
    expect(ends(rig)).toHaveLength(1)
  })

  test('what a broker did not hear is said to it again', async () => {
    const rig = await begun()
    const late = new RemotingTimeoutError('a:1', 2000, 'END_TRANSACTION')
    rig.brokers.set('a:1', () => late)
    await expect(end(rig)).rejects.toBe(late)
    rig.brokers.delete('a:1')
    expect((await end(rig, { resolution: ROLLBACK })).status.code).toBe(Code.OK)
    expect(ends(rig)).toHaveLength(2)
  })

  test.each([
    [ResponseCode.SYSTEM_ERROR, Code.INVALID_TRANSACTION_ID],
    [ResponseCode.ILLEGAL_OPERATION, Code.INVALID_TRANSACTION_ID],
    [ResponseCode.SERVICE_NOT_AVAILABLE, ResponseCode.SERVICE_NOT_AVAILABLE]
  ])('a broker that answers %i makes it %i', async (answer, code) => {
    const rig = await begun()
    rig.brokers.set('a:1', () => ({ code: answer, remark: 'gone' }))
    await expect(end(rig)).rejects.toMatchObject({ code, message: expect.stringContaining('gone') as string }) // prettier-ignore
  })

  test('a broker that the topic has left is asked for by its name', async () => {
    const rig = await begun()
    rig.topics.set('T', routeOf({ b: 2 }))
    rig.topics.set('U', routeOf({ a: 2 }))
    rig.routes.forget('T')
    await rig.routes.find('U')
    await end(rig)
    expect(ends(rig)).toMatchObject([{ address: 'a:1' }])
  })
})

describe('a check', () => {
  test('reaches the client with all that its checker needs', async () => {
    const rig = producerRig()
    rig.producer('p', ['T'])
    expect(check(rig, 'p')).toBeUndefined()
    const [{ clientId, command } = { clientId: '', command: {} }] = rig.told
    expect(clientId).toBe('p')
    const given = command.recoverOrphanedTransactionCommand
    expect(given?.transactionId).toBe('ID')
    expect(given?.message).toMatchObject({
      topic: { name: 'T' },
      body: Buffer.from('x'),
      systemProperties: {
        ...{ messageId: 'ID', tag: 'A', messageType: MessageType.TRANSACTION },
        bodyDigest: { type: DigestType.MD5, checksum: '9DD4E461268C8034F5C8564E155C67A6' },
        ...{ bodyEncoding: Encoding.IDENTITY, bornHost: '127.0.0.1' }
      }
    })
  })

  test('makes a transaction known that this proxy had not heard of', async () => {
    const rig = producerRig()
    rig.producer('p', ['T'])
    await expect(end(rig)).rejects.toMatchObject({ code: Code.INVALID_TRANSACTION_ID })
    check(rig, 'p')
    await end(rig)
    // Go says no source.
    expect(ends(rig)).toMatchObject([{ commitLogOffset: 8192, tranStateTableOffset: 9, fromTransactionCheck: true }]) // prettier-ignore
  })

  test('of one that ended opens it again: its broker had not heard the end', async () => {
    const rig = await begun()
    rig.producer('p', ['T'])
    await end(rig)
    check(rig, 'p')
    await end(rig)
    expect(ends(rig).map(({ commitLogOffset }) => commitLogOffset)).toEqual([4096, 8192])
  })

  test.each<[string, [string, string[], boolean][], string | undefined]>([
    ['who sent the message, before who was meant', [['p', ['T'], true], ['me', ['T'], true]], 'me'],
    ['who was meant, where the sender is gone', [['q', ['T'], true], ['p', ['T'], true]], 'p'],
    ['another of the topic, where both do not listen', [['p', ['T'], false], ['me', ['T'], false], ['u', ['U'], true], ['q', ['T'], true]], 'q'],
    ['nobody, where nobody listens', [['p', ['T'], false], ['u', ['U'], true]], undefined]
  ])('asks %s', async (_name, producers, asked) => {
    const rig = await begun()
    for (const [clientId, topics, isOpen] of producers) rig.producer(clientId, topics, isOpen)
    check(rig, 'p')
    expect(rig.told.map(({ clientId }) => clientId)).toEqual(asked === undefined ? [] : [asked])
  }) // prettier-ignore

  test('takes the id from the message where the header has none', () => {
    const rig = producerRig()
    rig.producer('p', ['T'])
    check(rig, 'p', { bname: 'a' })
    expect(rig.told[0]?.command.recoverOrphanedTransactionCommand?.transactionId).toBe('ID')
  })

  test.each([
    ['transaction', { bname: 'a' }, half({})],
    ['broker', { transactionId: 'ID' }, half()]
  ])('that names no %s is refused, and tells nobody', (_name, more, body) => {
    const rig = producerRig()
    rig.producer('p', ['T'])
    expect(() => check(rig, 'p', more, body)).toThrow(/names no/)
    expect(rig.told).toEqual([])
  })
})

test('the oldest transaction is forgotten beyond the limit, one told again is young', () => {
  const transactions = new TransactionDataManager(2)
  const data = { brokerName: 'a', commitLogOffset: 1, tranStateTableOffset: 1, clientId: undefined, isChecked: false } // prettier-ignore
  for (const id of ['1', '2', '1', '3']) transactions.add('T', id, data)
  expect(['1', '2', '3'].map((id) => transactions.find('T', id) !== undefined)).toEqual([true, false, true]) // prettier-ignore
})

test('an end that comes late does not end the place that came after', () => {
  const transactions = new TransactionDataManager()
  const data = { brokerName: 'a', commitLogOffset: 1, tranStateTableOffset: 1, clientId: undefined, isChecked: false } // prettier-ignore
  transactions.add('T', '1', data)
  transactions.add('T', '1', { ...data, commitLogOffset: 2 })
  transactions.resolved('T', '1', data, COMMIT)
  expect(transactions.find('T', '1')?.resolution).toBeUndefined()
})
