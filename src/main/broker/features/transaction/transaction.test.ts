import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RequestCode } from '../../../protocol/codes/requestCode'
import { ResponseCode } from '../../../protocol/codes/responseCode'
import { createMessageId } from '../../../protocol/message/messageId'
import { getProperty } from '../../../protocol/message/properties'
import { MessageSysFlag, transactionType } from '../../../protocol/message/sysFlag'
import {
  CID_SYS_RMQ_TRANS,
  RMQ_SYS_TRANS_CHECK_MAX_TIME_TOPIC,
  RMQ_SYS_TRANS_HALF_TOPIC,
  RMQ_SYS_TRANS_OP_HALF_TOPIC
} from '../../../protocol/topicNames'
import { tagsCodeOf } from '../../../protocol/message/tagsCode'
import { COMMIT, questionsTo, ROLLBACK, TransactionRig } from './transactionRig'

const { SUCCESS, SYSTEM_ERROR, ILLEGAL_OPERATION, NO_PERMISSION } = ResponseCode

let rig: TransactionRig
beforeEach(async () => {
  rig = await new TransactionRig().start()
})
afterEach(() => rig.dispose())

const opBodies = (): Promise<string[]> => rig.bodies(RMQ_SYS_TRANS_OP_HALF_TOPIC)
const consumed = (topic: string): number | undefined =>
  rig.offsets.query(CID_SYS_RMQ_TRANS, topic, 0)

describe('a half message', () => {
  test('waits in the half topic, and its real topic has nothing', async () => {
    await rig.prepare('paid', { TAGS: 'A', DELAY: '3', REAL_TOPIC: 'forged' }, { queueId: 2 })
    expect(await rig.bodies('T', 2)).toEqual([])
    const [half] = await rig.messages(RMQ_SYS_TRANS_HALF_TOPIC)
    expect(transactionType(half!.sysFlag)).toBe(MessageSysFlag.TRANSACTION_NOT_TYPE)
    const property = (name: string) => getProperty(half!.properties, name)
    expect(['REAL_TOPIC', 'REAL_QID', '__transactionId__', 'DELAY'].map(property)).toEqual(['T', '2', 'KEY-0', undefined]) // prettier-ignore
  })

  test('is not found by its key in its real topic before it is committed', async () => {
    const half = await rig.prepare('paid', { KEYS: 'order-1' })
    const found = async () => {
      const times = { beginTimestamp: 0, endTimestamp: Number.MAX_SAFE_INTEGER }
      const asked = { topic: 'T', key: 'order-1', maxNum: 32, ...times }
      return (await rig.rig.store.queryMessage(asked)).messages.length
    }
    expect(await found()).toBe(0)
    await rig.end(half, COMMIT)
    expect(await found()).toBe(1)
  })

  test.each([
    ['not said to be one', { TRAN_MSG: 'false' }, { sysFlag: 0 }],
    ['one that an old client sends back', { DELAY: '3' }, { sysFlag: 0, reconsumeTimes: 1 }],
    ['one that is committed', {}, { sysFlag: COMMIT }]
  ])('is not what is %s', async (_name, properties, draft) => {
    await rig.prepare('plain', properties, draft)
    expect(await rig.bodies()).toEqual(['plain'])
  })

  test('is not what another feature has parked', async () => {
    await rig.prepare('delayed', {}, { topic: 'SCHEDULE_TOPIC_XXXX', sysFlag: 0 })
    expect(await rig.bodies('SCHEDULE_TOPIC_XXXX')).toEqual(['delayed'])
  })

  test('is refused while rejectTransactionMessage', async () => {
    rig.config.rejectTransactionMessage = true
    await expect(rig.prepare('paid')).rejects.toMatchObject({ code: NO_PERMISSION })
    expect(await rig.bodies(RMQ_SYS_TRANS_HALF_TOPIC)).toEqual([])
  })
})

