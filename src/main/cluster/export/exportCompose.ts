/** The same nodes as containers of Apache RocketMQ, with a proxy in front. */
import { stringify } from 'yaml'
import { EXPORT_VERSION } from '../../../shared/exportViews'

export interface ComposeNode {
  /** Of the service and of the file below `conf`: `broker-a`. */
  name: string
  port: number
}

interface Content {
  nameservers: readonly ComposeNode[]
  brokers: readonly ComposeNode[]
}

/** gRPC; the second is the proxy's own remoting port. */
const PROXY_PORTS = [8081, 8080] as const

/** Java servers take eight gigabytes unless told. */
const NAMESRV_HEAP = '-Xms256m -Xmx256m -Xmn128m'
const BROKER_HEAP = '-Xms1g -Xmx1g -Xmn512m'

const HOME = '/home/rocketmq'

export const namesrvAddrOf = (nameservers: readonly ComposeNode[]): string =>
  nameservers.map(({ name, port }) => `${name}:${port}`).join(';')

/** A port that answers; the image has bash and no netcat. */
const answers = (port: number) => ({
  test: ['CMD', 'bash', '-c', `</dev/tcp/127.0.0.1/${port}`],
  interval: '5s',
  timeout: '3s',
  retries: 24
})

const publish = (ports: readonly number[]): string[] => ports.map((port) => `${port}:${port}`)
const healthy = (nodes: readonly ComposeNode[]) =>
  Object.fromEntries<object>(nodes.map(({ name }) => [name, { condition: 'service_healthy' }]))

export const exportCompose = ({ nameservers, brokers }: Content): string => {
  const image = `apache/rocketmq:${EXPORT_VERSION}`
  const namesrvAddr = namesrvAddrOf(nameservers)
  const conf = (name: string) => `./conf/${name}:${HOME}/conf/${name}:ro`
  const services: [name: string, service: object][] = [
    ...nameservers.map(({ name, port }): [string, object] => [
      name,
      {
        image,
        command: `sh mqnamesrv -c ${HOME}/conf/${name}.conf`,
        environment: { JAVA_OPT_EXT: NAMESRV_HEAP },
        ports: publish([port]),
        volumes: [conf(`${name}.conf`)],
        healthcheck: answers(port),
        restart: 'unless-stopped'
      }
    ]),
    ...brokers.map(({ name, port }): [string, object] => [
      name,
      {
        image,
        command: `sh mqbroker -c ${HOME}/conf/${name}.conf`,
        environment: { JAVA_OPT_EXT: BROKER_HEAP },
        ports: publish([port - 2, port, port + 1]),
        volumes: [conf(`${name}.conf`), `./data/${name}:${HOME}/store`],
        depends_on: healthy(nameservers),
        healthcheck: answers(port),
        restart: 'unless-stopped'
      }
    ]),
    [
      'proxy',
      {
        image,
        command: `sh mqproxy -n ${namesrvAddr} -pc ${HOME}/conf/rmq-proxy.json`,
        environment: { JAVA_OPT_EXT: BROKER_HEAP },
        ports: publish(PROXY_PORTS),
        volumes: [conf('rmq-proxy.json')],
        depends_on: healthy(brokers),
        healthcheck: answers(PROXY_PORTS[0]),
        restart: 'unless-stopped'
      }
    ]
  ]
  const folders = brokers.map(({ name }) => `data/${name}`).join(' ')
  return [
    `# Exported by Gantry for Apache RocketMQ ${EXPORT_VERSION}. Files named here lie below conf/.`,
    '# The image runs as user 3000, which must be able to write the messages:',
    `#   mkdir -p ${folders} && sudo chown -R 3000:3000 data`,
    '#   docker compose up -d && sh mqadmin.sh',
    '# Clients outside these containers need brokerIP1 in conf/*.conf: an address of this machine.',
    stringify({ services: Object.fromEntries(services) }, { lineWidth: 0 })
  ].join('\n')
}

/** The proxy's own file; it serves one cluster. */
export const exportProxyConf = (clusterName: string): string =>
  `${JSON.stringify({ rocketMQClusterName: clusterName }, undefined, 2)}\n`
