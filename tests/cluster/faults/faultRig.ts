/** Two masters in the headless product, a window to break them from, and a client that tells how each send ended. */
import { onTestFinished } from 'vitest'
import { systemClock } from '../../../src/main/base/clock'
import { silentLog } from '../../../src/main/base/log'
import { systemRandom } from '../../../src/main/base/random'
import { DefaultMQProducer } from '../../../src/main/client/defaultMQProducer'
import { MQClientInstance } from '../../../src/main/client/mqClientInstance'
import { failureName } from '../../../src/main/console/witness/seenSecond'
import { startHeadless, type HeadlessOptions } from '../../headless'
import { ConsoleSocket } from '../headless/consoleSocket'

export const TOPIC = 'T'
export const A = 'broker-a:0'
export const B = 'broker-b:0'

interface RigOptions extends HeadlessOptions {
  preset?: string
}

export const faultRig = async (rig: RigOptions = {}) => {
  const { args = [], preset = '2m-noslave', ...options } = rig
  const headless = await startHeadless({ args: ['--preset', preset, ...args], ...options })
  let stopped: Promise<number> | undefined
  const stop = (): Promise<number> => (stopped ??= headless.stop())
  onTestFinished(async () => {
    await stop()
  })
  const window = await ConsoleSocket.open(headless.ready.console)
  await window.call('topic.save', { topic: TOPIC, readQueueNums: 1, writeQueueNums: 1, perm: 6 })
  const client = new MQClientInstance({
    ...{ clock: systemClock, random: systemRandom, log: silentLog },
    namesrvAddresses: () => headless.ready.namesrv
  })
  onTestFinished(() => client.close())
  const producer = new DefaultMQProducer(client, 'PG')
  /** SEND_OK or how it failed; one attempt. */
  const send = (node: string, timeoutMs?: number): Promise<string> => {
    const queue = { brokerName: node.split(':')[0]!, queueId: 0 }
    return producer
      .send({ topic: TOPIC, body: Buffer.from('x') }, { queue, timeoutMs })
      .then(({ sendStatus }) => sendStatus, failureName)
  }
  /** Sends again until it ends so. */
  const sends = async (node: string, wanted: string): Promise<void> => {
    while ((await send(node)) !== wanted);
  }
  const storedAt = async (node: string): Promise<number> => {
    const brokerName = node.split(':')[0]!
    const { queueOffset } = await window.call('message.send', {
      ...{ topic: TOPIC, body: 'x', brokerName, queueId: 0 }
    })
    const ref = { topic: TOPIC, brokerName, queueId: 0, queueOffset }
    return (await window.call('message.get', ref)).storeTimestamp
  }
  const namesrv = `namesrv:${headless.ready.namesrv[0]!.split(':')[1]!}`
  return { window, send, sends, storedAt, stop, namesrv, headless }
}
