/** Transactions of the stock npm producer. */
import { describe, expect, test } from 'vitest'
import { Code } from '../../../src/main/proxy/v2/code'
import { TransactionResolution } from '../../../src/main/proxy/v2/enums'
import { propertiesOf, readBack } from './readBack'
import { grpcCluster, type GrpcRig } from './rig'

type Checker = NonNullable<NonNullable<Parameters<GrpcRig['npmProducer']>[0]>['checker']>

const text = (body: string): Buffer => Buffer.from(body)

const never: Checker = { check: () => Promise.reject(new Error('nobody asked')) }

/** Half messages are asked after as soon as they can be. */
const soon = { transactionTimeOut: '200', transactionCheckInterval: '200' }

const opened = async (properties: Record<string, string>) => {
  const rig = await grpcCluster()
  await rig.broker('broker-a', properties)
  const proxy = await rig.startProxy()
  await rig.topic('X', { type: 'TRANSACTION' })
  return { rig, proxy, inbox: await readBack(rig, 'X') }
}

test('what is committed comes, what is rolled back does not', async () => {
  const { rig, inbox } = await opened({})
  const producer = await rig.npmProducer({ topics: ['X'], checker: never })
  const begin = async (body: string) => {
    const transaction = producer.beginTransaction()
    const receipt = await producer.send({ topic: 'X', tag: 'A', body: text(body) }, transaction)
    return { transaction, receipt }
  }
  const dropped = await begin('dropped')
  const kept = await begin('kept')
  expect(kept.receipt.transactionId).toBe(kept.receipt.messageId)
  await dropped.transaction.rollback()
  await kept.transaction.commit()
  await kept.transaction.commit()
  await expect(kept.transaction.rollback()).rejects.toMatchObject({ code: Code.INVALID_TRANSACTION_ID }) // prettier-ignore
  const last = await begin('last')
  await last.transaction.commit()
  await inbox.reaches(2)
  expect([...inbox.bodies].sort()).toEqual(['kept', 'last'])
  const got = inbox.messages.find(({ body }) => body.equals(text('kept')))!
  expect([got.msgId, got.tags]).toEqual([kept.receipt.messageId, 'A'])
  expect(propertiesOf(got)).toMatchObject({ PGROUP: 'X', TRAN_MSG: 'true' })
})

describe('a producer that did not say how it ended', () => {
  test('is asked with the whole message, and its word counts', async () => {
    const { rig, inbox } = await opened(soon)
    const asked: { body: string; tag: string | undefined; id: string }[] = []
    let rolledBack: () => void = () => undefined
    const hasRolledBack = new Promise<void>((resolve) => (rolledBack = resolve))
    const checker: Checker = {
      check: ({ body, tag, messageId }) => {
        asked.push({ body: body.toString(), tag, id: messageId })
        if (body.toString() === 'commit') return Promise.resolve(TransactionResolution.COMMIT)
        rolledBack()
        return Promise.resolve(TransactionResolution.ROLLBACK)
      }
    }
    const producer = await rig.npmProducer({ topics: ['X'], checker })
    const ids: string[] = []
    for (const body of ['rollback', 'commit']) {
      const message = { topic: 'X', tag: body, body: text(body) }
      ids.push((await producer.send(message, producer.beginTransaction())).messageId)
    }
    await hasRolledBack
    await inbox.reaches(1)
    expect(inbox.messages[0]).toMatchObject({ msgId: ids[1], body: text('commit') })
    expect(asked).toContainEqual({ body: 'commit', tag: 'commit', id: ids[1] })
    expect(asked).toContainEqual({ body: 'rollback', tag: 'rollback', id: ids[0] })
    expect(inbox.bodies).toEqual(['commit'])
  })

  test('is asked by a proxy that has been restarted, which had forgotten the transaction', async () => {
    const { rig, proxy, inbox } = await opened(soon)
    let isKnown = false
    const checker: Checker = {
      check: () =>
        Promise.resolve(isKnown ? TransactionResolution.COMMIT : TransactionResolution.UNSPECIFIED)
    }
    const producer = await rig.npmProducer({ topics: ['X'], checker })
    const transaction = producer.beginTransaction()
    await producer.send({ topic: 'X', body: text('kept') }, transaction)
    await proxy.stop()
    await rig.startProxy()
    isKnown = true
    await inbox.reaches(1)
    expect(inbox.bodies).toEqual(['kept'])
    // Before the proxy that came last goes.
    await producer.shutdown()
  })

  test('may be gone: another producer of the topic is asked', async () => {
    const { rig, inbox } = await opened(soon)
    const silent: Checker = { check: () => Promise.resolve(TransactionResolution.UNSPECIFIED) }
    const gone = await rig.npmProducer({ topics: ['X'], checker: silent })
    await gone.send({ topic: 'X', body: text('kept') }, gone.beginTransaction())
    await gone.shutdown()
    const commits: Checker = { check: () => Promise.resolve(TransactionResolution.COMMIT) }
    await rig.npmProducer({ topics: ['X'], checker: commits })
    await inbox.reaches(1)
    expect(inbox.bodies).toEqual(['kept'])
  })
})
