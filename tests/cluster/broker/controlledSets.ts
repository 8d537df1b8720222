/** Broker sets whose master a controller elects, in this process, on real sockets and files. */
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { systemClock } from '../../../src/main/base/clock'
import { nodeDisk } from '../../../src/main/base/disk'
import { createLog } from '../../../src/main/base/log'
import { systemRandom } from '../../../src/main/base/random'
import { startControlledBroker } from '../../../src/main/broker/controlled/startControlledBroker'
import type { BrokerReport } from '../../../src/main/broker/brokerReport'
import type { RunningBroker } from '../../../src/main/broker/startBroker'
import { RemotingClient } from '../../../src/main/remoting/client'
import { nameserver, tempFolder } from '../nameserver/nameservers'
import { silentLog } from '../../../src/main/base/log'
import { TestClient } from './brokerTestbed'

export interface Member extends RunningBroker {
  readonly reports: BrokerReport[]
}

export interface ControlledSet {
  readonly namesrv: string
  /** Starts a member, or the one of that number again: same folder, same ports. */
  member: (number: number, properties?: Record<string, string>) => Promise<Member>
  client: (address: string) => TestClient
  remoting: RemotingClient
  stopController: () => Promise<void>
  startController: () => Promise<void>
}

export const controlledSet = async (): Promise<ControlledSet> => {
  const folder = tempFolder()
  const namesrvFolder = tempFolder()
  const startNamesrv = (port: number) =>
    nameserver({ port, folder: namesrvFolder, properties: { enableControllerInNamesrv: 'true' } })
  let namesrv = await startNamesrv(0)
  const { address } = namesrv
  const ports = new Map<number, Record<string, string>>()
  const remoting = new RemotingClient({ clock: systemClock, log: silentLog })
  onTestFinished(() => remoting.close())
  return {
    namesrv: address,
    remoting,
    stopController: () => namesrv.stop(),
    startController: async () => {
      namesrv = await startNamesrv(Number(address.split(':')[1]))
    },
    member: async (number, properties = {}) => {
      const reports: BrokerReport[] = []
      const debug = process.env['DEBUG_BROKERS'] !== undefined
      const running = await startControlledBroker({
        ...{ clock: systemClock, disk: nodeDisk, random: systemRandom },
        log: debug
          ? createLog(`m${number}`, { now: () => Date.now() }, (r) => process.stderr.write(`${r.at} ${r.area} ${r.level} ${r.message}\n`)) // prettier-ignore
          : silentLog,
        folder: join(folder, `member-${number}`),
        host: '127.0.0.1',
        properties: {
          brokerName: 'broker-a',
          listenPort: '0',
          namesrvAddr: address,
          enableControllerMode: 'true',
          controllerAddr: address,
          gantrySlaveSyncInterval: '100',
          ...ports.get(number),
          ...properties
        },
        vipChannel: false,
        onReport: (report) => reports.push(report),
        onPropertiesChanged: () => undefined
      })
      const { listenPort = '0', haListenPort = '0' } = Object.fromEntries(running.properties())
      ports.set(number, { listenPort, haListenPort })
      let stopped: Promise<void> | undefined
      const stop = (): Promise<void> => (stopped ??= running.stop())
      onTestFinished(stop)
      return Object.defineProperties(
        { reports, stop },
        { ...Object.getOwnPropertyDescriptors(running), stop: { value: stop } }
      ) as Member
    },
    client: (at) => {
      const client = new TestClient(systemClock, at)
      onTestFinished(() => client.close())
      return client
    }
  }
}
