/** What a slave asks its master, as an ordinary client of it. Java: BrokerOuterAPI.getAllTopicConfig and those beside it. */
import type { Acl } from '../../../shared/aclModel'
import { readAcl, readUserInfo, type UserInfo } from '../../protocol/bodies/auth'
import { readDataVersion, versionText, type DataVersion } from '../../protocol/bodies/dataVersion'
import type { SetMessageRequestMode } from '../../protocol/bodies/pop'
import { asObject, objectsOf, type Json } from '../../protocol/bodies/read'
import { parseJson, readJsonBody } from '../../protocol/bodies/rocketmqJson'
import {
  readConsumerOffsets,
  readDelayOffsets,
  readMessageRequestModes,
  readTimerCheckpoint,
  type GroupOffsets,
  type TimerProgress
} from '../../protocol/bodies/slaveSync'
import {
  readSubscriptionGroupConfig,
  type SubscriptionGroupConfig
} from '../../protocol/bodies/subscriptionGroup'
import {
  readTopicConfigWrapper,
  type TopicConfigSerializeWrapper
} from '../../protocol/bodies/topicConfig'
import { RequestCode, requestCodeName } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { UpdateConsumerOffsetRequestHeader } from '../../protocol/headers/consume'
import { SlaveSyncRequestHeader, SlaveSyncResponseHeader } from '../../protocol/headers/slave'
import { RemotingError, type RemotingCommand, type RemotingRequest } from '../../protocol/remotingCommand' // prettier-ignore
import type { RemotingConnection } from '../../remoting/connection'

/** An answer of the master may take so long. Java: BrokerOuterAPI's 3000. */
const MASTER_TIMEOUT_MS = 3000

/** A table, or that it is what the slave has. `logEnd`: it speaks of what the master's log held before; 0 where it does not say. */
export interface Told<T> {
  readonly table: T | undefined
  readonly logEnd: number
}

export class MasterApi {
  constructor(
    private readonly connection: Pick<RemotingConnection, 'request'>,
    private readonly sign: (request: RemotingRequest) => RemotingRequest = (request) => request
  ) {}

  async topics(known: DataVersion): Promise<TopicConfigSerializeWrapper | undefined> {
    const told = await this.table(RequestCode.GET_ALL_TOPIC_CONFIG, known, readTopicConfigWrapper)
    return told.table
  }

  async groups(
    known: DataVersion
  ): Promise<{ dataVersion: DataVersion; configs: SubscriptionGroupConfig[] } | undefined> {
    const read = (body: Record<string, unknown>) => ({
      dataVersion: readDataVersion(body.dataVersion),
      configs: Object.values(asObject(body.subscriptionGroupTable) ?? {}).flatMap((value) => {
        const fields = asObject(value)
        return fields ? [readSubscriptionGroupConfig(fields)] : []
      })
    })
    return (await this.table(RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG, known, read)).table
  }

  offsets(
    known: DataVersion | undefined
  ): Promise<Told<{ dataVersion: DataVersion; entries: GroupOffsets[] }>> {
    return this.table(RequestCode.GET_ALL_CONSUMER_OFFSET, known, readConsumerOffsets)
  }

  async delayOffsets(): Promise<Told<[level: number, offset: number][]>> {
    return this.table(RequestCode.GET_ALL_DELAY_OFFSET, undefined, readDelayOffsets)
  }

  async timerCheckpoint(): Promise<Told<TimerProgress>> {
    const answer = await this.call({ code: RequestCode.GET_TIMER_CHECK_POINT })
    return { table: readTimerCheckpoint(answer.body ?? Buffer.alloc(0)), logEnd: logEndOf(answer) }
  }

  async messageRequestModes(): Promise<SetMessageRequestMode[]> {
    const code = RequestCode.GET_ALL_MESSAGE_REQUEST_MODE
    const told = await this.table(code, undefined, readMessageRequestModes)
    return told.table ?? []
  }

  /** Undefined: a master of before 5.3, which knows no users. */
  async users(): Promise<UserInfo[] | undefined> {
    return (await this.list(RequestCode.AUTH_LIST_USER))?.map(readUserInfo)
  }

  /** As `users`. */
  async acls(): Promise<Acl[] | undefined> {
    return (await this.list(RequestCode.AUTH_LIST_ACL))?.map(readAcl)
  }

  private async list(code: number): Promise<Json[] | undefined> {
    try {
      const { body } = await this.call({ code })
      return body ? objectsOf(parseJson(body.toString('utf8'))) : []
    } catch (error) {
      const isOld = error instanceof RemotingError && error.code === ResponseCode.REQUEST_CODE_NOT_SUPPORTED // prettier-ignore
      if (isOld) return undefined
      throw error
    }
  }

  /** The master takes it unless it is further. @throws RemotingError, e.g. for a topic that was deleted. */
  async commit(group: string, topic: string, queueId: number, offset: number): Promise<void> {
    const extFields = UpdateConsumerOffsetRequestHeader.encode({
      ...{ consumerGroup: group, topic, queueId, commitOffset: offset },
      gantryForwardOnly: true
    })
    await this.call({ code: RequestCode.UPDATE_CONSUMER_OFFSET, extFields })
  }

  private async table<T>(
    code: number,
    known: DataVersion | undefined,
    read: (body: Record<string, unknown>) => T
  ): Promise<Told<T>> {
    const extFields = SlaveSyncRequestHeader.encode({ gantryKnownVersion: known && versionText(known) }) // prettier-ignore
    const answer = await this.call({ code, extFields })
    const { gantryUnchanged } = SlaveSyncResponseHeader.decode(answer.extFields)
    const body = gantryUnchanged ? undefined : readJsonBody(answer.body ?? Buffer.alloc(0), requestCodeName(code)) // prettier-ignore
    return { table: body && read(body), logEnd: logEndOf(answer) }
  }

  /** @throws RemotingError of the master, or that it does not answer. */
  private async call(request: RemotingRequest): Promise<RemotingCommand> {
    const answer = await this.connection.request(this.sign(request), MASTER_TIMEOUT_MS)
    if (answer.code === ResponseCode.SUCCESS) return answer
    throw new RemotingError(answer.code, `${requestCodeName(request.code)}: ${answer.remark ?? ''}`)
  }
}

const logEndOf = ({ extFields }: RemotingCommand): number =>
  SlaveSyncResponseHeader.decode(extFields).gantryLogEnd ?? 0
