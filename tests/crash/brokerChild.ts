/**
 * A broker in a process of its own, to be killed: real sockets and files, no nameserver, store limits as told. Its one
 * argument is JSON: folder, properties, limits. Prints `ready ADDRESS`; SIGTERM stops it cleanly.
 */
import { systemClock } from '../../src/main/base/clock'
import { nodeDisk } from '../../src/main/base/disk'
import { consoleSink, createLog } from '../../src/main/base/log'
import { systemRandom } from '../../src/main/base/random'
import { startBroker } from '../../src/main/broker/startBroker'
import type { StoreLimits } from '../../src/main/store/limits'

interface Argument {
  folder: string
  properties: Record<string, string>
  limits: Partial<StoreLimits>
}

const main = async (): Promise<void> => {
  const { folder, properties, limits } = JSON.parse(process.argv[2] ?? '') as Argument
  const log = createLog('broker', systemClock, consoleSink, 'error')
  const broker = await startBroker({
    ...{ clock: systemClock, disk: nodeDisk, random: systemRandom, log, folder },
    // Two runs at a time must not meet on the default port.
    properties: { ...properties, listenPort: '0' },
    ...{ host: '127.0.0.1', vipChannel: false, storeLimits: limits },
    onReport: () => undefined,
    onPropertiesChanged: () => undefined
  })
  process.on('SIGTERM', () => {
    void broker.stop().then(() => process.exit(0))
  })
  process.stdout.write(`ready ${broker.address}\n`)
}

void main()
