/** The running cluster as files for Apache RocketMQ. */
import { DEFAULT_CLUSTER } from '../../shared/clusterPresets'
import { confName } from '../../shared/clusterSpec'
import type { Handlers } from '../../shared/contract'
import type { ExportFile, ExportView } from '../../shared/exportViews'
import type { Admin } from '../admin/admin'
import { gather, type Gathered } from '../admin/adminCall'
import type { NodeConfigs } from '../cluster/config/nodeConfigs'
import { configTables } from '../cluster/config/savedConfigs'
import { exportCompose, exportProxyConf, namesrvAddrOf } from '../cluster/export/exportCompose'
import { exportConf, type Place } from '../cluster/export/exportConf'
import { exportScript, type OfBroker } from '../cluster/export/exportScript'
import { exportUsers, type OfCluster } from '../cluster/export/exportUsers'
import type { NameserverStatus, Supervisor } from '../cluster/supervisor'
import { RemotingError } from '../protocol/remotingCommand'
import { RemotingConnectError, RemotingTimeoutError } from '../remoting/errors'
import { isBrokerOwnTopic, isDlqTopic, isRetryTopic, isSystemGroup } from '../protocol/topicNames'

interface Deps {
  supervisor: Pick<
    Supervisor,
    'nameserverStatuses' | 'brokerStatuses' | 'proxyStatuses' | 'namesrvAddresses'
  >
  configs: Pick<NodeConfigs, 'view' | 'chosenOf'>
  admin: Pick<
    Admin,
    | 'getTopicConfigOfMasters'
    | 'getSubscriptionGroupsOfMasters'
    | 'findMasters'
    | 'listUsers'
    | 'listAcls'
  >
}

const portOf = ({ decided }: NameserverStatus): number => Number(decided['listenPort'])

const namesrvName = (index: number, count: number): string =>
  count === 1 ? 'namesrv' : `namesrv-${index + 1}`

const ofUser = <T>(
  { answers }: Gathered<Map<string, T>>,
  isOwn: (name: string, cluster: string, brokerName: string) => boolean
): OfBroker<T>[] =>
  answers.map(({ broker: { cluster, brokerName, address }, value }) => ({
    ...{ cluster, brokerName, address },
    of: new Map([...value].filter(([name]) => !isOwn(name, cluster, brokerName)))
  }))

/** Nobody to ask is no reason to keep the files back: the view tells whose content is missing. */
const orNothing = async <T>(asking: Promise<Gathered<T>>): Promise<Gathered<T>> => {
  try {
    return await asking
  } catch (error) {
    const isUnanswered =
      error instanceof RemotingError ||
      error instanceof RemotingConnectError ||
      error instanceof RemotingTimeoutError
    if (!isUnanswered) throw error
    return { answers: [], failures: [] }
  }
}

const countOf = (brokers: readonly OfBroker<unknown>[]): number =>
  new Set(brokers.flatMap(({ of }) => [...of.keys()])).size

export const exportHandlers = ({ supervisor, configs, admin }: Deps) => {
  const conf = (id: string, place: Place): string => {
    const view = configs.view(id)
    const table = configTables[view.kind]
    return exportConf({ view, table, chosen: configs.chosenOf(id), place })
  }

  /** Nameservers are named by the container's command, and keys lie elsewhere there. */
  const proxyConf = (rocketMQClusterName: string): string => {
    const [proxy] = supervisor.proxyStatuses()
    const place = { rocketMQClusterName, namesrvAddr: null, tlsKeyPath: null, tlsCertPath: null }
    return proxy ? conf(proxy.id, place) : exportProxyConf(rocketMQClusterName)
  }

  /** Every broker has the same users: those of one master a cluster. */
  const usersOfClusters = async (): Promise<OfCluster[]> => {
    const asked = admin.findMasters().then((all) =>
      gather(
        all.filter(({ cluster }, at) => all.findIndex((m) => m.cluster === cluster) === at),
        async ({ address }) => ({
          users: await admin.listUsers(address),
          acls: await admin.listAcls(address)
        })
      )
    )
    const { answers } = await orNothing(asked)
    return answers.map(({ broker: { cluster }, value }) => ({ cluster, ...value }))
  }

  const files = async (brokerIP: string): Promise<ExportView> => {
    const statuses = supervisor.nameserverStatuses()
    const nameservers = statuses.map((status, index) => ({
      status,
      name: namesrvName(index, statuses.length),
      port: portOf(status)
    }))
    const brokers = supervisor
      .brokerStatuses()
      .map((status) => ({ status, name: confName(status.identity), port: portOf(status) }))
    const namesrvAddr = namesrvAddrOf(nameservers)
    const brokerPlace = {
      namesrvAddr,
      ...(brokerIP && { brokerIP1: brokerIP, brokerIP2: brokerIP })
    }
    const [topicAnswers, groupAnswers, users] = await Promise.all([
      orNothing(admin.getTopicConfigOfMasters()),
      orNothing(admin.getSubscriptionGroupsOfMasters()),
      usersOfClusters()
    ])
    const topics = ofUser(
      topicAnswers,
      (topic, ...of) => isBrokerOwnTopic(topic, ...of) || isRetryTopic(topic) || isDlqTopic(topic)
    )
    const groups = ofUser(groupAnswers, isSystemGroup)
    const failures = [...topicAnswers.failures, ...groupAnswers.failures]
    const answering = new Set(topicAnswers.answers.map(({ broker }) => broker.brokerName))
    const masters = brokers.filter(({ status }) => status.identity.brokerId === 0)
    const missing = [
      ...new Set([
        ...failures.map(({ broker }) => broker.brokerName),
        ...masters.map(({ status }) => status.identity.name).filter((name) => !answering.has(name))
      ])
    ]
    const all: ExportFile[] = [
      {
        name: 'docker-compose.yml',
        kind: 'compose',
        text: exportCompose({ nameservers, brokers })
      },
      {
        name: 'mqadmin.sh',
        kind: 'script',
        text: exportScript({ namesrvAddr: supervisor.namesrvAddresses().join(';'), topics, groups, missing, users: exportUsers(users) }) // prettier-ignore
      },
      ...nameservers.map(({ status, name, port }): ExportFile => ({
        name: `conf/${name}.conf`,
        kind: 'namesrv',
        text: conf(status.id, { listenPort: String(port) })
      })),
      ...brokers.map(({ status, name }): ExportFile => ({
        name: `conf/${name}.conf`,
        kind: 'broker',
        text: conf(status.id, { ...identityOf(status), ...brokerPlace })
      })),
      {
        name: 'conf/rmq-proxy.json',
        kind: 'proxy',
        text: proxyConf(brokers[0]?.status.identity.cluster ?? DEFAULT_CLUSTER)
      }
    ]
    return { files: all, topics: countOf(topics), groups: countOf(groups), missing }
  }

  return {
    'export.files': ({ brokerIP }) => files(brokerIP),
    /** One node's file, for the same addresses as here. */
    'export.conf': ({ id }) => ({ text: conf(id, identityOf(statusOf(supervisor, id))) })
  } satisfies Partial<Handlers>
}

const statusOf = (supervisor: Deps['supervisor'], id: string): NameserverStatus | undefined =>
  [
    ...supervisor.brokerStatuses(),
    ...supervisor.nameserverStatuses(),
    ...supervisor.proxyStatuses()
  ].find((status) => status.id === id)

/** What the cluster decides and a file for Java says too; folders are the other machine's. */
const identityOf = (status: NameserverStatus | undefined): Place => status?.decided ?? {}
