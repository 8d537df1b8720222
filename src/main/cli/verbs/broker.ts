/** Java: org.apache.rocketmq.tools.command.broker, cluster and ha. */
import type { BrokerRef } from '../../admin/adminCall'
import type { HARuntimeInfo } from '../../admin/toolAdmin'
import type { ReplicaIdentity } from '../../protocol/bodies/controller'
import { brokersOfCluster, targets } from '../brokers'
import { milliseconds, printf, table, type Cell } from '../printf'
import { verb } from '../verb'

const brokerAddr = { short: 'b', about: 'of this broker, host:port' } as const
const clusterName = { short: 'c', about: 'of every broker of this cluster' } as const

type Facts = ReadonlyMap<string, string>

const factsOf = (facts: Facts): Record<string, string> => Object.fromEntries(facts)

const numberIn = (facts: Facts, key: string): number => Number(facts.get(key)?.split(' ')[0] ?? 0)

const today = (facts: Facts, what: 'Put' | 'Get'): [yesterday: number, today: number] => {
  const at = (when: string): number => numberIn(facts, `msg${what}Total${when}`)
  const morning = at('TodayMorning')
  return [morning - at('YesterdayMorning'), at('TodayNow') - morning]
}

const baseRow = (broker: BrokerRef, facts: Facts, now: number): Cell[] => {
  const text = (key: string, absent = ''): string => facts.get(key) ?? absent
  const oldest = numberIn(facts, 'earliestMessageTimeStamp')
  const load = (name: string, absent?: string): string =>
    `${text(`${name}ThreadPoolQueueSize`, absent)},${text(`${name}ThreadPoolQueueHeadWaitTimeMills`, absent)}ms`
  return [
    ...[broker.cluster, broker.brokerName, broker.brokerId, broker.address],
    text('brokerVersionDesc'),
    printf('%9.2f(%s)', numberIn(facts, 'putTps'), load('send')),
    printf('%9.2f(%s|%s)', numberIn(facts, 'getTransferredTps'), load('pull'), load('ack', 'N')),
    printf(
      '%s-%s(%.1fw, %.1f, %.1f)',
      ...[numberIn(facts, 'timerReadBehind'), numberIn(facts, 'timerOffsetBehind')],
      ...[numberIn(facts, 'timerCongestNum') / 10_000, numberIn(facts, 'timerEnqueueTps')],
      numberIn(facts, 'timerDequeueTps')
    ),
    text('pageCacheLockTimeMills'),
    printf('%2.2f', oldest > 0 ? (now - oldest) / 3_600_000 : 0),
    printf('%.4f', numberIn(facts, 'commitLogDiskRatio')),
    text('brokerActive', 'false')
  ]
}

const BASE_HEADER = [
  ...['#Cluster Name', '#Broker Name', '#BID', '#Addr', '#Version', '#InTPS(LOAD)'],
  ...['#OutTPS(LOAD)', '#Timer(Progress)', '#PCWait(ms)', '#Hour', '#SPACE', '#ACTIVATED']
]

const clusterList = verb({
  name: 'clusterList',
  about: 'Every broker, what it is and how busy it is',
  options: {
    moreStats: { short: 'm', flag: true, about: 'messages of today and yesterday instead' },
    clusterName: { short: 'c', about: 'only this cluster' }
  },
  run: async (given, { admin, clock, show }) => {
    const { answers, failures } = await admin.fetchAllRuntimeStats()
    const silent = failures.map(({ broker }) => ({ broker, value: new Map<string, string>() }))
    const all = [...answers, ...silent]
      .filter(({ broker }) => given.clusterName === undefined || broker.cluster === given.clusterName)
      .sort((a, b) => a.broker.brokerName.localeCompare(b.broker.brokerName) || a.broker.brokerId - b.broker.brokerId) // prettier-ignore
    const value = all.map(({ broker, value: facts }) => ({ ...broker, runtime: factsOf(facts) }))
    if (given.moreStats)
      return show(value, () =>
        table(
          '%-16s  %-32s %14d %14d %14d %14d',
          ['#Cluster Name', '#Broker Name', '#InTotalYest', '#OutTotalYest', '#InTotalToday', '#OutTotalToday'], // prettier-ignore
          all.map(({ broker, value: facts }) => {
            const [inYesterday, inToday] = today(facts, 'Put')
            const [outYesterday, outToday] = today(facts, 'Get')
            return [broker.cluster, broker.brokerName, inYesterday, outYesterday, inToday, outToday]
          })
        )
      )
    show(value, () =>
      table(
        '%-22s  %-22s  %-4s  %-22s %-16s  %16s  %30s  %-22s  %11s  %-12s  %-8s  %10s',
        BASE_HEADER,
        all.map(({ broker, value: facts }) => baseRow(broker, facts, clock.now())),
        '%-22s  %-22s  %-4s  %-22s %-16s  %16s  %30s  %-22s  %-11s  %-12s  %-8s  %-10s'
      )
    )
  }
})