describe('the end of a transaction', () => {
  test('a commit puts it in its real place, as it was sent', async () => {
    const half = await rig.prepare(
      'paid',
      { TAGS: 'A' },
      { queueId: 2, flag: 7, sysFlag: MessageSysFlag.TRANSACTION_PREPARED_TYPE | 1 }
    )
    rig.clock.advance(1_000)
    expect(await rig.end(half, COMMIT)).toBe(SUCCESS)
    const [message] = await rig.messages('T', 2)
    expect(message).toMatchObject({
      ...{ queueId: 2, flag: 7, sysFlag: COMMIT | 1, bornTimestamp: rig.clock.now() - 1_000 },
      ...{ storeTimestamp: rig.clock.now(), preparedTransactionOffset: half.physicalOffset }
    })
    expect(message!.body.toString()).toBe('paid')
    const [parked] = await rig.messages(RMQ_SYS_TRANS_HALF_TOPIC)
    expect(message!.properties).toBe(parked!.properties)
    expect(rig.rig.store.getConsumeQueueEntries('T', 2, 0, 1)[0]?.tagsCode).toBe(tagsCodeOf('A'))
    expect(rig.counted).toEqual(['T'])
  })

  test('a rollback leaves nothing', async () => {
    const half = await rig.prepare('paid')
    expect(await rig.end(half, ROLLBACK)).toBe(SUCCESS)
    await rig.rounds(3)
    expect(await rig.bodies()).toEqual([])
  })

  test('unknown gets no answer and changes nothing', async () => {
    const half = await rig.prepare('paid')
    expect(await rig.end(half, 0)).toBeUndefined()
    expect(rig.transactions.pending.size).toBe(1)
  })

  test('the op queue names what is decided as RocketMQ does: tag d, offsets joined by commas', async () => {
    const halves = [await rig.prepare('a'), await rig.prepare('b'), await rig.prepare('c')]
    await Promise.all([rig.end(halves[0]!, COMMIT), rig.end(halves[2]!, ROLLBACK)])
    await rig.turns()
    // A rollback is known a turn before a commit is stored.
    expect((await opBodies()).join('').split(',').sort()).toEqual(['', '0', '2'])
    const [op] = await rig.messages(RMQ_SYS_TRANS_OP_HALF_TOPIC)
    expect(getProperty(op!.properties, 'TAGS')).toBe('d')
    expect(rig.rig.store.getConsumeQueueEntries(RMQ_SYS_TRANS_OP_HALF_TOPIC, 0, 0, 1)[0]?.tagsCode).toBe(tagsCodeOf('d')) // prettier-ignore
  })

  test('what ends in one turn shares op messages of at most 4096 bytes', async () => {
    const halves = await Promise.all(Array.from({ length: 1500 }, () => rig.prepare('x')))
    await Promise.all(halves.map((half) => rig.end(half, COMMIT)))
    await rig.turns(8)
    const bodies = await opBodies()
    expect(Math.max(...bodies.map(({ length }) => length))).toBeLessThanOrEqual(4096)
    expect(bodies.length).toBeLessThan(10)
    expect(bodies.join('').split(',').length - 1).toBe(1500)
    expect(consumed(RMQ_SYS_TRANS_HALF_TOPIC)).toBe(1500)
  })

  test.each([
    ['another producer group', { producerGroup: 'other' }, SYSTEM_ERROR],
    ['another place in the half queue', { tranStateTableOffset: 7 }, SYSTEM_ERROR],
    ['a log offset where no message begins', { commitLogOffset: 3 }, SYSTEM_ERROR],
    ['no field of that name', { commitLogOffset: 'x' }, SYSTEM_ERROR]
  ])('%s is refused, and it stays in doubt', async (_name, more, code) => {
    const half = await rig.prepare('paid')
    expect(await rig.end(half, COMMIT, more)).toBe(code)
    expect(await rig.end(half, ROLLBACK, more)).toBe(code)
    expect(await rig.bodies()).toEqual([])
    expect(rig.transactions.pending.size).toBe(1)
  })

  test('a message that is no half message cannot be committed', async () => {
    const plain = await rig.prepare('plain', { TRAN_MSG: 'false', REAL_TOPIC: 'X', REAL_QID: '0' })
    expect(await rig.end(plain, COMMIT)).toBe(SYSTEM_ERROR)
    expect(await rig.bodies('X')).toEqual([])
  })

  test.each([
    ['one after the other', false],
    ['at the same time', true]
  ])('two commits %s store one message', async (_name, together) => {
    const half = await rig.prepare('paid')
    const first = rig.end(half, COMMIT)
    if (!together) await first
    expect([await first, await rig.end(half, COMMIT)]).toEqual([SUCCESS, SUCCESS])
    expect(await rig.bodies()).toEqual(['paid'])
  })

  test('a commit after a rollback is refused', async () => {
    const half = await rig.prepare('paid')
    await rig.end(half, ROLLBACK)
    expect(await rig.end(half, COMMIT)).toBe(SYSTEM_ERROR)
    expect(await rig.bodies()).toEqual([])
  })

  test('a commit the store refuses leaves it in doubt, and a later one is taken', async () => {
    const half = await rig.prepare('paid', {}, { topic: 'Gone' })
    rig.rig.registry.forget('Gone')
    expect(await rig.end(half, COMMIT)).toBe(ResponseCode.SERVICE_NOT_AVAILABLE)
    expect(rig.transactions.pending.size).toBe(1)
    rig.rig.registry.renew('Gone', 0)
    expect(await rig.end(half, COMMIT)).toBe(SUCCESS)
    expect(await rig.bodies('Gone')).toEqual(['paid'])
  })

  test('commits of a thousand at once keep the order in which they came', async () => {
    const bodies = Array.from({ length: 1000 }, (_, i) => `m${i}`)
    const halves = await Promise.all(bodies.map((body) => rig.prepare(body)))
    await Promise.all([...halves].reverse().map((half) => rig.end(half, COMMIT)))
    expect(await rig.bodies()).toEqual([...bodies].reverse())
  })
})

