/** A broker that answers as a test says, known to a real nameserver. */
import { onTestFinished } from 'vitest'
import { systemClock, type Clock } from '../../../src/main/base/clock'
import { silentLog } from '../../../src/main/base/log'
import { systemRandom } from '../../../src/main/base/random'
import { MQClientInstance } from '../../../src/main/client/mqClientInstance'
import { jsonBody } from '../../../src/main/protocol/bodies/rocketmqJson'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import {
  RemotingError,
  type RemotingCommand,
  type Reply
} from '../../../src/main/protocol/remotingCommand'
import { RemotingServer } from '../../../src/main/remoting/server'
import type { RunningNameserver } from '../../../src/main/nameserver/startNameserver'
import { remotingClient } from '../nameserver/nameservers'

/** By request code; undefined in the table answers REQUEST_CODE_NOT_SUPPORTED. */
export type Script = Partial<
  Record<number, (command: RemotingCommand) => Reply | Promise<Reply> | undefined>
>

export interface ScriptedBroker {
  address: string
  name: string
  /** Every request that came. */
  requests: RemotingCommand[]
  /** Goes deaf; the nameserver still believes in it. */
  close(): Promise<void>
}

export const success = (extFields: Record<string, string> = {}, body?: Buffer): Reply => ({
  code: ResponseCode.SUCCESS,
  extFields,
  ...(body && { body })
})

export const scriptedBroker = async (
  namesrv: RunningNameserver,
  name: string,
  script: Script,
  topics: Record<string, number> = { TopicA: 2 }
): Promise<ScriptedBroker> => {
  const requests: RemotingCommand[] = []
  const server = new RemotingServer({
    clock: systemClock,
    log: silentLog,
    host: '127.0.0.1',
    port: 0,
    handler: (command) => {
      requests.push(command)
      const answer = script[command.code]
      if (answer) return answer(command)
      throw new RemotingError(ResponseCode.REQUEST_CODE_NOT_SUPPORTED, 'not in the script')
    }
  })
  await server.listen()
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => (closed ??= server.close())
  onTestFinished(close)
  const address = `127.0.0.1:${server.port}`
  const config = (queues: number) => ({ readQueueNums: queues, writeQueueNums: queues, perm: 6 })
  await remotingClient().call(
    namesrv.address,
    {
      code: RequestCode.REGISTER_BROKER,
      extFields: { brokerName: name, brokerAddr: address, clusterName: 'C', brokerId: '0' },
      body: jsonBody({
        topicConfigSerializeWrapper: {
          dataVersion: {},
          topicConfigTable: Object.fromEntries(
            [...Object.entries(topics), [name, 1] as const].map(([topic, queues]) => [
              topic,
              config(queues)
            ])
          )
        }
      })
    },
    30_000
  )
  return { address, name, requests, close }
}

export const clientOf = (
  namesrvAddresses: readonly string[],
  clock: Clock = systemClock
): MQClientInstance => {
  const instance = new MQClientInstance({
    clock,
    random: systemRandom,
    log: silentLog,
    namesrvAddresses: () => namesrvAddresses
  })
  onTestFinished(() => instance.close())
  return instance
}

/** Long pauses of the product pass at once; the network keeps its time. */
export const hurriedClock: Clock = {
  ...systemClock,
  real: {
    ...systemClock.real,
    after: (ms, callback) => systemClock.real.after(ms === 5000 ? 0 : ms, callback)
  }
}
