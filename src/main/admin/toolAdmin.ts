/** Calls of mqadmin that name a broker, a controller or a nameserver themselves; the command line makes them. */
import {
  readConsumerConnection,
  readProducerTableInfo,
  type ClientConnection,
  type ConsumerConnection,
  type ProducerInfo
} from '../protocol/bodies/admin'
import { readBrokerReplicasInfo, type ReplicasInfo } from '../protocol/bodies/controller'
import type { MessageQueue } from '../protocol/bodies/messageQueue'
import { parsePropertiesText } from '../protocol/bodies/propertiesText'
import {
  asObject,
  booleanOf,
  numberOf,
  objectsOf,
  textOf,
  type Json
} from '../protocol/bodies/read'
import { jsonBody } from '../protocol/bodies/rocketmqJson'
import type { SubscriptionGroupConfig } from '../protocol/bodies/subscriptionGroup'
import { RequestCode } from '../protocol/codes/requestCode'
import { ResponseCode } from '../protocol/codes/responseCode'
import {
  DeleteSubscriptionGroupRequestHeader,
  GetConsumerConnectionListRequestHeader,
  GetConsumerRunningInfoRequestHeader,
  GetProducerConnectionListRequestHeader,
  TopicRequestHeader,
  ViewBrokerStatsDataRequestHeader
} from '../protocol/headers/admin'
import { QueryMessageRequestHeader, UNIQUE_MSG_QUERY_FLAG } from '../protocol/headers/consume'
import {
  DeleteTopicFromNamesrvRequestHeader,
  KVConfigRequestHeader,
  PutKVConfigRequestHeader,
  WritePermOfBrokerRequestHeader
} from '../protocol/headers/namesrv'
import { decodeMessages } from '../protocol/message/messageCodec'
import { toMessageExt, type MessageExt } from '../client/messageExt'
import { updateConsumerOffset } from '../client/brokerCalls'
import {
  ADMIN_TIMEOUT_MS,
  callBroker,
  gather,
  jsonOf,
  unlessCode,
  type AdminDeps,
  type BrokerRef
} from './adminCall'

/** Java: BrokerStatsItem. */
export interface BrokerStatsItem {
  sum: number
  tps: number
  avgpt: number
}

/** Java: BrokerStatsData. */
export interface BrokerStatsData {
  statsMinute: BrokerStatsItem
  statsHour: BrokerStatsItem
  statsDay: BrokerStatsItem
}

/** Java: HARuntimeInfo, with the master's half or the slave's. */
export interface HARuntimeInfo {
  master: boolean
  masterCommitLogMaxOffset: number
  inSyncSlaveNums: number
  haConnectionInfo: {
    addr: string
    slaveAckOffset: number
    diff: number
    inSync: boolean
    transferredByteInSecond: number
    transferFromWhere: number
  }[]
  haClientRuntimeInfo: {
    masterAddr: string
    transferredByteInSecond: number
    maxOffset: number
    lastReadTimestamp: number
    lastWriteTimestamp: number
    masterFlushOffset: number
  }
}

export interface MessageQuery {
  topic: string
  key: string
  maxNum: number
  beginTimestamp: number
  endTimestamp: number
  /** The key is a unique id: the index keeps these apart from KEYS. */
  isUniqueKey: boolean
}

const readStatsItem = (value: unknown): BrokerStatsItem => {
  const item = asObject(value) ?? {}
  return { sum: numberOf(item.sum, 0), tps: numberOf(item.tps, 0), avgpt: numberOf(item.avgpt, 0) }
}

const readHARuntimeInfo = (body: Json): HARuntimeInfo => {
  const slave = asObject(body.haClientRuntimeInfo) ?? {}
  return {
    master: booleanOf(body.master, false),
    masterCommitLogMaxOffset: numberOf(body.masterCommitLogMaxOffset, 0),
    inSyncSlaveNums: numberOf(body.inSyncSlaveNums, 0),
    haConnectionInfo: objectsOf(body.haConnectionInfo).map((value) => ({
      addr: textOf(value.addr),
      slaveAckOffset: numberOf(value.slaveAckOffset, 0),
      diff: numberOf(value.diff, 0),
      inSync: booleanOf(value.inSync, false),
      transferredByteInSecond: numberOf(value.transferredByteInSecond, 0),
      transferFromWhere: numberOf(value.transferFromWhere, 0)
    })),
    haClientRuntimeInfo: {
      masterAddr: textOf(slave.masterAddr),
      transferredByteInSecond: numberOf(slave.transferredByteInSecond, 0),
      maxOffset: numberOf(slave.maxOffset, 0),
      lastReadTimestamp: numberOf(slave.lastReadTimestamp, 0),
      lastWriteTimestamp: numberOf(slave.lastWriteTimestamp, 0),
      masterFlushOffset: numberOf(slave.masterFlushOffset, 0)
    }
  }
}

