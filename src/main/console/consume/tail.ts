/** New messages of a topic, without any group: the window says where its last look ended. */
import type { TailQuery } from '../../../shared/consumeDrafts'
import { MAX_TAIL_MESSAGES, MAX_TAIL_QUEUES, TAIL_PULL } from '../../../shared/consumeLimits'
import type { TailPosition, TailView } from '../../../shared/consumeViews'
import type { Problem } from '../../../shared/views'
import { getMaxOffset } from '../../client/brokerCalls'
import { CLIENT_API_TIMEOUT_MS, type MQClientInstance } from '../../client/mqClientInstance'
import { pullMessage } from '../../client/pullMessage'
import { SUB_ALL } from '../../protocol/bodies/heartbeat'
import { messageQueue, type MessageQueue } from '../../protocol/bodies/messageQueue'
import { TOOLS_CONSUMER_GROUP } from '../../protocol/topicNames'
import { queueKey, subscribeQueues } from '../../protocol/topicQueues'
import { messageSummary } from '../messageView'
import { candidateOf, type Candidate } from '../search/candidate'
import { messageFilter, tagExpression } from '../search/messageFilter'

interface Deps {
  client: Pick<MQClientInstance, 'remoting' | 'routes'>
  problemOf: (error: unknown) => Problem
}

interface Look {
  position: TailPosition | undefined
  messages: Candidate[]
  arrived: number
  skipped: number
  problem?: Problem
}

const keyOf = (topic: string, { brokerName, queueId }: TailPosition): string =>
  queueKey(messageQueue(topic, brokerName, queueId))

/** @throws RemotingError TOPIC_NOT_EXIST …, RemotingConnectError, RemotingTimeoutError of the nameserver. */
export const lookAtTail = async (
  { client, problemOf }: Deps,
  query: TailQuery
): Promise<TailView> => {
  const { remoting, routes } = client
  const { topic, positions } = query
  // The first look asks anew; later the route is the one that is polled.
  if (!positions) routes.forget(topic)
  const all = subscribeQueues(topic, await routes.get(topic))
  const queues = all.slice(0, MAX_TAIL_QUEUES)
  const known = new Map((positions ?? []).map((p) => [keyOf(topic, p), p.offset]))
  const tag = tagExpression(query.tag)
  const verdicts = messageFilter({
    ignoreCase: true,
    ...(query.tag !== '' && { tag: query.tag }),
    ...(query.key !== '' && { key: query.key }),
    ...(query.text !== '' && { bodyText: query.text })
  })

  const pull = (address: string, { brokerName, queueId }: MessageQueue, offset: number) =>
    pullMessage(
      remoting,
      address,
      {
        consumerGroup: TOOLS_CONSUMER_GROUP,
        ...{ topic, queueId, brokerName, offset, maxMsgNums: TAIL_PULL },
        subscription: tag ?? SUB_ALL
      },
      CLIENT_API_TIMEOUT_MS
    )

  const look = async (queue: MessageQueue): Promise<Look> => {
    const { brokerName, queueId } = queue
    const before = known.get(queueKey(queue))
    try {
      const address = routes.masterAddress(brokerName)
      // A queue that is new to a tail under way begins at its first message.
      if (before === undefined) {
        const offset = positions ? 0 : await getMaxOffset(remoting, address, queue, CLIENT_API_TIMEOUT_MS) // prettier-ignore
        return { position: { brokerName, queueId, offset }, messages: [], arrived: 0, skipped: 0 }
      }
      let from = before
      let result = await pull(address, queue, from)
      const behind = result.maxOffset - TAIL_PULL
      if (result.nextBeginOffset < behind) {
        from = behind
        result = await pull(address, queue, from)
      }
      // Deleted and made again: it begins anew.
      const end = result.status === 'OFFSET_ILLEGAL' && result.maxOffset < before ? 0 : result.nextBeginOffset // prettier-ignore
      return {
        position: { brokerName, queueId, offset: end },
        messages: result.messages.map((stored) => candidateOf(stored, brokerName)),
        arrived: Math.max(0, end - before),
        skipped: Math.max(0, from - before)
      }
    } catch (error) {
      const position = before === undefined ? undefined : { brokerName, queueId, offset: before }
      return { position, messages: [], arrived: 0, skipped: 0, problem: problemOf(error) }
    }
  }

  const looks = await Promise.all(queues.map(look))
  const found = looks.flatMap(({ messages }) => messages)
  const accepted = verdicts(found)
  const wanted = found
    .filter((_message, i) => accepted[i] === 'match')
    .sort((a, b) => a.storeTimestamp - b.storeTimestamp || a.queueOffset - b.queueOffset)
  const shown = wanted.slice(-MAX_TAIL_MESSAGES)
  const problem = looks.find((one) => one.problem)?.problem
  return {
    positions: looks.flatMap(({ position }) => position ?? []),
    messages: shown.map(({ message }) => messageSummary(message)),
    arrived: looks.reduce((sum, { arrived }) => sum + arrived, 0),
    skipped: looks.reduce((sum, { skipped }) => sum + skipped, 0) + wanted.length - shown.length,
    queues: all.length,
    ...(problem && { problem })
  }
}
