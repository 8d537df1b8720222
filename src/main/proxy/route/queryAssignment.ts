/** What a push consumer shall poll. Java: RouteActivity.queryAssignment. */
import type { RouteCache } from '../../client/routeCache'
import { isReadable } from '../../protocol/permName'
import { groupOf, topicOf } from '../message/names'
import type { Metadata } from '../remote/metadata'
import { Code, OK, StatusError } from '../v2/code'
import { Permission } from '../v2/enums'
import type { MessagingService } from '../v2/methods'
import { accessPoint, queuesOfMasters } from './queryRoute'

/** Queue id of an assignment that stands for all queues of a broker. */
const WHOLE_BROKER = -1

interface Deps {
  routes: Pick<RouteCache, 'get'>
  metadata: Pick<Metadata, 'group'>
}

/**
 * Every member of a group gets every broker: a message is popped once. Queues one by one in ordered groups, so that one
 * that waits for an ack does not hold up the others.
 * @throws StatusError ILLEGAL_TOPIC, ILLEGAL_CONSUMER_GROUP, FORBIDDEN; RemotingError TOPIC_NOT_EXIST.
 */
export const queryAssignment =
  ({ routes, metadata }: Deps): MessagingService['QueryAssignment'] =>
  async (request, call) => {
    const topic = topicOf(request.topic)
    const name = groupOf(request.group)
    const [route, group] = await Promise.all([routes.get(topic), metadata.group(name)])
    const readable = queuesOfMasters(route).filter(
      ({ perm, readQueueNums }) => isReadable(perm) && readQueueNums > 0
    )
    if (readable.length === 0)
      throw new StatusError(Code.FORBIDDEN, `${topic} has no queue that may be read`)
    const endpoints = accessPoint(request.endpoints, call)
    const isOrdered = group?.consumeMessageOrderly === true
    const assignments = readable.flatMap(({ brokerName, readQueueNums }) => {
      const ids = isOrdered ? Array.from({ length: readQueueNums }, (_, id) => id) : [WHOLE_BROKER]
      return ids.map((id) => ({
        messageQueue: {
          ...{ topic: request.topic, id, permission: Permission.READ },
          broker: { name: brokerName, id: 0, endpoints }
        }
      }))
    })
    return { status: OK, assignments }
  }