const byKey = (facts: Facts): [string, string][] =>
  [...facts].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))

const brokerStatus = verb({
  name: 'brokerStatus',
  about: 'What a broker says of itself, key by key',
  oneOf: ['brokerAddr', 'clusterName'],
  options: { brokerAddr, clusterName },
  run: async (given, { admin, show }) => {
    const addresses =
      given.brokerAddr === undefined
        ? (await brokersOfCluster(admin, given.clusterName ?? '')).map(({ address }) => address)
        : [given.brokerAddr]
    for (const address of addresses) {
      const facts = await admin.fetchBrokerRuntimeStats(address)
      show({ broker: address, runtime: factsOf(facts) }, () =>
        byKey(facts)
          .map(([key, value]) =>
            given.brokerAddr === undefined
              ? printf('%-24s %-32s: %s', address, key, value)
              : printf('%-32s: %s', key, value)
          )
          .join('\n')
      )
    }
  }
})

const configLines = (facts: Facts): string =>
  [...facts].map(([key, value]) => printf('%-50s=  %s', key, value)).join('\n')

const getBrokerConfig = verb({
  name: 'getBrokerConfig',
  about: "A broker's properties",
  oneOf: ['brokerAddr', 'clusterName'],
  options: { brokerAddr, clusterName },
  run: async (given, { admin, show }) => {
    const tell = async (address: string, title: string): Promise<void> => {
      const config = await admin.getBrokerConfig(address)
      show({ broker: address, config: factsOf(config) }, () => `${title}\n${configLines(config)}\n`)
    }
    if (given.brokerAddr !== undefined)
      return tell(given.brokerAddr, `============${given.brokerAddr}============`)
    const all = await brokersOfCluster(admin, given.clusterName ?? '')
    for (const { address, brokerId, brokerName } of all) {
      const master = all.find((one) => one.brokerName === brokerName && one.brokerId === 0)
      await tell(
        address,
        brokerId === 0
          ? `============Master: ${address}============`
          : `============My Master: ${master?.address ?? 'NO_MASTER'}=====Slave: ${address}============`
      )
    }
  }
})

const updateBrokerConfig = verb({
  name: 'updateBrokerConfig',
  about: 'Sets a property of running brokers',
  oneOf: ['brokerAddr', 'clusterName'],
  options: {
    brokerAddr,
    clusterName,
    updateAllBroker: { short: 'a', about: 'with -c: slaves too, whatever the value' },
    key: { short: 'k', about: 'property', required: true },
    value: { short: 'v', about: 'its value', required: true }
  },
  run: async (given, { admin, show }) => {
    const addresses =
      given.brokerAddr === undefined && given.updateAllBroker !== undefined
        ? (await brokersOfCluster(admin, given.clusterName ?? '')).map(({ address }) => address)
        : await targets(admin, given.brokerAddr, given.clusterName)
    for (const address of addresses) {
      await admin.updateBrokerConfig(address, [[given.key.trim(), given.value.trim()]])
      show(
        { broker: address, [given.key.trim()]: given.value.trim() },
        () => `update broker config success, ${address}`
      )
    }
  }
})

