/** What a broker asks its controller. Java: BrokerOuterAPI's calls for ReplicasManager. */
import type { RealTime } from '../base/clock'
import {
  readElectMasterResponseBody,
  readSyncStateSet,
  syncStateSetBody,
  type SyncStateSet
} from '../protocol/bodies/controller'
import { readJsonBody } from '../protocol/bodies/rocketmqJson'
import { RequestCode, requestCodeName } from '../protocol/codes/requestCode'
import { ResponseCode } from '../protocol/codes/responseCode'
import type { Decoded, HeaderDefinition } from '../protocol/header'
import type { NotifyBrokerRoleChangedRequestHeader } from '../protocol/headers/controller'
import {
  AlterSyncStateSetRequestHeader,
  ApplyBrokerIdRequestHeader,
  ElectMasterRequestHeader,
  ElectMasterResponseHeader,
  GetMetaDataResponseHeader,
  GetNextBrokerIdRequestHeader,
  GetNextBrokerIdResponseHeader,
  GetReplicaInfoRequestHeader,
  GetReplicaInfoResponseHeader,
  RegisterBrokerToControllerRequestHeader,
  RegisterBrokerToControllerResponseHeader
} from '../protocol/headers/controller'
import { BrokerHeartbeatRequestHeader } from '../protocol/headers/namesrv'
import { RemotingError, type RemotingCommand, type RemotingRequest } from '../protocol/remotingCommand' // prettier-ignore
import type { RemotingClient } from '../remoting/client'
import { RemotingConnectError } from '../remoting/errors'

/** An answer may take this long. Java: BrokerOuterAPI, 3000. */
const CONTROLLER_TIMEOUT_MS = 3000

/** Who is master, and who has everything that was acknowledged. */
export interface MasterInfo extends SyncStateSet {
  /** Absent: nobody is, or the one that is was not heard of. */
  readonly master?: {
    readonly brokerId: number
    readonly address: string
    readonly epoch: number
  }
}

export type HeartbeatFigures = Pick<
  Decoded<typeof BrokerHeartbeatRequestHeader>,
  'epoch' | 'maxOffset' | 'confirmOffset' | 'heartbeatTimeoutMills' | 'electionPriority'
>

interface Deps {
  client: Pick<RemotingClient, 'invoke'>
  clock: Pick<RealTime, 'wall'>
  /** `controllerAddr`: one address or several, by `;`. */
  controllerAddr: () => string
  clusterName: string
  brokerName: string
}

interface MasterHeader {
  masterBrokerId?: number | undefined
  masterAddress?: string | undefined
  masterEpoch?: number | undefined
  syncStateSetEpoch?: number | undefined
}

const masterInfo = (header: MasterHeader, set: SyncStateSet): MasterInfo => {
  const { masterBrokerId: brokerId, masterAddress: address, masterEpoch: epoch } = header
  if (brokerId === undefined || address === undefined || epoch === undefined) return set
  return { ...set, master: { brokerId, address, epoch } }
}

const json = ({ body = Buffer.alloc(0), code }: RemotingCommand) =>
  readJsonBody(body, `an answer of the controller (${code})`)

/** NOTIFY_BROKER_ROLE_CHANGED (1008) as it arrives. @throws RemotingError SYSTEM_ERROR for a body that is none. */
export const readRoleChange = (
  header: Decoded<typeof NotifyBrokerRoleChangedRequestHeader>,
  body: Buffer
): MasterInfo =>
  masterInfo(header, readSyncStateSet(readJsonBody(body, 'NOTIFY_BROKER_ROLE_CHANGED')))

/**
 * Finds the leader among the controllers and asks it. Every call throws RemotingError with the controller's code and
 * remark, or RemotingConnectError, RemotingTimeoutError where it does not answer; then the leader is looked for again.
 */
export class ControllerApi {
  private leader: string | undefined

  constructor(private readonly deps: Deps) {}

  /** The id to apply for. */
  async getNextBrokerId(): Promise<number> {
    const answer = await this.call(
      RequestCode.CONTROLLER_GET_NEXT_BROKER_ID,
      GetNextBrokerIdRequestHeader,
      this.names()
    )
    return GetNextBrokerIdResponseHeader.decode(answer.extFields).nextBrokerId
  }

  /** The id is this broker's for good once this resolves. `registerCheckCode`: `<address>;<wall time>`, kept before asking. */
  async applyBrokerId(appliedBrokerId: number, registerCheckCode: string): Promise<void> {
    const header = { ...this.names(), appliedBrokerId, registerCheckCode }
    await this.call(RequestCode.CONTROLLER_APPLY_BROKER_ID, ApplyBrokerIdRequestHeader, header)
  }

