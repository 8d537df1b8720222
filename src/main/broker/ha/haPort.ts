/** Where slaves reach this broker: bound before anything is opened, as all its ports. */
import type { Log } from '../../base/log'
import type { Lines } from '../../base/faultyLines'
import { bindAddresses } from '../../base/bindAddresses'
import type { BrokerConfig } from '../brokerConfig'
import { HaServer } from './haServer'

interface Options {
  config: Pick<BrokerConfig, 'brokerRole' | 'listenPort' | 'haListenPort'>
  /** What was asked for as listen port: 0 was any free one. */
  wantedListenPort: number
  log: Log
  host: string
  lines?: Lines | undefined
}

export interface HaPort {
  /** As it is registered. */
  port: number
  /** Undefined: a slave, which serves nobody. */
  server: HaServer | undefined
}

/** Java: haListenPort is listenPort + 1. @throws Node's error (`EADDRINUSE` …). */
export const openHaPort = async (options: Options): Promise<HaPort> => {
  const { config, wantedListenPort, log, host, lines } = options
  const derived = wantedListenPort === 0 ? 0 : config.listenPort + 1
  const port = config.haListenPort || derived
  if (config.brokerRole === 'SLAVE')
    return { port: port || config.listenPort + 1, server: undefined }
  const server = new HaServer({ log, hosts: bindAddresses(host), port, lines })
  return { port: await server.listen(), server }
}