describe('checks', () => {
  test('come after transactionTimeOut, at the next round, with the message and its place', async () => {
    const producer = rig.producer()
    rig.config.transactionCheckInterval = 5_000
    const half = await rig.prepare('paid', { TAGS: 'A' }, { queueId: 2, flag: 7 })
    await rig.rounds()
    expect(questionsTo(producer)).toEqual([])
    await rig.rounds()
    const [question] = questionsTo(producer)
    expect(question).toMatchObject({ body: 'paid', checkTimes: 1, half: { topic: 'T', queueId: 2, flag: 7 } }) // prettier-ignore
    const { extFields, prepared, half: asked } = question!
    expect(prepared.queueOffset).toBe(half.queueOffset + 1)
    expect([asked.queueOffset, asked.physicalOffset]).toEqual([prepared.queueOffset, prepared.physicalOffset]) // prettier-ignore
    expect(extFields).toMatchObject({
      ...{ msgId: half.uniqKey, transactionId: half.uniqKey, bname: 'broker-a' },
      offsetMsgId: createMessageId(asked.storeHost, asked.physicalOffset),
      topic: RMQ_SYS_TRANS_HALF_TOPIC
    })
    const kept = ['TRAN_MSG', 'PGROUP', 'REAL_TOPIC', 'REAL_QID', 'TAGS']
    expect(kept.map((name) => getProperty(asked.properties, name))).toEqual(['true', 'PG', 'T', '2', 'A']) // prettier-ignore
    expect(await rig.end(prepared, COMMIT, { fromTransactionCheck: true })).toBe(SUCCESS)
    await rig.rounds(3)
    expect(producer.sent).toHaveLength(1)
    const [message] = await rig.messages('T', 2)
    expect(message!.body.toString()).toBe('paid')
    expect(message!.preparedTransactionOffset).toBe(prepared.physicalOffset)
    expect(message!.flag).toBe(7)
    expect(getProperty(message!.properties, 'TRANSACTION_CHECK_TIMES')).toBe('1')
    expect(getProperty(message!.properties, 'TRAN_PREPARED_QUEUE_OFFSET')).toBeUndefined()
  })

  test('fifteen of them, one a round, then it is given up', async () => {
    const producer = rig.producer()
    await rig.prepare('paid')
    await rig.rounds(20)
    expect(questionsTo(producer).map(({ checkTimes }) => checkTimes)).toEqual(
      Array.from({ length: 15 }, (_, i) => i + 1)
    )
    const [given] = await rig.messages(RMQ_SYS_TRANS_CHECK_MAX_TIME_TOPIC)
    expect(given!.body.toString()).toBe('paid')
    expect(getProperty(given!.properties, 'REAL_TOPIC')).toBe('T')
    expect(getProperty(given!.properties, 'TRANSACTION_CHECK_TIMES')).toBe('15')
    expect(await rig.bodies(RMQ_SYS_TRANS_CHECK_MAX_TIME_TOPIC)).toHaveLength(1)
    expect(rig.transactions.hasWork).toBe(false)
  })

  test('ask in the order in which the messages came, round for round', async () => {
    const producer = rig.producer()
    for (const body of ['a', 'b', 'c']) await rig.prepare(body)
    await rig.rounds(2)
    expect(questionsTo(producer).map(({ body }) => body)).toEqual(['a', 'b', 'c', 'a', 'b', 'c'])
  })

  test('do not come before the immunity of the message is over', async () => {
    const producer = rig.producer()
    rig.config.transactionCheckInterval = 10_000
    await rig.prepare('immune', { CHECK_IMMUNITY_TIME_IN_SECONDS: '35' })
    await rig.prepare('plain')
    await rig.rounds(3)
    expect(questionsTo(producer).map(({ body }) => body)).toEqual(['plain', 'plain', 'plain'])
    await rig.rounds()
    expect(questionsTo(producer).slice(3).map(({ body, checkTimes }) => [body, checkTimes])).toEqual([['immune', 1], ['plain', 4]]) // prettier-ignore
  })

  test('an immunity shorter than transactionTimeOut brings them earlier', async () => {
    const producer = rig.producer()
    rig.config.transactionCheckInterval = 1_500
    await rig.prepare('soon', { CHECK_IMMUNITY_TIME_IN_SECONDS: '1' })
    await rig.rounds()
    expect(producer.sent).toHaveLength(1)
  })

  test('after its immunity a message is ended by the answer to a check only', async () => {
    const producer = rig.producer()
    const half = await rig.prepare('paid', { CHECK_IMMUNITY_TIME_IN_SECONDS: '20' })
    rig.clock.advance(20_000)
    rig.clock.advance(1)
    expect(await rig.end(half, COMMIT)).toBe(ILLEGAL_OPERATION)
    expect(await rig.bodies()).toEqual([])
    await rig.rounds()
    const [question] = questionsTo(producer)
    expect(await rig.end(question!.prepared, COMMIT, { fromTransactionCheck: true })).toBe(SUCCESS)
    expect(await rig.bodies()).toEqual(['paid'])
  })

  test('go round the members that are connected, and skip the dead', async () => {
    const members = ['1', '2', '3'].map((port) => rig.producer(`127.0.0.1:${port}`))
    rig.producer('127.0.0.1:4', 'another group')
    members[1]!.isOpen = false
    await rig.prepare('paid')
    await rig.rounds(6)
    expect(members.map(({ sent }) => sent.length)).toEqual([3, 0, 3])
  })

  test('go on while nobody of the group is there, and reach who comes', async () => {
    await rig.prepare('paid')
    await rig.rounds(3)
    const producer = rig.producer()
    await rig.rounds()
    const [question] = questionsTo(producer)
    expect(question!.checkTimes).toBe(4)
    await rig.end(question!.prepared, ROLLBACK, { fromTransactionCheck: true })
    await rig.rounds(2)
    expect(producer.sent).toHaveLength(1)
  })

  test('an end that names an earlier copy ends the transaction', async () => {
    const producer = rig.producer()
    const half = await rig.prepare('paid')
    await rig.rounds(3)
    expect(await rig.end(half, COMMIT)).toBe(SUCCESS)
    const copies = questionsTo(producer)
    for (const { prepared } of copies)
      expect(await rig.end(prepared, COMMIT, { fromTransactionCheck: true })).toBe(SUCCESS)
    await rig.rounds(2)
    expect(producer.sent).toHaveLength(3)
    expect(await rig.bodies()).toEqual(['paid'])
  })

  test('a message older than fileReservedTime is given up without more checks', async () => {
    const producer = rig.producer()
    rig.config.fileReservedTime = 1
    await rig.prepare('old', { CHECK_IMMUNITY_TIME_IN_SECONDS: '7200' })
    rig.config.transactionCheckInterval = 1_800_000
    await rig.rounds(3)
    expect(producer.sent).toEqual([])
    expect(await rig.bodies(RMQ_SYS_TRANS_CHECK_MAX_TIME_TOPIC)).toEqual(['old'])
  })

  test('no timer runs while nothing is in doubt', async () => {
    expect(rig.timers).toBe(0)
    const half = await rig.prepare('paid')
    expect(rig.timers).toBe(1)
    await rig.end(half, COMMIT)
    await rig.turns()
    await rig.rounds(5)
    expect(rig.timers).toBe(1)
  })
})