  /** Tells where this broker is. */
  async registerBroker(brokerId: number, brokerAddress: string): Promise<MasterInfo> {
    const answer = await this.call(
      RequestCode.CONTROLLER_REGISTER_BROKER,
      RegisterBrokerToControllerRequestHeader,
      { ...this.names(), brokerId, brokerAddress, invokeTime: this.deps.clock.wall() }
    )
    const header = RegisterBrokerToControllerResponseHeader.decode(answer.extFields)
    return masterInfo(header, readSyncStateSet(json(answer)))
  }

  /** This broker wants to be master; the answer says who is. A heartbeat has to come before, or it counts as away. */
  async electMaster(brokerId: number): Promise<MasterInfo> {
    const answer = await this.call(
      RequestCode.CONTROLLER_ELECT_MASTER,
      ElectMasterRequestHeader,
      { ...this.names(), brokerId, designateElect: false, invokeTime: this.deps.clock.wall() },
      { accepted: ResponseCode.CONTROLLER_MASTER_STILL_EXIST }
    )
    const header = ElectMasterResponseHeader.decode(answer.extFields)
    const { syncStateSet } = readElectMasterResponseBody(json(answer))
    return masterInfo(header, {
      syncStateSet: [...syncStateSet],
      syncStateSetEpoch: header.syncStateSetEpoch ?? 0
    })
  }

  /** The master's view of who has everything; the answer is the set as it is now. */
  async alterSyncStateSet(
    masterBrokerId: number,
    masterEpoch: number,
    set: SyncStateSet
  ): Promise<SyncStateSet> {
    const { brokerName, clock } = { ...this.deps }
    const answer = await this.call(
      RequestCode.CONTROLLER_ALTER_SYNC_STATE_SET,
      AlterSyncStateSetRequestHeader,
      { brokerName, masterBrokerId, masterEpoch, invokeTime: clock.wall() },
      { body: syncStateSetBody(set) }
    )
    return readSyncStateSet(json(answer))
  }

  /** Resolves when the controller has it: what a lease may rest on. */
  async heartbeat(
    brokerId: number,
    brokerAddr: string,
    figures: HeartbeatFigures,
    timeoutMs = CONTROLLER_TIMEOUT_MS
  ): Promise<void> {
    const header = { ...this.names(), brokerId, brokerAddr, ...figures }
    const code = RequestCode.BROKER_HEARTBEAT
    await this.call(code, BrokerHeartbeatRequestHeader, header, { timeoutMs })
  }

  async replicaInfo(): Promise<MasterInfo> {
    const { brokerName } = this.deps
    const code = RequestCode.CONTROLLER_GET_REPLICA_INFO
    const answer = await this.call(code, GetReplicaInfoRequestHeader, { brokerName })
    const header = GetReplicaInfoResponseHeader.decode(answer.extFields)
    return masterInfo(header, readSyncStateSet(json(answer)))
  }

  private names(): { clusterName: string; brokerName: string } {
    const { clusterName, brokerName } = this.deps
    return { clusterName, brokerName }
  }

  private async call<H>(
    code: number,
    definition: HeaderDefinition<H>,
    header: H,
    more: { body?: Buffer; timeoutMs?: number; accepted?: number } = {}
  ): Promise<RemotingCommand> {
    const { body, timeoutMs = CONTROLLER_TIMEOUT_MS, accepted } = more
    const request = { code, extFields: definition.encode(header), ...(body && { body }) }
    const answer = await this.ask(request, timeoutMs)
    if (answer.code === ResponseCode.SUCCESS || answer.code === accepted) return answer
    if (answer.code === ResponseCode.CONTROLLER_NOT_LEADER) this.leader = undefined
    const remark = answer.remark ?? `${requestCodeName(code)} failed at the controller`
    throw new RemotingError(answer.code, remark, answer.extFields)
  }

  private async ask(request: RemotingRequest, timeoutMs: number): Promise<RemotingCommand> {
    const leader = (this.leader ??= await this.findLeader(timeoutMs))
    try {
      return await this.deps.client.invoke(leader, request, timeoutMs)
    } catch (error) {
      this.leader = undefined
      throw error
    }
  }

  /** Of the first controller that knows one. Java: ReplicasManager.updateControllerMetadata. */
  private async findLeader(timeoutMs: number): Promise<string> {
    const { client, controllerAddr } = this.deps
    const addresses = controllerAddr()
      .split(';')
      .map((address) => address.trim())
      .filter((address) => address !== '')
    let failure: unknown = new RemotingConnectError('the controller: controllerAddr is empty')
    for (const address of addresses) {
      try {
        const request = { code: RequestCode.CONTROLLER_GET_METADATA_INFO }
        const { code, remark, extFields } = await client.invoke(address, request, timeoutMs)
        const { controllerLeaderAddress: leader } = GetMetaDataResponseHeader.decode(extFields)
        if (code === ResponseCode.SUCCESS && leader) return leader
        failure = new RemotingError(code, remark ?? `the controller at ${address} knows no leader`)
      } catch (error) {
        failure = error
      }
    }
    throw failure
  }
}
