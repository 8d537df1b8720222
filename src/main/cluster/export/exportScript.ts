/** Topics and groups as the mqadmin commands that make them again, in a POSIX shell script. */
import { EXPORT_VERSION } from '../../../shared/exportViews'
import type { SubscriptionGroupConfig } from '../../protocol/bodies/subscriptionGroup'
import type { TopicConfig } from '../../protocol/bodies/topicConfig'

export interface OfBroker<T> {
  cluster: string
  brokerName: string
  /** As it is here. */
  address: string
  /** By name. */
  of: ReadonlyMap<string, T>
}

interface Content {
  namesrvAddr: string
  topics: readonly OfBroker<TopicConfig>[]
  groups: readonly OfBroker<SubscriptionGroupConfig>[]
  missing: readonly string[]
  /** Commands of `exportUsers`. */
  users?: readonly string[]
}

/** One word of a POSIX shell, whatever it says. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

type Flags = readonly (readonly [flag: string, value: string | number | boolean])[]

const words = (flags: Flags): string =>
  flags.map(([flag, value]) => `${flag} ${quoted(String(value))}`).join(' ')

/** `+key=value` for each; the tools take no other form. */
const attributesOf = (attributes: Readonly<Record<string, string>>): string =>
  Object.entries(attributes)
    .map(([key, value]) => `+${key}=${value}`)
    .join(',')

/** TopicSysFlag: 1 unit, 2 hasUnitSub. */
const topicFlags = (topic: TopicConfig): Flags => {
  const attributes = attributesOf(topic.attributes)
  return [
    ['-t', topic.topicName],
    ['-r', topic.readQueueNums],
    ['-w', topic.writeQueueNums],
    ['-p', topic.perm],
    ['-o', topic.order],
    ['-u', (topic.topicSysFlag & 1) !== 0],
    ['-s', (topic.topicSysFlag & 2) !== 0],
    ...(attributes ? ([['-a', attributes]] as const) : [])
  ]
}

const groupFlags = (group: SubscriptionGroupConfig): Flags => {
  const attributes = attributesOf(group.attributes)
  return [
    ['-g', group.groupName],
    ['-s', group.consumeEnable],
    ['-m', group.consumeFromMinEnable],
    ['-d', group.consumeBroadcastEnable],
    ['-o', group.consumeMessageOrderly],
    ['-q', group.retryQueueNums],
    ['-r', group.retryMaxTimes],
    ['-i', group.brokerId],
    ['-w', group.whichBrokerWhenConsumeSlowly],
    ['-a', group.notifyConsumerIdsChangedEnable],
    ...(attributes ? ([['--attributes', attributes]] as const) : [])
  ]
}

/** One command a cluster where all its brokers have the same, else one a broker. */
const commands = <T>(
  command: string,
  brokers: readonly OfBroker<T>[],
  flagsOf: (config: T) => Flags,
  target: (brokerName: string) => string
): string[] => {
  const lines: string[] = []
  for (const cluster of [...new Set(brokers.map((broker) => broker.cluster))].sort()) {
    const members = brokers.filter((broker) => broker.cluster === cluster)
    const names = [...new Set(members.flatMap(({ of }) => [...of.keys()]))].sort()
    for (const name of names) {
      const each = members.map(({ brokerName, of }) => {
        const config = of.get(name)
        return { brokerName, flags: config && words(flagsOf(config)) }
      })
      const [first] = each
      if (first?.flags !== undefined && each.every(({ flags }) => flags === first.flags))
        lines.push(`mq ${command} -c ${quoted(cluster)} ${first.flags}`)
      else
        for (const { brokerName, flags } of each)
          if (flags !== undefined) lines.push(`mq ${command} -b ${target(brokerName)} ${flags}`)
    }
  }
  return lines
}

const variableOf = (brokerName: string): string =>
  `ADDR_${brokerName.replace(/[^A-Za-z0-9]/g, '_')}`

export const exportScript = ({
  namesrvAddr,
  topics,
  groups,
  missing,
  users = []
}: Content): string => {
  const used = new Set<string>()
  const target = (brokerName: string): string => {
    used.add(brokerName)
    return `"$${variableOf(brokerName)}"`
  }
  const topicLines = commands('updateTopic', topics, topicFlags, target)
  const groupLines = commands('updateSubGroup', groups, groupFlags, target)
  const addresses = [...new Map([...topics, ...groups].map((of) => [of.brokerName, of.address]))]
    .filter(([brokerName]) => used.has(brokerName))
    .map(([brokerName, address]) => `: "\${${variableOf(brokerName)}:=${address}}"`)
  return [
    '#!/bin/sh',
    `# Topics and consumer groups, exported by Gantry for Apache RocketMQ ${EXPORT_VERSION}.`,
    '# NAMESRV_ADDR is the nameserver to write to, MQADMIN the tool where it is not on the path:',
    "#   NAMESRV_ADDR='10.0.0.5:9876' MQADMIN=/opt/rocketmq/bin/mqadmin sh mqadmin.sh",
    ...missing.map((name) => `# ${name} did not answer: what only it has is missing here.`),
    'set -eu',
    `: "\${NAMESRV_ADDR:=${namesrvAddr}}"`,
    ': "${MQADMIN:=mqadmin}"',
    ...addresses,
    '# The tool ends well also where a command failed; it says so.',
    'mq() {',
    '  said=$("$MQADMIN" "$@" -n "$NAMESRV_ADDR" 2>&1) || { echo "$said" >&2; exit 1; }',
    '  echo "$said"',
    `  case $said in *'SubCommand command failed'* | *'[error]'*) echo "failed: $*" >&2; exit 1 ;; esac`,
    '}',
    '',
    ...topicLines,
    ...groupLines,
    ...users,
    ''
  ].join('\n')
}
