import { describe, expect, test } from 'vitest'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { Code } from '../v2/code'
import { ClientType, Language } from '../v2/enums'
import { MAX_ACK_ENTRIES } from './ackMessage'
import { ConsumerRig } from './consumerRig'

const { ACK_MESSAGE, CONSUMER_SEND_MSG_BACK } = RequestCode
const CHANGE = RequestCode.CHANGE_MESSAGE_INVISIBLETIME
const INVALID = Code.INVALID_RECEIPT_HANDLE

/** One message in the hands of a simple consumer. */
const held = async (rig: ConsumerRig, offset = 0, name = 0): Promise<string> => {
  rig.brokers[name]!.put([{ offset }])
  return (await rig.receive()).handles[0]!
}

describe('an ack', () => {
  test('goes to the broker that gave the message, with what it wants to see', async () => {
    const rig = new ConsumerRig(['broker-a', 'broker-b'])
    const popTime = rig.clock.now()
    const handle = await held(rig, 9, 1)
    expect(await rig.ack(handle)).toEqual({ code: Code.OK, codes: [Code.OK] })
    expect(rig.broker.of(ACK_MESSAGE)).toEqual([])
    expect(rig.brokers[1]!.of(ACK_MESSAGE)).toMatchObject([
      {
        ...{ consumerGroup: 'G', topic: 'T', queueId: '0', offset: '9' },
        extraInfo: `9 ${popTime} 30000 0 0 broker-b 0 9`
      }
    ])
  })

  test('is good once', async () => {
    const rig = new ConsumerRig()
    const handle = await held(rig)
    expect((await rig.ack(handle, handle)).codes.sort()).toEqual([Code.OK, INVALID])
    expect(await rig.ack(handle)).toEqual({ code: INVALID, codes: [INVALID] })
    expect(rig.broker.of(ACK_MESSAGE)).toHaveLength(1)
  })

  test('is too late when the message is visible again', async () => {
    const rig = new ConsumerRig()
    const handle = await held(rig)
    await rig.advance(30_000)
    expect((await rig.ack(handle)).code).toBe(INVALID)
    expect(rig.broker.of(ACK_MESSAGE)).toEqual([])
  })

  test('of several says what became of each', async () => {
    const rig = new ConsumerRig()
    const handle = await held(rig)
    expect(await rig.ack(handle, 'no handle')).toEqual({
      code: Code.MULTIPLE_RESULTS,
      codes: [Code.OK, INVALID]
    })
  })

  test.each([
    ['text', 'abc'],
    ['a handle with a number changed', '1'],
    ['nothing', '']
  ])('with %s is none', async (_name, change) => {
    const rig = new ConsumerRig()
    const handle = await held(rig)
    const wrong = change === '1' ? handle.replace(/^0/, '1') : change
    expect((await rig.ack(wrong)).code).toBe(INVALID)
  })

  test("with another group's handle is none", async () => {
    const rig = new ConsumerRig()
    rig.broker.put([{}])
    const { handles } = await rig.receive({ group: { name: 'Other' } })
    expect((await rig.ack(handles[0]!)).code).toBe(INVALID)
  })

  test('that the broker did not hear may be tried again', async () => {
    const rig = new ConsumerRig()
    const handle = await held(rig)
    rig.broker.isDown = true
    expect((await rig.ack(handle)).code).toBe(Code.INTERNAL_SERVER_ERROR)
    rig.broker.isDown = false
    expect((await rig.ack(handle)).code).toBe(Code.OK)
  })

  test('of a message that the broker has no more ends the matter', async () => {
    const rig = new ConsumerRig()
    const handle = await held(rig)
    rig.broker.refuse = () => ({ code: ResponseCode.NO_MESSAGE, remark: 'offset is illegal' })
    expect((await rig.ack(handle)).code).toBe(INVALID)
  })

  test('of too many at once is refused whole', async () => {
    const rig = new ConsumerRig()
    const handles = Array.from({ length: MAX_ACK_ENTRIES + 1 }, () => 'x')
    await expect(rig.ack(...handles)).rejects.toMatchObject({ code: Code.BAD_REQUEST })
  })

  test('is understood by a proxy that was started anew', async () => {
    const rig = new ConsumerRig()
    const handle = await held(rig)
    expect((await new ConsumerRig().ack(handle)).code).toBe(Code.OK)
  })
})

