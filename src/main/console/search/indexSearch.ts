/** Searches the brokers answer at once, from their key index or by an offset id. */
import { MAX_ID_TOPICS, MAX_INDEX_MATCHES } from '../../../shared/messageLimits'
import type { SearchDraft } from '../../../shared/messageDrafts'
import type { Admin } from '../../admin/admin'
import type { MessageExt } from '../../client/messageExt'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { formatHost } from '../../protocol/message/host'
import { decodeMessageId } from '../../protocol/message/messageId'
import { RemotingError } from '../../protocol/remotingCommand'
import { isSystemTopic } from '../../protocol/topicNames'
import { knownCandidate } from './candidate'
import { messageFilter } from './messageFilter'
import { idsOf, spellingsOf } from './messageIds'

export type IndexAdmin = Pick<
  Admin,
  | 'queryIndex'
  | 'findByUniqueId'
  | 'findCopies'
  | 'fetchAllTopicList'
  | 'listBrokers'
  | 'viewMessage'
>

export interface IndexResult {
  messages: MessageExt[]
  isCut: boolean
  untested: number
  missingBrokers: string[]
  elsewhere: number
}

/** What brokers answer to an offset nothing begins at. */
export const absentCodes: readonly number[] = [
  ResponseCode.SYSTEM_ERROR,
  ResponseCode.QUERY_NOT_FOUND,
  ResponseCode.NO_MESSAGE
]

/**
 * An id names an address, and one made by a client looks alike: only brokers of this cluster are asked, never
 * whoever listens at a made-up address. Undefined where it names none, or nothing is there.
 */
export const byOffsetId = async (
  admin: Pick<Admin, 'listBrokers' | 'viewMessage'>,
  id: string
): Promise<MessageExt | undefined> => {
  const place = decodeMessageId(id)
  if (!place) return undefined
  const address = formatHost(place.storeHost)
  const brokers = await admin.listBrokers()
  if (!brokers.some((broker) => broker.address === address)) return undefined
  try {
    return await admin.viewMessage(id)
  } catch (error) {
    if (error instanceof RemotingError && absentCodes.includes(error.code)) return undefined
    throw error
  }
}

const placeOf = ({ brokerName, physicalOffset }: MessageExt): string =>
  `${brokerName}/${physicalOffset}`

const eachOnce = (messages: readonly MessageExt[]): MessageExt[] => [
  ...new Map(messages.map((message) => [placeOf(message), message])).values()
]

const topicsToLookAt = async (admin: IndexAdmin): Promise<{ names: string[]; isCut: boolean }> => {
  const all = await admin.fetchAllTopicList()
  // Those of users first: most messages asked for are theirs.
  const sorted = all.sort((a, b) => Number(isSystemTopic(a)) - Number(isSystemTopic(b)))
  return { names: sorted.slice(0, MAX_ID_TOPICS), isCut: sorted.length > MAX_ID_TOPICS }
}

const byId = async (admin: IndexAdmin, topic: string | undefined, text: string) => {
  const found: MessageExt[] = []
  let isCut = false
  for (const id of idsOf(text)) {
    const placed = await byOffsetId(admin, id)
    if (placed) {
      found.push(placed)
      continue
    }
    for (const spelling of spellingsOf(id)) {
      let copies: MessageExt[] = []
      if (topic !== undefined) copies = (await admin.findCopies({ topic, msgId: spelling })).copies
      if (copies.length === 0) {
        const looked = await topicsToLookAt(admin)
        isCut ||= looked.isCut
        copies = await admin.findByUniqueId(looked.names, spelling)
      }
      found.push(...copies)
      if (copies.length > 0) break
    }
  }
  return { messages: eachOnce(found), isCut, missingBrokers: [] as string[] }
}

/** @throws RemotingError when no broker answers. */
export const searchIndex = async (admin: IndexAdmin, draft: SearchDraft): Promise<IndexResult> => {
  const { topic, id, key, begin = 0, end = Number.MAX_SAFE_INTEGER, direction } = draft
  const query = { topic: topic ?? '', key: key ?? '', begin: Math.max(0, begin - 1000), end }
  const found =
    id === undefined
      ? await admin.queryIndex(query, MAX_INDEX_MATCHES)
      : await byId(admin, topic, id)
  const { fromOffset = 0, toOffset = Infinity, queues } = draft
  const inRange = eachOnce(found.messages).filter(
    ({ brokerName, queueId, queueOffset }) =>
      queueOffset >= fromOffset &&
      queueOffset <= toOffset &&
      (queues.length === 0 ||
        queues.some((queue) => queue.brokerName === brokerName && queue.queueId === queueId))
  )
  const verdicts = messageFilter({ ...draft, key: id === undefined ? key : undefined })(
    inRange.map(knownCandidate)
  )
  const messages = inRange
    .filter((_, i) => verdicts[i] === 'match')
    .sort((a, b) => a.storeTimestamp - b.storeTimestamp || a.physicalOffset - b.physicalOffset)
  if (direction === 'newestFirst') messages.reverse()
  return {
    messages: messages.slice(0, MAX_INDEX_MATCHES),
    isCut: found.isCut || messages.length > MAX_INDEX_MATCHES,
    untested: verdicts.filter((verdict) => verdict === 'untested').length,
    missingBrokers: found.missingBrokers,
    elsewhere: topic === undefined ? 0 : messages.filter((one) => one.topic !== topic).length
  }
}
