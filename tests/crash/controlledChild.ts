/**
 * A broker whose role a controller decides, in a process of its own, to be killed or stopped. Its one argument is JSON:
 * folder and properties. Prints `role ROLE ADDRESS` at its start and whenever it changes; SIGTERM stops it cleanly.
 */
import { systemClock } from '../../src/main/base/clock'
import { nodeDisk } from '../../src/main/base/disk'
import { consoleSink, createLog } from '../../src/main/base/log'
import { systemRandom } from '../../src/main/base/random'
import { startControlledBroker } from '../../src/main/broker/controlled/startControlledBroker'
import type { RunningBroker } from '../../src/main/broker/startBroker'

const main = async (): Promise<void> => {
  const { folder, properties } = JSON.parse(process.argv[2] ?? '') as {
    folder: string
    properties: Record<string, string>
  }
  const tell = ({ role, address }: RunningBroker): void => {
    process.stdout.write(`role ${role} ${address}\n`)
  }
  const broker = await startControlledBroker({
    ...{ clock: systemClock, disk: nodeDisk, random: systemRandom, folder, properties },
    log: createLog('broker', systemClock, consoleSink, 'error'),
    ...{ host: '127.0.0.1', vipChannel: false },
    onReport: () => undefined,
    onPropertiesChanged: () => undefined,
    onRoleChanged: tell
  })
  process.on('SIGTERM', () => {
    void broker.stop().then(() => process.exit(0))
  })
  tell(broker)
}

void main()
