/** Transactions: END_TRANSACTION (37), CHECK_TRANSACTION_STATE (39), RESUME_CHECK_HALF_MESSAGE (323). */
import { bool, defineHeader, int, long, opt, str, type Decoded } from '../header'

/** Java: EndTransactionRequestHeader. `commitOrRollback` is the transaction type of a sysFlag; 0 is "unknown". */
export const EndTransactionRequestHeader = defineHeader('EndTransactionRequestHeader', {
  topic: opt(str),
  producerGroup: str,
  /** Queue offset in the half topic. */
  tranStateTableOffset: long,
  commitLogOffset: long,
  commitOrRollback: int,
  fromTransactionCheck: opt(bool),
  msgId: str,
  transactionId: opt(str),
  bname: opt(str)
})
export type EndTransactionRequestHeader = Decoded<typeof EndTransactionRequestHeader>

/** Java: CheckTransactionStateRequestHeader. */
export const CheckTransactionStateRequestHeader = defineHeader(
  'CheckTransactionStateRequestHeader',
  {
    topic: opt(str),
    tranStateTableOffset: long,
    commitLogOffset: long,
    msgId: opt(str),
    transactionId: opt(str),
    offsetMsgId: opt(str),
    bname: opt(str)
  }
)
export type CheckTransactionStateRequestHeader = Decoded<typeof CheckTransactionStateRequestHeader>

/** Java: ResumeCheckHalfMessageRequestHeader. `msgId` is an offset message id. */
export const ResumeCheckHalfMessageRequestHeader = defineHeader(
  'ResumeCheckHalfMessageRequestHeader',
  { topic: opt(str), msgId: opt(str) }
)
