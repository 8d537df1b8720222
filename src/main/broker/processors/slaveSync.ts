/** What slaves ask besides 21, 45, 60, 201 and 402: GET_ALL_CONSUMER_OFFSET (43). Java: AdminBrokerProcessor. */
import { consumerOffsetsJson } from '../../protocol/bodies/slaveSync'
import { RequestCode } from '../../protocol/codes/requestCode'
import { SlaveSyncRequestHeader, SlaveSyncResponseHeader } from '../../protocol/headers/slave'
import { route, type Route } from '../../remoting/route'
import type { MessageStore } from '../../store/messageStore'
import type { ConsumerOffsetManager } from '../consumerOffsetManager'
import { tableReply } from './tableReply'

interface Deps {
  offsets: Pick<ConsumerOffsetManager, 'all' | 'dataVersion'>
  store: Pick<MessageStore, 'stats'>
}

export const slaveSync = ({ offsets, store }: Deps): Route[] => [
  route(RequestCode.GET_ALL_CONSUMER_OFFSET, SlaveSyncRequestHeader, ({ header }) => {
    const { dataVersion } = offsets
    const gantryLogEnd = store.stats.maxPhysicalOffset
    const answer = tableReply(header, dataVersion, () => consumerOffsetsJson(dataVersion, offsets.all())) // prettier-ignore
    return {
      ...answer,
      extFields: { ...SlaveSyncResponseHeader.encode({ gantryLogEnd }), ...answer.extFields }
    }
  })
]
