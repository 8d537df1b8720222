/** GET_BROKER_HA_STATUS (907): who follows this master, or whom this slave follows. Java: AdminBrokerProcessor.getBrokerHaStatus. */
import { jsonBody } from '../../protocol/bodies/rocketmqJson'
import { RequestCode } from '../../protocol/codes/requestCode'
import { NoHeader } from '../../protocol/headers/admin'
import { replyBody, route, type Route } from '../../remoting/route'
import type { HaRuntimeInfo, HaService } from '../ha/haService'

interface Deps {
  ha: Pick<HaService, 'runtimeInfo'>
}

export const brokerHaStatus = ({ ha }: Deps): Route[] => [
  route(RequestCode.GET_BROKER_HA_STATUS, NoHeader, () =>
    replyBody(jsonBody(haRuntimeInfoJson(ha.runtimeInfo)))
  )
]

/** Java: HARuntimeInfo. */
const haRuntimeInfoJson = (info: HaRuntimeInfo): object => ({
  haClientRuntimeInfo: {
    lastReadTimestamp: info.haClientRuntimeInfo.lastReadTimestamp,
    lastWriteTimestamp: info.haClientRuntimeInfo.lastWriteTimestamp,
    masterAddr: info.haClientRuntimeInfo.masterAddr,
    // Of newer brokers that copy a master's flush offset at their start; not known here.
    masterFlushOffset: 0,
    maxOffset: info.haClientRuntimeInfo.maxOffset,
    transferredByteInSecond: info.haClientRuntimeInfo.transferredByteInSecond
  },
  haConnectionInfo: info.haConnectionInfo.map((slave) => ({
    addr: slave.addr,
    diff: slave.diff,
    inSync: slave.inSync,
    slaveAckOffset: slave.slaveAckOffset,
    transferFromWhere: slave.transferFromWhere,
    transferredByteInSecond: slave.transferredByteInSecond
  })),
  inSyncSlaveNums: info.inSyncSlaveNums,
  master: info.master,
  masterCommitLogMaxOffset: info.masterCommitLogMaxOffset
})
