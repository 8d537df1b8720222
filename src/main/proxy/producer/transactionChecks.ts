/** CHECK_TRANSACTION_STATE (39) of brokers, passed on to a producer. Java: GrpcClientChannel.processCheckTransaction. */
import type { Log } from '../../base/log'
import { CheckTransactionStateRequestHeader } from '../../protocol/headers/transaction'
import { decodeMessage, type StoredMessage } from '../../protocol/message/messageCodec'
import { getProperty, MessageConst } from '../../protocol/message/properties'
import type { RemotingCommand } from '../../protocol/remotingCommand'
import { toGrpcMessage } from '../message/toGrpc'
import type { ClientSession, Sessions } from '../sessions/clientSession'
import type { TransactionDataManager } from './transactionDataManager'

/** A client with the topics it is known to publish to. */
export type Publisher = ClientSession & { readonly publishedTopics: ReadonlySet<string> }

interface Deps {
  log: Log
  sessions: Pick<Sessions, 'find'> & { all(): Iterable<Publisher> }
  transactions: Pick<TransactionDataManager, 'find' | 'add'>
}

/** Who is asked, best first: who sent the message, who was meant, who else publishes to the topic. */
const askable = function* (
  { sessions }: Deps,
  {
    topic,
    clientId,
    session
  }: { topic: string; clientId: string | undefined; session: ClientSession }
): Iterable<ClientSession> {
  const owner = clientId === undefined ? undefined : sessions.find(clientId)
  if (owner) yield owner
  yield session
  for (const other of sessions.all()) if (other.publishedTopics.has(topic)) yield other
}

/** Of what a broker asked `session`; a check that reaches nobody comes again. @throws RangeError for what is no message. */
export const transactionChecks =
  (deps: Deps) =>
  (session: ClientSession, command: RemotingCommand): void => {
    const { log, transactions } = deps
    const header = CheckTransactionStateRequestHeader.decode(command.extFields)
    const stored: StoredMessage = decodeMessage(command.body ?? Buffer.alloc(0))
    const { topic, properties } = stored
    const transactionId =
      header.transactionId ??
      getProperty(properties, MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX)
    const { bname: brokerName, commitLogOffset, tranStateTableOffset } = header
    if (transactionId === undefined || brokerName === undefined) {
      log.warn(`a transaction check for ${topic} names no transaction or no broker; it is dropped`)
      return
    }
    const clientId = transactions.find(topic, transactionId)?.data.clientId
    transactions.add(topic, transactionId, {
      ...{ brokerName, commitLogOffset, tranStateTableOffset, clientId },
      isChecked: true
    })
    const message = toGrpcMessage(stored)
    for (const producer of askable(deps, { topic, clientId, session }))
      if (producer.send({ recoverOrphanedTransactionCommand: { message, transactionId } })) return
    log.debug(`no producer of ${topic} is connected; how ${transactionId} ends is asked again`)
  }
