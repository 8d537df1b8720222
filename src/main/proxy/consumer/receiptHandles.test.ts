import { expect, test } from 'vitest'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { CLIENT_EXPIRED_MS } from '../sessions/clientSessions'
import { Code } from '../v2/code'
import { ConsumerRig, settle } from './consumerRig'

const { ACK_MESSAGE } = RequestCode
const CHANGE = RequestCode.CHANGE_MESSAGE_INVISIBLETIME
const HOUR = 3_600_000

/** One message in the hands of a push consumer, as it was given. */
const pushed = async (rig: ConsumerRig, offset = 0): Promise<string> => {
  rig.broker.put([{ offset }])
  return (await rig.push()).handles[0]!
}

const invisibleTimes = (rig: ConsumerRig) =>
  rig.broker.of(CHANGE).map(({ invisibleTime }) => invisibleTime)

/** In steps of the scan, so that what one started is done before the next. */
const pass = async (rig: ConsumerRig, ms: number): Promise<void> => {
  for (let left = ms; left > 0; left -= 5000) await rig.advance(Math.min(5000, left))
}

test('a message stays in the hands of a client that lives, under the handle it was given', async () => {
  const rig = new ConsumerRig()
  rig.connect()
  const handle = await pushed(rig, 3)
  await pass(rig, 49_999)
  expect(invisibleTimes(rig)).toEqual([])
  await pass(rig, 5000)
  expect(invisibleTimes(rig)).toEqual(['60000'])
  await pass(rig, 600_000)
  expect((await rig.ack(handle)).code).toBe(Code.OK)
  const renewedAt = Number(rig.broker.of(ACK_MESSAGE)[0]!.extraInfo!.split(' ')[1])
  expect(rig.clock.now() - renewedAt).toBeLessThanOrEqual(60_000)
  await pass(rig, 120_000)
  expect(invisibleTimes(rig).length).toBeLessThanOrEqual(13)
})

test('a simple consumer renews its messages itself', async () => {
  const rig = new ConsumerRig()
  rig.connect()
  rig.broker.put([{}])
  await rig.receive()
  await pass(rig, 120_000)
  expect(rig.broker.of(CHANGE)).toEqual([])
})

test('what a client had in hand comes back a second after it is gone', async () => {
  const rig = new ConsumerRig()
  const session = rig.connect()
  const handles = [await pushed(rig, 1), await pushed(rig, 2)]
  await rig.ack(handles[0]!)
  rig.leave(session)
  await settle()
  expect(rig.broker.of(CHANGE)).toMatchObject([{ offset: '2', invisibleTime: '1000' }])
  expect((await rig.ack(handles[1]!)).code).toBe(Code.INVALID_RECEIPT_HANDLE)
})

test('its handle is void then, though it was renewed and is not over by itself', async () => {
  const rig = new ConsumerRig()
  const session = rig.connect()
  const handle = await pushed(rig)
  await pass(rig, 55_000)
  expect(invisibleTimes(rig)).toEqual(['60000'])
  rig.leave(session)
  await settle()
  expect((await rig.ack(handle)).code).toBe(Code.INVALID_RECEIPT_HANDLE)
  expect(rig.broker.of(ACK_MESSAGE)).toEqual([])
})

test('what was not renewed in time is given up, and the broker not asked', async () => {
  const rig = new ConsumerRig()
  rig.connect()
  const handle = await pushed(rig)
  rig.broker.isDown = true
  await pass(rig, 60_000)
  rig.broker.isDown = false
  await pass(rig, 60_000)
  expect(rig.broker.of(CHANGE)).toEqual([])
  expect((await rig.ack(handle)).code).toBe(Code.INVALID_RECEIPT_HANDLE)
})

test('a client that never told its settings is thought to live as long as a silent one', async () => {
  const rig = new ConsumerRig()
  await pushed(rig)
  await pass(rig, CLIENT_EXPIRED_MS)
  expect(rig.broker.of(CHANGE)).toEqual([])
  await pass(rig, 5000)
  expect(invisibleTimes(rig)).toEqual(['1000'])
})

test('after three hours it counts as failed', async () => {
  const rig = new ConsumerRig()
  rig.connect()
  rig.broker.put([{ reconsumeTimes: 2 }])
  const { handles } = await rig.push()
  await pass(rig, 3 * HOUR + 60_000)
  const times = invisibleTimes(rig)
  expect(new Set(times.slice(0, -1))).toEqual(new Set(['60000']))
  expect(times.at(-1)).toBe('10000')
  await pass(rig, HOUR)
  expect(invisibleTimes(rig)).toHaveLength(times.length)
  expect((await rig.ack(handles[0]!)).code).toBe(Code.INVALID_RECEIPT_HANDLE)
})

test('a nack ends the renewal', async () => {
  const rig = new ConsumerRig()
  rig.connect()
  await rig.change(await pushed(rig), 30_000)
  await pass(rig, 120_000)
  expect(invisibleTimes(rig)).toEqual(['30000'])
})

test('an ack while it is renewed goes with the new handle', async () => {
  const rig = new ConsumerRig()
  rig.connect()
  const handle = await pushed(rig)
  await pass(rig, 50_000 - 5000)
  const at = rig.clock.now() + 5000
  rig.clock.advance(5000)
  const acked = rig.ack(handle)
  expect((await acked).code).toBe(Code.OK)
  expect(rig.broker.of(CHANGE)).toHaveLength(1)
  expect(rig.broker.of(ACK_MESSAGE)[0]!.extraInfo).toContain(` ${at} 60000 `)
})

test('a broker that is away for a moment is asked again, before the time is over', async () => {
  const rig = new ConsumerRig()
  rig.connect()
  const handle = await pushed(rig)
  await pass(rig, 45_000)
  rig.broker.isDown = true
  await pass(rig, 5000)
  rig.broker.isDown = false
  await pass(rig, 60_000)
  expect((await rig.ack(handle)).code).toBe(Code.OK)
})

test('a message that the broker does not know any more is not renewed', async () => {
  const rig = new ConsumerRig()
  rig.connect()
  await pushed(rig)
  rig.broker.refuse = ({ code }) => code === CHANGE ? { code: ResponseCode.NO_MESSAGE, remark: 'gone' } : undefined // prettier-ignore
  await pass(rig, 50_000)
  rig.broker.refuse = () => undefined
  const asked = rig.broker.of(CHANGE).length
  await pass(rig, 120_000)
  expect(rig.broker.of(CHANGE)).toHaveLength(asked)
})

test('with renewal switched off the time is what it is', async () => {
  const rig = new ConsumerRig(['broker-a'], { enableProxyAutoRenew: 'false' })
  rig.connect()
  const handle = await pushed(rig)
  await pass(rig, 60_000)
  expect(rig.broker.of(CHANGE)).toEqual([])
  expect((await rig.ack(handle)).code).toBe(Code.INVALID_RECEIPT_HANDLE)
})
