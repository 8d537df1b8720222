/** CHECK_TRANSACTION_STATE (39) of brokers, passed on to a producer. Java: GrpcClientChannel.processCheckTransaction. */
import type { Log } from '../../base/log'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { CheckTransactionStateRequestHeader } from '../../protocol/headers/transaction'
import { decodeMessage } from '../../protocol/message/messageCodec'
import { getProperty, MessageConst } from '../../protocol/message/properties'
import { RemotingError } from '../../protocol/remotingCommand'
import { route, type Route } from '../../remoting/route'
import { toGrpcMessage } from '../message/toGrpc'
import type { ClientSession, Sessions } from '../sessions/clientSession'
import type { Message } from '../v2/messages'
import { TransactionDataManager } from './transactionDataManager'

/** A client with the topics it is known to publish to. */
export type Publisher = ClientSession & { readonly publishedTopics: ReadonlySet<string> }

interface Deps {
  log: Log
  sessions: Pick<Sessions, 'find'> & { all(): Iterable<Publisher> }
}

interface Check {
  topic: string
  transactionId: string
  brokerName: string
  header: CheckTransactionStateRequestHeader
  message: Message
}

/** @throws RangeError for a body that is no message, RemotingError where nothing says which transaction it is. */
const readCheck = (header: CheckTransactionStateRequestHeader, body: Buffer): Check => {
  const stored = decodeMessage(body)
  const { topic, properties } = stored
  const transactionId =
    header.transactionId ??
    getProperty(properties, MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX)
  const { bname: brokerName } = header
  if (transactionId === undefined || brokerName === undefined)
    throw new RemotingError(
      ResponseCode.SYSTEM_ERROR,
      `the check of a transaction of ${topic} names no ${brokerName === undefined ? 'broker (bname)' : 'transaction'}`
    )
  return { topic, transactionId, brokerName, header, message: toGrpcMessage(stored) }
}

export interface TransactionChecks {
  /** What sends and checks have told; ends of transactions are looked up here. */
  readonly transactions: TransactionDataManager
  /** Of the client that brokers take `session` for. */
  route(session: () => ClientSession): Route
}

export const transactionChecks = ({ log, sessions }: Deps): TransactionChecks => {
  const transactions = new TransactionDataManager()

  /** Who is asked, best first: who sent the message, who was meant, who else publishes to the topic. */
  const askable = function* (
    topic: string,
    clientId: string | undefined,
    meant: ClientSession
  ): Iterable<ClientSession> {
    const owner = clientId === undefined ? undefined : sessions.find(clientId)
    if (owner) yield owner
    yield meant
    for (const other of sessions.all()) if (other.publishedTopics.has(topic)) yield other
  }

  const pass = (meant: ClientSession, check: Check): void => {
    const { topic, transactionId, brokerName, message } = check
    const { commitLogOffset, tranStateTableOffset } = check.header
    const clientId = transactions.find(topic, transactionId)?.data.clientId
    const data = { brokerName, commitLogOffset, tranStateTableOffset, clientId, isChecked: true }
    transactions.add(topic, transactionId, data)
    for (const producer of askable(topic, clientId, meant))
      if (producer.send({ recoverOrphanedTransactionCommand: { message, transactionId } })) return
    log.debug(`no producer of ${topic} is connected; how ${transactionId} ends is asked again`)
  }

  return {
    transactions,
    route: (session) =>
      route(
        RequestCode.CHECK_TRANSACTION_STATE,
        CheckTransactionStateRequestHeader,
        ({ header, body }) => {
          pass(session(), readCheck(header, body))
          return undefined
        }
      )
  }
}
