import type { Route } from '../remoting/route'
import { clientManage } from './processors/clientManage'
import { consumerManage } from './processors/consumerManage'
import { lockBatchMq } from './processors/lockBatchMq'
import { pullMessage } from './processors/pullMessage'
import { queryOffset } from './processors/queryOffset'
import { sendMessage } from './processors/sendMessage'
import { viewMessage } from './processors/viewMessage'

type Parts = Parameters<typeof sendMessage>[0] &
  Parameters<typeof pullMessage>[0] &
  Parameters<typeof clientManage>[0] &
  Parameters<typeof consumerManage>[0] &
  Parameters<typeof queryOffset>[0] &
  Parameters<typeof lockBatchMq>[0] &
  Parameters<typeof viewMessage>[0]

/** Every request a broker answers. */
export const brokerRoutes = (parts: Parts): Route[] => [
  ...sendMessage(parts),
  ...pullMessage(parts),
  ...clientManage(parts),
  ...consumerManage(parts),
  ...queryOffset(parts),
  ...lockBatchMq(parts),
  ...viewMessage(parts)
]
