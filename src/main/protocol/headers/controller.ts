/** Requests to a controller, and what it tells brokers. `brokerId` is the id it gave: 1 and up, a master's too. */
import { bool, defineHeader, int, long, opt, str } from '../header'

/** CONTROLLER_ALTER_SYNC_STATE_SET (1001), with a SyncStateSet. Java: AlterSyncStateSetRequestHeader. */
export const AlterSyncStateSetRequestHeader = defineHeader('AlterSyncStateSetRequestHeader', {
  brokerName: str,
  masterBrokerId: long,
  masterEpoch: int,
  /** Milliseconds since the epoch, at the sender. */
  invokeTime: opt(long)
})

/** Java: AlterSyncStateSetResponseHeader. */
export const AlterSyncStateSetResponseHeader = defineHeader('AlterSyncStateSetResponseHeader', {
  newSyncStateSetEpoch: int
})

/** CONTROLLER_ELECT_MASTER (1002). Java: ElectMasterRequestHeader. */
export const ElectMasterRequestHeader = defineHeader('ElectMasterRequestHeader', {
  clusterName: opt(str),
  brokerName: str,
  /** -1: whoever is best. */
  brokerId: opt(long),
  /** This broker or none, also in place of a master that is alive. */
  designateElect: opt(bool),
  invokeTime: opt(long)
})

/** With an ElectMasterResponseBody. Java: ElectMasterResponseHeader. */
export const ElectMasterResponseHeader = defineHeader('ElectMasterResponseHeader', {
  masterBrokerId: opt(long),
  masterAddress: opt(str),
  masterEpoch: opt(int),
  syncStateSetEpoch: opt(int)
})

/** CONTROLLER_REGISTER_BROKER (1003). Java: RegisterBrokerToControllerRequestHeader. */
export const RegisterBrokerToControllerRequestHeader = defineHeader(
  'RegisterBrokerToControllerRequestHeader',
  {
    clusterName: str,
    brokerName: str,
    brokerId: long,
    brokerAddress: str,
    invokeTime: opt(long)
  }
)

/** Without a master where none is alive; with a SyncStateSet. Java: RegisterBrokerToControllerResponseHeader. */
export const RegisterBrokerToControllerResponseHeader = defineHeader(
  'RegisterBrokerToControllerResponseHeader',
  {
    clusterName: opt(str),
    brokerName: opt(str),
    masterBrokerId: opt(long),
    masterAddress: opt(str),
    masterEpoch: opt(int),
    syncStateSetEpoch: opt(int)
  }
)

/** CONTROLLER_GET_REPLICA_INFO (1004). Java: GetReplicaInfoRequestHeader. */
export const GetReplicaInfoRequestHeader = defineHeader('GetReplicaInfoRequestHeader', {
  brokerName: str
})

/** With a SyncStateSet. Java: GetReplicaInfoResponseHeader. */
export const GetReplicaInfoResponseHeader = defineHeader('GetReplicaInfoResponseHeader', {
  masterBrokerId: opt(long),
  masterAddress: opt(str),
  masterEpoch: opt(int)
})

/** CONTROLLER_GET_METADATA_INFO (1005). Java: GetMetaDataResponseHeader. */
export const GetMetaDataResponseHeader = defineHeader('GetMetaDataResponseHeader', {
  group: opt(str),
  controllerLeaderId: opt(str),
  controllerLeaderAddress: opt(str),
  isLeader: opt(bool),
  /** `n0:127.0.0.1:9876;`, one for each controller. */
  peers: opt(str)
})

/** NOTIFY_BROKER_ROLE_CHANGED (1008), with a SyncStateSet. Java: NotifyBrokerRoleChangedRequestHeader. */
export const NotifyBrokerRoleChangedRequestHeader = defineHeader(
  'NotifyBrokerRoleChangedRequestHeader',
  {
    masterAddress: opt(str),
    masterEpoch: opt(int),
    syncStateSetEpoch: opt(int),
    masterBrokerId: opt(long)
  }
)

/** CLEAN_BROKER_DATA (1011). Java: CleanControllerBrokerDataRequestHeader. */
export const CleanControllerBrokerDataRequestHeader = defineHeader(
  'CleanControllerBrokerDataRequestHeader',
  {
    clusterName: opt(str),
    brokerName: str,
    /** `1;2`; absent: the whole broker set. */
    brokerControllerIdsToClean: opt(str),
    isCleanLivingBroker: opt(bool),
    invokeTime: opt(long)
  }
)

/** CONTROLLER_GET_NEXT_BROKER_ID (1012). Java: GetNextBrokerIdRequestHeader. */
export const GetNextBrokerIdRequestHeader = defineHeader('GetNextBrokerIdRequestHeader', {
  clusterName: str,
  brokerName: str
})

/** Java: GetNextBrokerIdResponseHeader. */
export const GetNextBrokerIdResponseHeader = defineHeader('GetNextBrokerIdResponseHeader', {
  clusterName: opt(str),
  brokerName: opt(str),
  nextBrokerId: long
})

/** CONTROLLER_APPLY_BROKER_ID (1013). Java: ApplyBrokerIdRequestHeader. */
export const ApplyBrokerIdRequestHeader = defineHeader('ApplyBrokerIdRequestHeader', {
  clusterName: str,
  brokerName: str,
  appliedBrokerId: long,
  /** `127.0.0.1:10911;1700000000000`: the broker's address and when it asked, told apart from another broker by it. */
  registerCheckCode: str
})

/** Java: ApplyBrokerIdResponseHeader. */
export const ApplyBrokerIdResponseHeader = defineHeader('ApplyBrokerIdResponseHeader', {
  clusterName: opt(str),
  brokerName: opt(str)
})