describe('a changed time', () => {
  test('gives a new handle, and voids the old one', async () => {
    const rig = new ConsumerRig()
    const first = await held(rig, 4)
    await rig.advance(10_000)
    const { code, handle } = await rig.change(first, 60_000)
    expect(code).toBe(Code.OK)
    expect(rig.broker.of(CHANGE)).toMatchObject([{ offset: '4', invisibleTime: '60000' }])
    expect((await rig.ack(first)).code).toBe(INVALID)
    await rig.advance(59_999)
    expect((await rig.ack(handle)).code).toBe(Code.OK)
    expect(rig.broker.of(ACK_MESSAGE)).toMatchObject([
      { extraInfo: `4 ${rig.clock.now() - 59_999} 60000 0 0 broker-a 0 4` }
    ])
  })

  test('may be the same again while the clock stands still', async () => {
    const rig = new ConsumerRig()
    const first = await rig.change(await held(rig), 60_000)
    const second = await rig.change(first.handle, 60_000)
    expect(second).toEqual({ code: Code.OK, handle: first.handle })
    expect((await rig.ack(second.handle)).code).toBe(Code.OK)
  })

  test.each([
    ['below nothing', -1000, Code.ILLEGAL_INVISIBLE_TIME],
    ['beyond twelve hours', 43_200_001, Code.ILLEGAL_INVISIBLE_TIME],
    ['nothing: visible at once', 0, Code.OK],
    ['twelve hours', 43_200_000, Code.OK]
  ])('%s', async (_name, ms, code) => {
    const rig = new ConsumerRig()
    const first = await held(rig)
    const answer = await rig.change(first, ms)
    expect(answer.code).toBe(code)
    // What says no carries a handle too, and it is still good.
    if (code !== Code.OK) expect(answer.handle).toBe(first)
  })

  test.each([
    ['npm push', Language.NODE_JS, ClientType.PUSH_CONSUMER, ['1000', '5000', '10000']],
    ['npm simple', Language.NODE_JS, ClientType.SIMPLE_CONSUMER, ['2', '2', '2']],
    ['other push', Language.PYTHON, ClientType.PUSH_CONSUMER, ['2', '2', '2']]
  ])('of two ms by %s consumers', async (_name, language, clientType, expected) => {
    const rig = new ConsumerRig()
    rig.connect({ userAgent: { language } }, clientType)
    for (const reconsumeTimes of [0, 1, 2]) {
      rig.broker.put([{ reconsumeTimes, offset: reconsumeTimes }])
      const { handles } = await rig.push()
      await rig.change(handles[0]!, 2)
    }
    expect(rig.broker.of(CHANGE).map(({ invisibleTime }) => invisibleTime)).toEqual(expected)
  })
})

describe('giving a message up', () => {
  test('puts a copy with the dead letters, then acknowledges it', async () => {
    const rig = new ConsumerRig()
    const handle = await held(rig, 7)
    expect(await rig.forward(handle, 'id-7')).toBe(Code.OK)
    expect(rig.broker.asked.slice(-2)).toMatchObject([
      {
        code: CONSUMER_SEND_MSG_BACK,
        ext: { offset: '1007', group: 'G', delayLevel: '-1', originMsgId: 'id-7', originTopic: 'T' }
      },
      { code: ACK_MESSAGE, ext: { offset: '7' } }
    ])
  })

  test.each([
    ['again', async (rig: ConsumerRig, handle: string) => void (await rig.forward(handle))],
    ['after its ack', async (rig: ConsumerRig, handle: string) => void (await rig.ack(handle))],
    ['when it is visible again', (rig: ConsumerRig) => rig.advance(30_000)]
  ])('%s is settled: no copy more', async (_name, before) => {
    const rig = new ConsumerRig()
    const handle = await held(rig)
    await before(rig, handle)
    const copies = rig.broker.of(CONSUMER_SEND_MSG_BACK).length
    expect(await rig.forward(handle)).toBe(Code.OK)
    expect(rig.broker.of(CONSUMER_SEND_MSG_BACK)).toHaveLength(copies)
  })

  test('that the broker cannot take now is to be tried again', async () => {
    const rig = new ConsumerRig()
    const handle = await held(rig)
    rig.broker.refuse = () => ({ code: ResponseCode.SYSTEM_ERROR, remark: 'disk full' })
    await expect(rig.forward(handle)).rejects.toMatchObject({ remark: 'disk full' })
    expect(rig.broker.of(ACK_MESSAGE)).toEqual([])
    rig.broker.refuse = () => undefined
    expect(await rig.forward(handle)).toBe(Code.OK)
    expect(rig.broker.of(ACK_MESSAGE)).toHaveLength(1)
  })

  test('of which the log keeps nothing any more acknowledges it only', async () => {
    const rig = new ConsumerRig()
    const handle = await held(rig)
    rig.broker.refuse = ({ code }) => code === CONSUMER_SEND_MSG_BACK ? { code: ResponseCode.SYSTEM_ERROR, remark: 'look message by offset failed, 1000' } : undefined // prettier-ignore
    expect(await rig.forward(handle)).toBe(Code.OK)
    expect(rig.broker.of(ACK_MESSAGE)).toHaveLength(1)
  })

  test('with what is no handle is refused', async () => {
    await expect(new ConsumerRig().forward('abc')).rejects.toMatchObject({ code: INVALID })
  })
})
