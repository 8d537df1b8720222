/** What the log itself says of a transaction: for those that nothing in memory tells of. */
import { decodeMessage, type StoredMessage } from '../../../protocol/message/messageCodec'
import { MessageSysFlag, transactionType } from '../../../protocol/message/sysFlag'
import { RMQ_SYS_TRANS_CHECK_MAX_TIME_TOPIC } from '../../../protocol/topicNames'
import type { MessageStore } from '../../../store/messageStore'
import { readHalf, type HalfMessage } from './halfMessage'

/** Messages of one key that are looked at, newest first. */
const MAX_COPIES = 64

type Store = Pick<MessageStore, 'queryMessage' | 'lookMessageByOffset'>

/** What a HalfMessage is known by once its bytes may be gone. */
export type HalfIdentity = Pick<HalfMessage, 'uniqKey' | 'realTopic' | 'firstOffset'>

const copiesIn = async (
  store: Store,
  topic: string,
  { uniqKey }: HalfIdentity
): Promise<StoredMessage[]> => {
  if (uniqKey === undefined) return []
  const times = { beginTimestamp: 0, endTimestamp: Number.MAX_SAFE_INTEGER }
  const { messages } = await store.queryMessage({ topic, key: uniqKey, maxNum: MAX_COPIES, ...times }) // prettier-ignore
  return messages.map((record) => decodeMessage(record))
}

/** Does it stem from a copy of this half message? Producers may send one unique key in several transactions. */
const stemsFrom = (store: Store, half: HalfIdentity, message: StoredMessage): boolean =>
  readHalf(store.lookMessageByOffset(message.preparedTransactionOffset))?.firstOffset ===
  half.firstOffset

/** Is the committed message there? Found through the key index, so never while messageIndexEnable is off. */
export const isCommitted = async (store: Store, half: HalfIdentity): Promise<boolean> => {
  const copies = await copiesIn(store, half.realTopic, half)
  return copies.some(
    (copy) =>
      transactionType(copy.sysFlag) === MessageSysFlag.TRANSACTION_COMMIT_TYPE &&
      stemsFrom(store, half, copy)
  )
}

/** Was it given up after transactionCheckMax checks? */
export const isDiscarded = async (store: Store, half: HalfIdentity): Promise<boolean> => {
  const copies = await copiesIn(store, RMQ_SYS_TRANS_CHECK_MAX_TIME_TOPIC, half)
  return copies.some((copy) => stemsFrom(store, half, copy))
}
