/** Java: TopicRouteData, BrokerData, QueueData, ClusterInfo. */
import { asObject, numberOf, objectsOf, textOf, textsOf, type Json } from './read'

export interface QueueData {
  brokerName: string
  perm: number
  readQueueNums: number
  writeQueueNums: number
  topicSysFlag: number
}

export interface BrokerData {
  cluster: string
  brokerName: string
  /** Broker id to `host:port`; 0 is the master. */
  brokerAddrs: Record<string, string>
}

export interface TopicRouteData {
  queueDatas: QueueData[]
  brokerDatas: BrokerData[]
  orderTopicConf?: string
}

export interface ClusterInfo {
  /** By broker name. */
  brokerAddrTable: Map<string, BrokerData>
  /** Cluster to its broker names. */
  clusterAddrTable: Map<string, string[]>
}

export const readBrokerData = (value: Json): BrokerData => ({
  cluster: textOf(value.cluster),
  brokerName: textOf(value.brokerName),
  brokerAddrs: Object.fromEntries(
    Object.entries(asObject(value.brokerAddrs) ?? {}).map(([id, address]) => [id, textOf(address)])
  )
})

export const readTopicRouteData = (body: Json): TopicRouteData => ({
  queueDatas: objectsOf(body.queueDatas).map((q) => ({
    brokerName: textOf(q.brokerName),
    perm: numberOf(q.perm, 6),
    readQueueNums: numberOf(q.readQueueNums, 0),
    writeQueueNums: numberOf(q.writeQueueNums, 0),
    topicSysFlag: numberOf(q.topicSysFlag, 0)
  })),
  brokerDatas: objectsOf(body.brokerDatas).map(readBrokerData),
  ...(typeof body.orderTopicConf === 'string' && { orderTopicConf: body.orderTopicConf })
})

export const readClusterInfo = (body: Json): ClusterInfo => ({
  brokerAddrTable: new Map(
    Object.entries(asObject(body.brokerAddrTable) ?? {}).flatMap(([name, data]) => {
      const fields = asObject(data)
      return fields ? [[name, readBrokerData(fields)] as const] : []
    })
  ),
  clusterAddrTable: new Map(
    Object.entries(asObject(body.clusterAddrTable) ?? {}).map(([cluster, names]) => [
      cluster,
      textsOf(names)
    ])
  )
})
