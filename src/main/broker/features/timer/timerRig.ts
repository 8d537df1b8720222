/** What the tests of timer messages stand on. */
import { afterEach } from 'vitest'
import { hostAddress } from '../../../protocol/message/host'
import { message, type RigOptions } from '../../../store/storeRig'
import { LiveBrokerConfig } from '../../brokerConfig'
import { ParkingRig } from '../parkingRig'
import { timerMessage } from './timerMessage'

const rigs: ParkingRig[] = []
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.dispose()
})

/** A rig with the timer feature alone, open; gone after the test. */
export const opened = async (
  properties: Record<string, string> = {},
  options: RigOptions = {}
): Promise<ParkingRig> => {
  const rig: ParkingRig = new ParkingRig((parts) => {
    const { config } = new LiveBrokerConfig(properties)
    return timerMessage({
      ...parts,
      config,
      identity: { name: 'broker-a', role: 'ASYNC_MASTER', storeHost: hostAddress('127.0.0.1', 1) },
      writer: { put: (given) => parts.store.putMessage(rig.feature!.beforePut!(given)) }
    })
  }, options)
  rigs.push(rig)
  await rig.open()
  return rig
}

export const text = (properties: Record<string, string | number>): string =>
  Object.entries(properties)
    .map(([name, value]) => `${name}\u0001${value}\u0002`)
    .join('')

export const timed = (body: string, properties: Record<string, string | number>, topic = 'T') =>
  message(topic, body, { queueId: 3, properties: text({ UNIQ_KEY: body, ...properties }) })

export const at = (rig: ParkingRig, ms: number) => ({ TIMER_DELIVER_MS: rig.clock.now() + ms })

export const bodies = async (rig: ParkingRig, topic = 'T') =>
  (await rig.delivered(topic, 3)).map(({ body }) => body)

export const cancel = (body: string, deliverMs: number, topic = 'T') =>
  message(topic, '0', {
    properties: text({
      TIMER_DEL_UNIQKEY: `${topic}+${body}`,
      UNIQ_KEY: body,
      TIMER_DELIVER_MS: deliverMs
    })
  })
