// A cluster for the clients: Gantry's, or a stock one to know that the tests are right.
import { startHeadless } from '../../headless'
import { startGantryProxy } from './gantryProxy'
import { isProxyOurs, type ServerLine, stockServer } from './lines'
import { startStockProxy } from './stockProxy'
import { startStockServers } from './stockServer'

export interface Cluster {
  namesrv: string
  broker: string
  brokerName: string
  clusterName: string
  /** Where clients of gRPC connect; undefined where nothing serves them. */
  grpc?: string
  /** Of Gantry's window; undefined for a stock cluster. */
  console?: string
  stop(): Promise<void>
}

interface ClusterOptions {
  isServingGrpc?: boolean
  /** Gantry without it, or what `COMPAT_SERVER` says. */
  server?: ServerLine | undefined
}

/** `settings` are broker properties, by their names in RocketMQ. */
export function startCluster(
  settings: Record<string, string> = {},
  { isServingGrpc = false, server }: ClusterOptions = {}
): Promise<Cluster> {
  const stock = server ?? stockServer()
  return stock ? startStock(stock, settings, isServingGrpc) : startGantry(settings)
}

async function startGantry(settings: Record<string, string>): Promise<Cluster> {
  const sets = Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`])
  const headless = await startHeadless({ args: sets })
  const [namesrv] = headless.ready.namesrv
  const [broker] = headless.ready.brokers
  if (!namesrv || !broker) throw new Error('the headless cluster is not whole')
  return {
    namesrv,
    broker: broker.address,
    brokerName: broker.name,
    clusterName: broker.cluster,
    ...(headless.ready.grpc !== null && { grpc: headless.ready.grpc }),
    console: headless.ready.console,
    stop: async () => {
      const code = await headless.stop()
      if (code !== 0) throw new Error(`headless ended with ${code}:\n${headless.stderr()}`)
    }
  }
}

async function startStock(
  line: ServerLine,
  settings: Record<string, string>,
  isServingGrpc: boolean
): Promise<Cluster> {
  const servers = await startStockServers(line, {
    settings: {
      mappedFileSizeCommitLog: String(64 << 20),
      // By default a request that has waited for 200 ms is refused: on a busy machine, many.
      waitTimeMillsInSendQueue: '60000',
      osPageCacheBusyTimeOutMills: '60000',
      ...settings
    },
    brokerHeap: ['-Xms256m', '-Xmx512m']
  })
  const startProxy = isProxyOurs() ? startGantryProxy : startStockProxy
  const proxy = isServingGrpc ? await startProxy(servers.namesrv) : undefined
  return {
    namesrv: servers.namesrv,
    broker: `127.0.0.1:${servers.brokerPort}`,
    brokerName: 'broker-a',
    clusterName: 'DefaultCluster',
    ...(proxy && { grpc: proxy.endpoints }),
    stop: async () => {
      await proxy?.stop()
      await servers.stop()
    }
  }
}
