/** Requests to a nameserver. */
import { bool, defineHeader, int, long, opt, str } from '../header'

/** GET_ROUTEINFO_BY_TOPIC (105). Java: GetRouteInfoRequestHeader. */
export const GetRouteInfoRequestHeader = defineHeader('GetRouteInfoRequestHeader', {
  topic: str,
  acceptStandardJsonOnly: opt(bool)
})

/** REGISTER_BROKER (103). Java: RegisterBrokerRequestHeader. */
export const RegisterBrokerRequestHeader = defineHeader('RegisterBrokerRequestHeader', {
  brokerName: str,
  brokerAddr: str,
  clusterName: str,
  haServerAddr: opt(str),
  brokerId: long,
  compressed: opt(bool),
  /** 0: not checked. */
  bodyCrc32: opt(int),
  heartbeatTimeoutMillis: opt(long),
  enableActingMaster: opt(bool)
})

/** Java: RegisterBrokerResponseHeader. */
export const RegisterBrokerResponseHeader = defineHeader('RegisterBrokerResponseHeader', {
  haServerAddr: opt(str),
  masterAddr: opt(str)
})

/** UNREGISTER_BROKER (104). Java: UnRegisterBrokerRequestHeader. */
export const UnRegisterBrokerRequestHeader = defineHeader('UnRegisterBrokerRequestHeader', {
  brokerName: str,
  brokerAddr: str,
  clusterName: str,
  brokerId: long
})

/** QUERY_DATA_VERSION (322). Java: QueryDataVersionRequestHeader. */
export const QueryDataVersionRequestHeader = defineHeader('QueryDataVersionRequestHeader', {
  brokerName: str,
  brokerAddr: str,
  clusterName: str,
  brokerId: long
})

/** Java: QueryDataVersionResponseHeader. */
export const QueryDataVersionResponseHeader = defineHeader('QueryDataVersionResponseHeader', {
  changed: bool
})

/** BROKER_HEARTBEAT (904); a controller needs the id and reads the rest. Java: BrokerHeartbeatRequestHeader. */
export const BrokerHeartbeatRequestHeader = defineHeader('BrokerHeartbeatRequestHeader', {
  clusterName: str,
  brokerAddr: str,
  brokerName: str,
  /** To a controller the id it gave, never 0 for a master. */
  brokerId: opt(long),
  /** Of the newest data it has. */
  epoch: opt(int),
  maxOffset: opt(long),
  confirmOffset: opt(long),
  heartbeatTimeoutMills: opt(long),
  /** The lower is elected among equals. */
  electionPriority: opt(int)
})

/** GET_BROKER_MEMBER_GROUP (901). Java: GetBrokerMemberGroupRequestHeader. */
export const GetBrokerMemberGroupRequestHeader = defineHeader('GetBrokerMemberGroupRequestHeader', {
  clusterName: str,
  brokerName: str
})

/** PUT_KV_CONFIG (100). Java: PutKVConfigRequestHeader. */
export const PutKVConfigRequestHeader = defineHeader('PutKVConfigRequestHeader', {
  namespace: str,
  key: str,
  value: str
})

/** GET_KV_CONFIG (101), DELETE_KV_CONFIG (102). Java: GetKVConfigRequestHeader, DeleteKVConfigRequestHeader. */
export const KVConfigRequestHeader = defineHeader('KVConfigRequestHeader', {
  namespace: str,
  key: str
})

/** Java: GetKVConfigResponseHeader. */
export const GetKVConfigResponseHeader = defineHeader('GetKVConfigResponseHeader', {
  value: opt(str)
})

/** GET_KVLIST_BY_NAMESPACE (219). Java: GetKVListByNamespaceRequestHeader. */
export const GetKVListByNamespaceRequestHeader = defineHeader('GetKVListByNamespaceRequestHeader', {
  namespace: str
})

/** GET_TOPICS_BY_CLUSTER (224). Java: GetTopicsByClusterRequestHeader. */
export const GetTopicsByClusterRequestHeader = defineHeader('GetTopicsByClusterRequestHeader', {
  cluster: str
})

/** WIPE_WRITE_PERM_OF_BROKER (205), ADD_WRITE_PERM_OF_BROKER (327). */
export const WritePermOfBrokerRequestHeader = defineHeader('WritePermOfBrokerRequestHeader', {
  brokerName: str
})

/** Java: WipeWritePermOfBrokerResponseHeader. */
export const WipeWritePermOfBrokerResponseHeader = defineHeader(
  'WipeWritePermOfBrokerResponseHeader',
  {
    wipeTopicCount: int
  }
)

/** Java: AddWritePermOfBrokerResponseHeader. */
export const AddWritePermOfBrokerResponseHeader = defineHeader(
  'AddWritePermOfBrokerResponseHeader',
  {
    addTopicCount: int
  }
)

/** DELETE_TOPIC_IN_NAMESRV (216). Java: DeleteTopicFromNamesrvRequestHeader. */
export const DeleteTopicFromNamesrvRequestHeader = defineHeader(
  'DeleteTopicFromNamesrvRequestHeader',
  {
    topic: str,
    clusterName: opt(str)
  }
)

/** REGISTER_TOPIC_IN_NAMESRV (217). Java: RegisterTopicRequestHeader. */
export const RegisterTopicRequestHeader = defineHeader('RegisterTopicRequestHeader', { topic: str })
