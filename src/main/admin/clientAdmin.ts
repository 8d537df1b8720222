/** Who is connected, what a consumer says of itself, and ending a client's connections. */
import {
  readProducerTableInfo,
  type ConsumerConnection,
  type ProducerInfo
} from '../protocol/bodies/admin'
import { readConsumerRunningInfo, type ConsumerRunningInfo } from '../protocol/bodies/consumerRunningInfo' // prettier-ignore
import { RequestCode } from '../protocol/codes/requestCode'
import { ResponseCode } from '../protocol/codes/responseCode'
import {
  CloseClientRequestHeader,
  CloseClientResponseHeader,
  GetConsumerRunningInfoRequestHeader
} from '../protocol/headers/admin'
import {
  brokersOf,
  callBroker,
  fetchClusterInfo,
  findMasters,
  gather,
  inParallel,
  jsonOf,
  unlessCode,
  type AdminDeps,
  type BrokerRef,
  type Gathered
} from './adminCall'
import { groupAdmin } from './groupAdmin'

/** Members of one group, as one broker knows them. */
export interface GroupConnection extends ConsumerConnection {
  group: string
}

export const clientAdmin = (deps: AdminDeps) => {
  const { getAllSubscriptionGroup, getConsumerConnection } = groupAdmin(deps)

  const connectionsAt = async ({ address }: BrokerRef): Promise<GroupConnection[]> => {
    const groups = [...(await getAllSubscriptionGroup(address)).keys()]
    const outcomes = await inParallel(groups, async (group) => {
      const connection = await getConsumerConnection(address, group)
      return connection && { ...connection, group }
    })
    return outcomes.flatMap((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason
      return outcome.value ? [outcome.value] : []
    })
  }

  return {
    /** Producers and the members of every group, by master. */
    examineAllClients: async (): Promise<
      Gathered<{ producers: ProducerInfo[]; groups: GroupConnection[] }>
    > => {
      const code = RequestCode.GET_ALL_PRODUCER_INFO
      return gather(await findMasters(deps), async (broker) => {
        const [producers, groups] = await Promise.all([
          callBroker(deps, broker.address, { code }),
          connectionsAt(broker)
        ])
        return { producers: readProducerTableInfo(jsonOf(producers, code)), groups }
      })
    },

    /**
     * What a member says of itself, with its threads where asked for; by whichever master it is connected to.
     * @throws RemotingError where none has it, the client's own answer or CONSUME_MSG_TIMEOUT. Java: getConsumerRunningInfo.
     */
    getConsumerRunningInfo: async (
      consumerGroup: string,
      clientId: string,
      jstackEnable: boolean
    ): Promise<ConsumerRunningInfo> => {
      const code = RequestCode.GET_CONSUMER_RUNNING_INFO
      const extFields = GetConsumerRunningInfoRequestHeader.encode({ consumerGroup, clientId, jstackEnable }) // prettier-ignore
      let failure: unknown
      for (const { address } of await findMasters(deps)) {
        try {
          const response = await callBroker(deps, address, { code, extFields })
          return readConsumerRunningInfo(jsonOf(response, code))
        } catch (error) {
          failure = error
        }
      }
      throw failure
    },

    /** How many connections each broker closed. @throws RemotingError REQUEST_CODE_NOT_SUPPORTED where none of them is ours. */
    closeClient: async (clientId: string): Promise<Gathered<number>> =>
      gather(brokersOf(await fetchClusterInfo(deps)), async ({ address }) => {
        const code = RequestCode.GANTRY_CLOSE_CLIENT
        const extFields = CloseClientRequestHeader.encode({ clientId })
        const response = await callBroker(deps, address, { code, extFields })
        return CloseClientResponseHeader.decode(response.extFields).closed
      }),

    /** Does any master take GANTRY_CLOSE_CLIENT? */
    canCloseClients: async (): Promise<boolean> => {
      const code = RequestCode.GANTRY_CLOSE_CLIENT
      const { answers } = await gather(await findMasters(deps), ({ address }) =>
        unlessCode(
          [ResponseCode.REQUEST_CODE_NOT_SUPPORTED],
          callBroker(deps, address, { code, extFields: {} })
        )
      )
      return answers.some(({ value }) => value !== undefined)
    }
  }
}
