import { readBrokerConsumeStats, type GroupOffsets } from '../protocol/bodies/brokerConsumeStats'
import { RequestCode } from '../protocol/codes/requestCode'
import { GetBrokerConsumeStatsRequestHeader } from '../protocol/headers/admin'
import { callBroker, findMasters, gather, jsonOf, type AdminDeps, type Gathered } from './adminCall'

/** What tells of everything on a broker at once. */
export const statisticsAdmin = (deps: AdminDeps) => ({
  /** How far each group is on each queue, of every master that answers. Java: fetchConsumeStatsInBroker. */
  fetchConsumeStatsOfMasters: async (): Promise<Gathered<GroupOffsets[]>> => {
    const code = RequestCode.GET_BROKER_CONSUME_STATS
    const extFields = GetBrokerConsumeStatsRequestHeader.encode({ isOrder: false })
    return gather(await findMasters(deps), async ({ address }) =>
      readBrokerConsumeStats(jsonOf(await callBroker(deps, address, { code, extFields }), code))
    )
  }
})
