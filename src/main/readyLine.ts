/** What the headless engine says when it serves: an object for scripts, lines for people. */
import type { BrokerRole } from '../shared/views'
import type { Engine } from './engine'

/** The first line of `--json`. Stable: scripts depend on it. */
export interface ReadyLine {
  event: 'ready'
  namesrv: string[]
  brokers: { cluster: string; name: string; id: number; role: BrokerRole; address: string }[]
  /** Of the proxy; null where the cluster has none. */
  grpc: string | null
  /** With the token of this run. */
  console: string
  data: string
  pid: number
  startupMs: number
}

export const readyLine = (
  { supervisor, root }: Pick<Engine, 'supervisor' | 'root'>,
  consoleUrl: string,
  startupMs: number
): ReadyLine => ({
  event: 'ready',
  namesrv: supervisor.namesrvAddresses(),
  brokers: supervisor.brokerStatuses().map(({ identity, address }) => {
    const { cluster, name, brokerId, role } = identity
    return { cluster, name, id: brokerId, role, address }
  }),
  grpc: supervisor.proxyStatuses()[0]?.address ?? null,
  console: consoleUrl,
  data: root,
  pid: process.pid,
  startupMs
})

const en = {
  title: (version: string, ms: number) => `Gantry ${version} is ready (${ms} ms).`,
  nameserver: 'Nameserver',
  broker: 'Broker',
  proxy: 'gRPC proxy',
  console: 'Console',
  data: 'Data',
  stop: 'Ctrl+C stops it.'
}

const zh: typeof en = {
  title: (version, ms) => `Gantry ${version} 已就绪（${ms} 毫秒）。`,
  nameserver: 'NameServer',
  broker: 'Broker',
  proxy: 'gRPC Proxy',
  console: '控制台',
  data: '数据目录',
  stop: '按 Ctrl+C 停止。'
}

/** @param locale as in LANG: `zh_CN.UTF-8`. */
export const readyText = (ready: ReadyLine, version: string, locale: string): string => {
  const text = locale.startsWith('zh') ? zh : en
  const rows: [string, string][] = [
    ...ready.namesrv.map((address): [string, string] => [text.nameserver, address]),
    ...ready.brokers.map((b): [string, string] => [
      text.broker,
      `${b.address}  ${b.cluster}/${b.name} ${b.role}`
    ]),
    ...(ready.grpc === null ? [] : [[text.proxy, ready.grpc] as [string, string]]),
    [text.console, ready.console],
    [text.data, ready.data]
  ]
  const lines = rows.map(([name, value]) => `  ${name.padEnd(12)}${value}`)
  return [text.title(version, ready.startupMs), ...lines, text.stop].join('\n')
}
