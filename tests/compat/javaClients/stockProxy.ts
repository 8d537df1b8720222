// The stock proxy of 5.3.3 before a stock broker: the gRPC tests are right where they pass against it too.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jvm } from './lines'
import { freePorts, removeDeadFolder, startServer } from './stockServer'

export interface StockProxy {
  endpoints: string
  stop(): Promise<void>
}

/** In its cluster mode: a client of the brokers that the nameserver names. */
export async function startStockProxy(namesrv: string): Promise<StockProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'rocketmq-proxy-'))
  const port = await freePorts(2)
  const file = join(folder, 'rmq-proxy.json')
  const configuration = {
    ...{ rocketMQClusterName: 'DefaultCluster', namesrvAddr: namesrv, proxyMode: 'CLUSTER' },
    ...{ grpcServerPort: port, remotingListenPort: port + 1 }
  }
  writeFileSync(file, JSON.stringify(configuration))
  const { child, booted } = startServer(
    ['-pc', file],
    [
      ...['-Xms256m', '-Xmx768m', ...jvm('proxy-5.3', { 'user.home': folder })],
      'org.apache.rocketmq.proxy.ProxyStartup'
    ]
  )
  await booted
  return {
    endpoints: `127.0.0.1:${port}`,
    stop: async () => {
      child.kill('SIGKILL')
      await new Promise((fulfil) => child.once('close', fulfil))
      removeDeadFolder(folder)
    }
  }
}