export const toolAdmin = (deps: AdminDeps) => {
  const { client, namesrv } = deps
  const call = (address: string, code: number, extFields = {}, body?: Buffer) =>
    callBroker(deps, address, { code, extFields, ...(body && { body }) })

  return {
    /** Java: viewBrokerStatsData. Undefined where nothing was counted under that key. */
    viewBrokerStatsData: async (
      address: string,
      statsName: string,
      statsKey: string
    ): Promise<BrokerStatsData | undefined> => {
      const code = RequestCode.VIEW_BROKER_STATS_DATA
      const extFields = ViewBrokerStatsDataRequestHeader.encode({ statsName, statsKey })
      const response = await unlessCode([ResponseCode.SYSTEM_ERROR], call(address, code, extFields))
      if (!response) return undefined
      const body = jsonOf(response, code)
      return {
        statsMinute: readStatsItem(body.statsMinute),
        statsHour: readStatsItem(body.statsHour),
        statsDay: readStatsItem(body.statsDay)
      }
    },

    /** Java: getBrokerHAStatus. */
    getBrokerHAStatus: async (address: string): Promise<HARuntimeInfo> => {
      const code = RequestCode.GET_BROKER_HA_STATUS
      return readHARuntimeInfo(jsonOf(await call(address, code), code))
    },

    /** By broker name, of a controller. Java: getInSyncStateData. */
    getInSyncStateData: async (
      controllerAddress: string,
      brokerNames: readonly string[]
    ): Promise<Map<string, ReplicasInfo>> => {
      const code = RequestCode.CONTROLLER_GET_SYNC_STATE_DATA
      const body = jsonBody(brokerNames)
      return readBrokerReplicasInfo(jsonOf(await call(controllerAddress, code, {}, body), code))
    },

    /** Of one nameserver. Java: getNameServerConfig. */
    getNameServerConfig: async (address: string): Promise<Map<string, string>> => {
      const { body } = await call(address, RequestCode.GET_NAMESRV_CONFIG)
      return parsePropertiesText(body?.toString('utf8') ?? '')
    },

    /** At every nameserver. Java: createAndUpdateKvConfig. */
    createAndUpdateKvConfig: (namespace: string, key: string, value: string): Promise<void> =>
      namesrv.callEvery({
        code: RequestCode.PUT_KV_CONFIG,
        extFields: PutKVConfigRequestHeader.encode({ namespace, key, value })
      }),

    /** At every nameserver. Java: deleteKvConfig. */
    deleteKvConfig: (namespace: string, key: string): Promise<void> =>
      namesrv.callEvery({
        code: RequestCode.DELETE_KV_CONFIG,
        extFields: KVConfigRequestHeader.encode({ namespace, key })
      }),

    /** At one nameserver: how many topics it changed. Java: wipeWritePermOfBroker, addWritePermOfBroker. */
    setWritePermAt: async (
      address: string,
      brokerName: string,
      allow: boolean
    ): Promise<number> => {
      const code = allow
        ? RequestCode.ADD_WRITE_PERM_OF_BROKER
        : RequestCode.WIPE_WRITE_PERM_OF_BROKER
      const extFields = WritePermOfBrokerRequestHeader.encode({ brokerName })
      const answer = await call(address, code, extFields)
      return Number(answer.extFields[allow ? 'addTopicCount' : 'wipeTopicCount'] ?? 0)
    },

    /** On the brokers given, then at every nameserver for that cluster. Java: DeleteTopicSubCommand. */
    deleteTopicOfCluster: async (
      clusterName: string,
      masters: readonly BrokerRef[],
      topic: string
    ): Promise<void> => {
      const extFields = TopicRequestHeader.encode({ topic })
      for (const { address } of masters)
        await call(address, RequestCode.DELETE_TOPIC_IN_BROKER, extFields)
      await namesrv.callEvery({
        code: RequestCode.DELETE_TOPIC_IN_NAMESRV,
        extFields: DeleteTopicFromNamesrvRequestHeader.encode({ topic, clusterName })
      })
    },

    /** On one broker. Java: createAndUpdateSubscriptionGroupConfig. */
    createAndUpdateSubscriptionGroupConfig: async (
      address: string,
      config: SubscriptionGroupConfig
    ): Promise<void> => {
      await call(address, RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, {}, jsonBody(config))
    },

    /** On one broker. Java: deleteSubscriptionGroup. */
    deleteSubscriptionGroup: async (
      address: string,
      groupName: string,
      cleanOffset: boolean
    ): Promise<void> => {
      const extFields = DeleteSubscriptionGroupRequestHeader.encode({ groupName, cleanOffset })
      await call(address, RequestCode.DELETE_SUBSCRIPTIONGROUP, extFields)
    },

    /** As one broker sees the group. @throws RemotingError CONSUMER_NOT_ONLINE. */
    examineConsumerConnectionInfoAt: async (
      address: string,
      consumerGroup: string
    ): Promise<ConsumerConnection> => {
      const code = RequestCode.GET_CONSUMER_CONNECTION_LIST
      const extFields = GetConsumerConnectionListRequestHeader.encode({ consumerGroup })
      return readConsumerConnection(jsonOf(await call(address, code, extFields), code))
    },

    /** Producers of a group on the topic's first broker that knows them. Java: examineProducerConnectionInfo. */
    examineProducerConnectionInfo: async (
      producerGroup: string,
      brokers: readonly BrokerRef[]
    ): Promise<ClientConnection[]> => {
      const code = RequestCode.GET_PRODUCER_CONNECTION_LIST
      const extFields = GetProducerConnectionListRequestHeader.encode({ producerGroup })
      const { answers } = await gather(brokers, async ({ address }) =>
        readConsumerConnection(jsonOf(await call(address, code, extFields), code))
      )
      return answers[0]?.value.connections ?? []
    },

    /** Of one broker. Java: getAllProducerInfo. */
    getAllProducerInfoAt: async (address: string): Promise<ProducerInfo[]> => {
      const code = RequestCode.GET_ALL_PRODUCER_INFO
      return readProducerTableInfo(jsonOf(await call(address, code), code))
    },

    /** What a client says of itself, by way of a broker, as its JSON. Java: ConsumerRunningInfo. */
    getConsumerRunningInfo: async (
      address: string,
      consumerGroup: string,
      clientId: string,
      jstackEnable: boolean
    ): Promise<Json> => {
      const code = RequestCode.GET_CONSUMER_RUNNING_INFO
      const extFields = GetConsumerRunningInfoRequestHeader.encode({ consumerGroup, clientId, jstackEnable }) // prettier-ignore
      return jsonOf(await call(address, code, extFields), code)
    },

    /** By the key index of the brokers given, oldest first. Java: queryMessage, queryMessageByUniqKey. */
    queryMessage: async (
      brokers: readonly BrokerRef[],
      { isUniqueKey, ...query }: MessageQuery
    ): Promise<MessageExt[]> => {
      const extFields = {
        ...QueryMessageRequestHeader.encode(query),
        [UNIQUE_MSG_QUERY_FLAG]: String(isUniqueKey)
      }
      const { answers } = await gather(brokers, async ({ address, brokerName }) => {
        const asked = call(address, RequestCode.QUERY_MESSAGE, extFields)
        const found = await unlessCode([ResponseCode.QUERY_NOT_FOUND], asked)
        return decodeMessages(found?.body ?? Buffer.alloc(0)).map((stored) =>
          toMessageExt(stored, brokerName)
        )
      })
      return answers
        .flatMap(({ value }) => value)
        .sort((a, b) => a.storeTimestamp - b.storeTimestamp || a.queueOffset - b.queueOffset)
    },

    /** Whatever the group had before. Java: updateConsumeOffset. */
    updateConsumeOffset: async (
      address: string,
      group: string,
      queue: MessageQueue,
      offset: number
    ): Promise<void> => {
      await client.call(address, updateConsumerOffset(group, queue, offset), ADMIN_TIMEOUT_MS)
    }
  }
}
