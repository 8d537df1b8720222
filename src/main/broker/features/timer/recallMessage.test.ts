import { describe, expect, test } from 'vitest'
import { RequestCode } from '../../../protocol/codes/requestCode'
import { hostAddress } from '../../../protocol/message/host'
import { formatRecallHandle } from '../../../protocol/message/recallMessageHandle'
import type { ParkingRig } from '../parkingRig'
import { at, bodies, opened, timed } from './timerRig'

describe('RECALL_MESSAGE', () => {
  const recall = async (rig: ParkingRig, topic: string, recallHandle: string) => {
    const route = rig.feature!.routes!.find(({ code }) => code === RequestCode.RECALL_MESSAGE)!
    const extFields = { producerGroup: 'PG', topic, recallHandle }
    const command = { code: RequestCode.RECALL_MESSAGE, language: 'JAVA', version: 479, opaque: 1, flag: 0, serializeType: 'JSON', extFields } as const // prettier-ignore
    const connection = { remoteHost: hostAddress('127.0.0.1', 2) }
    return Promise.resolve(route.handle(command, connection as never))
  }
  const handle = (rig: ParkingRig, ms: number, more: Partial<Record<'topic' | 'brokerName', string>> = {}) => // prettier-ignore
    formatRecallHandle({ topic: 'T', brokerName: 'broker-a', uniqKey: 'x', timestamp: String(rig.clock.now() + ms), ...more }) // prettier-ignore

  test('cancels', async () => {
    const rig = await opened({ recallMessageEnable: 'true' })
    await rig.put(timed('x', at(rig, 5000)))
    const answer = await recall(rig, 'T', handle(rig, 4001))
    expect(answer).toMatchObject({
      code: 0,
      extFields: { msgId: 'x', MSG_REGION: 'DefaultRegion' }
    })
    await rig.advance(10_000)
    expect(await bodies(rig)).toEqual([])
  })

  test.each([
    ['a handle that is none', 604, () => 'nonsense!'],
    ['another topic', 604, (rig: ParkingRig) => handle(rig, 5000, { topic: 'U' })],
    ['another broker', 604, (rig: ParkingRig) => handle(rig, 5000, { brokerName: 'b' })],
    ['a time that is over', 604, (rig: ParkingRig) => handle(rig, 0)],
    ['a time too far ahead', 604, (rig: ParkingRig) => handle(rig, 259_200_000)]
  ])('%s is refused', async (_name, code, make) => {
    const rig = await opened({ recallMessageEnable: 'true' })
    await expect(recall(rig, 'T', make(rig))).rejects.toMatchObject({ code })
  })

  test('an unknown topic, and a broker that does not allow it', async () => {
    const rig = await opened({ recallMessageEnable: 'true' })
    rig.gone.add('T')
    await expect(recall(rig, 'T', handle(rig, 5000))).rejects.toMatchObject({ code: 17 })
    const stock = await opened()
    await expect(recall(stock, 'T', handle(stock, 5000))).rejects.toMatchObject({ code: 16, remark: expect.stringContaining('recallMessageEnable') as string }) // prettier-ignore
  })
})