describe('given up', () => {
  const giveUp = async () => {
    rig.config.transactionCheckMax = 1
    const half = await rig.prepare('paid')
    await rig.rounds(2)
    const [given] = await rig.messages(RMQ_SYS_TRANS_CHECK_MAX_TIME_TOPIC)
    return { half, msgId: createMessageId(given!.storeHost, given!.physicalOffset) }
  }
  const resume = (msgId: string) => rig.ask(RequestCode.RESUME_CHECK_HALF_MESSAGE, { msgId })

  test('a late commit is still honoured, once', async () => {
    const { half } = await giveUp()
    expect(await rig.end(half, COMMIT)).toBe(SUCCESS)
    expect(await rig.end(half, COMMIT)).toBe(SUCCESS)
    expect(await rig.bodies()).toEqual(['paid'])
  })

  test('RESUME_CHECK_HALF_MESSAGE begins its checks anew', async () => {
    const { msgId } = await giveUp()
    const producer = rig.producer()
    expect(await resume(msgId)).toBe(SUCCESS)
    await rig.rounds()
    const [question] = questionsTo(producer)
    expect(question!.checkTimes).toBe(1)
    expect(await rig.end(question!.prepared, COMMIT, { fromTransactionCheck: true })).toBe(SUCCESS)
    expect(await rig.bodies()).toEqual(['paid'])
  })

  test('RESUME_CHECK_HALF_MESSAGE of what waits counts from 0; of what ended or is none it fails', async () => {
    const producer = rig.producer()
    const half = await rig.prepare('paid')
    await rig.rounds(2)
    const [stored] = await rig.messages(RMQ_SYS_TRANS_HALF_TOPIC)
    const msgId = createMessageId(stored!.storeHost, half.physicalOffset)
    expect(await resume(msgId)).toBe(SUCCESS)
    await rig.rounds()
    expect(questionsTo(producer).map(({ checkTimes }) => checkTimes)).toEqual([1, 2, 1])
    await rig.end(half, COMMIT)
    expect(await resume(msgId)).toBe(SYSTEM_ERROR)
    expect(await resume('no id')).toBe(SYSTEM_ERROR)
    expect(await rig.bodies()).toEqual(['paid'])
  })
})
