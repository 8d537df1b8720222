/** A master and a slave of one name on real sockets, gone when the test ends. */
import { onTestFinished } from 'vitest'
import { systemClock } from '../../../src/main/base/clock'
import type { RunningBroker } from '../../../src/main/broker/startBroker'
import { decodeMessages } from '../../../src/main/protocol/message/messageCodec'
import { testCluster, until, type TestCluster } from '../client/cluster'
import { TestClient } from './brokerTestbed'

type Properties = Record<string, string>

export interface BrokerSet extends TestCluster {
  startMaster: (properties?: Properties) => Promise<RunningBroker>
  startSlave: (properties?: Properties) => Promise<RunningBroker>
  /** A client with one connection. */
  ask: (broker: RunningBroker) => TestClient
}

/** Both keep folder and port from one start to the next; either may be started in the other's role. */
export const brokerSet = async (name = 'broker-a'): Promise<BrokerSet> => {
  const cluster = await testCluster()
  const common = { brokerName: name, gantrySlaveSyncInterval: '50', flushIntervalCommitLog: '50' }
  return {
    ...cluster,
    startMaster: (properties = {}) => cluster.broker(name, { ...common, ...properties }),
    startSlave: (properties = {}) =>
      cluster.broker(`${name}-s`, {
        ...common,
        brokerRole: 'SLAVE',
        brokerId: '1',
        ...properties
      }),
    ask: (broker) => {
      const client = new TestClient(systemClock, broker.address)
      onTestFinished(() => client.close())
      return client
    }
  }
}

/** Bodies a pull from offset 0 finds, once there are `count` of them. */
export const untilReadable = async (
  client: TestClient,
  topic: string,
  count: number,
  queueId = 0
): Promise<string[]> => {
  const bodies = async (): Promise<string[]> => {
    const answer = await client.pull('CG-look', topic, 0, { queueId })
    return answer.code === 0 ? decodeMessages(answer.body ?? Buffer.alloc(0)).map(({ body }) => body.toString()) : [] // prettier-ignore
  }
  return until(bodies, (found) => found.length >= count)
}