const haLines = (address: string, info: HARuntimeInfo): string => {
  if (!info.master) {
    const slave = info.haClientRuntimeInfo
    return [
      `\n#MasterAddr\t${slave.masterAddr}`,
      `#CommitLogMaxOffset\t${slave.maxOffset}`,
      printf('#TransferSpeed(KB/s)\t%.2f', slave.transferredByteInSecond / 1024),
      `#LastReadTime\t${milliseconds(slave.lastReadTimestamp)}`,
      `#LastWriteTime\t${milliseconds(slave.lastWriteTimestamp)}`,
      `#MasterFlushOffset\t${slave.masterFlushOffset}`
    ].join('\n')
  }
  return [
    `\n#MasterAddr\t${address}`,
    `#MasterCommitLogMaxOffset\t${info.masterCommitLogMaxOffset}`,
    `#SlaveNum\t${info.haConnectionInfo.length}`,
    `#InSyncSlaveNum\t${info.inSyncSlaveNums}`,
    table(
      '%-32s  %-16d %16d %16.2f %16s %16d',
      ['#SlaveAddr', '#SlaveAckOffset', '#Diff', '#TransferSpeed(KB/s)', '#Status', '#TransferFromWhere'], // prettier-ignore
      info.haConnectionInfo.map((slave) => [
        ...[slave.addr, slave.slaveAckOffset, slave.diff, slave.transferredByteInSecond / 1024],
        ...[slave.inSync ? 'OK' : 'Fall Behind', slave.transferFromWhere]
      ]),
      '%-32s  %-16s %16s %16s %16s %16s'
    )
  ].join('\n')
}

const haStatus = verb({
  name: 'haStatus',
  about: 'Who follows a master, or whom a slave follows',
  oneOf: ['brokerAddr', 'clusterName'],
  options: { brokerAddr, clusterName: { short: 'c', about: 'of every master of this cluster' } },
  run: async (given, { admin, tools, show }) => {
    for (const address of await targets(admin, given.brokerAddr, given.clusterName)) {
      const info = await tools.getBrokerHAStatus(address)
      show({ broker: address, ...info }, () => haLines(address, info))
    }
  }
})

const replica = ({ brokerName, brokerId, brokerAddress, alive }: ReplicaIdentity): string =>
  `ReplicaIdentity{brokerName='${brokerName}', brokerId=${brokerId}, brokerAddress='${brokerAddress}', alive=${alive}}`

const getSyncStateSet = verb({
  name: 'getSyncStateSet',
  about: 'Which brokers of a set have everything, as the controller knows',
  oneOf: ['brokerName', 'clusterName'],
  options: {
    controllerAddress: { short: 'a', about: 'controller, host:port', required: true },
    clusterName: { short: 'c', about: 'of every broker set of this cluster' },
    brokerName: { short: 'b', about: 'of this broker set' }
  },
  run: async (given, { admin, tools, show }) => {
    const names =
      given.brokerName === undefined
        ? (await brokersOfCluster(admin, given.clusterName ?? '')).map((b) => b.brokerName)
        : [given.brokerName]
    const [controller = ''] = given.controllerAddress.trim().split(';')
    const sets = await tools.getInSyncStateData(controller, [...new Set(names)])
    for (const [brokerName, info] of sets)
      show({ brokerName, ...info }, () =>
        [
          `\n#brokerName\t${brokerName}`,
          `#MasterBrokerId\t${info.masterBrokerId ?? 'null'}`,
          `#MasterAddr\t${info.masterAddress ?? 'null'}`,
          `#MasterEpoch\t${info.masterEpoch}`,
          `#SyncStateSetEpoch\t${info.syncStateSetEpoch}`,
          `#SyncStateSetNums\t${info.inSyncReplicas.length}`,
          ...info.inSyncReplicas.map((member) => `\nInSyncReplica:\t${replica(member)}`),
          ...info.notInSyncReplicas.map((member) => `\nNotInSyncReplica:\t${replica(member)}`)
        ].join('\n')
      )
  }
})

export const brokerVerbs = [
  clusterList,
  brokerStatus,
  getBrokerConfig,
  updateBrokerConfig,
  haStatus,
  getSyncStateSet
]
