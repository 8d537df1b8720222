/**
 * Records stock clients send to the trace topic: fields joined by 0x01, each record ended by 0x02, several in one body.
 * Java: TraceDataEncoder, TraceContext, TraceBean.
 */

/** Records of one body that are read; clients send 20 at most, those beyond it count as skipped. */
export const MAX_TRACE_RECORDS = 2000

/** Bytes of one body that are read; a client's are 128,000 at most. */
export const MAX_TRACE_BODY_BYTES = 1024 * 1024

const CONTENT_SPLITOR = '\u0001'
const FIELD_SPLITOR = '\u0002'

const messageTypes = [
  'Normal_Msg',
  'Trans_Msg_Half',
  'Trans_msg_Commit',
  'Delay_Msg',
  'Order_Msg'
] as const
/** In Java's order, by which they are numbered on the wire. Java: MessageType. */
export type TraceMessageType = (typeof messageTypes)[number]

const consumeReturnTypes = ['SUCCESS', 'TIME_OUT', 'EXCEPTION', 'RETURNNULL', 'FAILED'] as const
/** How consuming ended. Java: ConsumeReturnType. */
export type ConsumeReturnType = (typeof consumeReturnTypes)[number]

const transactionStates = ['COMMIT_MESSAGE', 'ROLLBACK_MESSAGE', 'UNKNOW'] as const
/** Java: LocalTransactionState, as it is spelled there. */
export type TraceTransactionState = (typeof transactionStates)[number]

interface Base {
  /** Milliseconds since the epoch by the client's clock. */
  timestamp: number
  region: string
  group: string
  msgId: string
}

/** A message was sent, or a half message. */
export interface PubRecord extends Base {
  type: 'Pub'
  topic: string
  tags: string
  keys: string
  storeHost: string
  bodyLength: number
  costTime: number
  msgType: TraceMessageType
  /** Empty: the client is older than 4.1. */
  offsetMsgId: string
  success: boolean
  /** Empty: the client does not say; the born host of the trace message is its address. */
  clientHost: string
}

/** A consumer is about to consume a message. */
export interface SubBeforeRecord extends Base {
  type: 'SubBefore'
  requestId: string
  retryTimes: number
  keys: string
  clientHost: string
}

/** It has; the same requestId belongs to the same attempt. */
export interface SubAfterRecord extends Omit<Base, 'region'> {
  type: 'SubAfter'
  requestId: string
  costTime: number
  success: boolean
  keys: string
  /** Undefined where an old client does not say. */
  consumeReturnType: ConsumeReturnType | undefined
}

export interface EndTransactionRecord extends Base {
  type: 'EndTransaction'
  topic: string
  tags: string
  keys: string
  storeHost: string
  msgType: TraceMessageType
  transactionId: string
  state: TraceTransactionState
  /** The broker had asked for it. */
  fromTransactionCheck: boolean
}

/** A timer message was taken back. */
export interface RecallRecord extends Base {
  type: 'Recall'
  topic: string
  success: boolean
}

export type TraceRecord =
  PubRecord | SubBeforeRecord | SubAfterRecord | EndTransactionRecord | RecallRecord

export interface DecodedTrace {
  records: TraceRecord[]
  /** Records that could not be read. */
  skipped: number
}

/** Java writes what is absent as `null`, Go as nothing. */
const textOf = (field: string | undefined): string =>
  field === undefined || field === 'null' ? '' : field

/** @throws RangeError for what is no whole number. */
const numberOf = (field: string | undefined): number => {
  if (field === undefined || !/^-?\d{1,19}$/.test(field))
    throw new RangeError(`${String(field).slice(0, 40)} is no whole number`)
  return Number(field)
}

/** As Java reads it: everything else is false. */
const booleanOf = (field: string | undefined): boolean => field?.toLowerCase() === 'true'

/** @throws RangeError for what is none of them. */
const one = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new RangeError(`no ${what}`)
  return value
}

const messageTypeOf = (field: string | undefined): TraceMessageType =>
  one(messageTypes[numberOf(field)], 'message type')

const stateOf = (field: string | undefined): TraceTransactionState =>
  one(
    // Go spells it whole.
    field === 'UNKNOWN' ? 'UNKNOW' : transactionStates.find((state) => state === field),
    'transaction state'
  )

type Fields = readonly string[]

/** What the records but SubAfter begin with. @throws RangeError. */
const headOf = ([, timestamp, region, group]: Fields): Omit<Base, 'msgId'> => ({
  timestamp: numberOf(timestamp),
  region: textOf(region),
  group: textOf(group)
})

const needs = (fields: Fields, count: number): void => {
  if (fields.length < count) throw new RangeError(`${fields.length} fields instead of ${count}`)
}

const pub = (f: Fields): PubRecord => {
  needs(f, 13)
  const hasOffsetMsgId = f.length >= 14
  return {
    ...{ type: 'Pub', ...headOf(f), topic: textOf(f[4]), msgId: textOf(f[5]) },
    ...{ tags: textOf(f[6]), keys: textOf(f[7]), storeHost: textOf(f[8]) },
    bodyLength: numberOf(f[9]),
    costTime: numberOf(f[10]),
    msgType: messageTypeOf(f[11]),
    offsetMsgId: hasOffsetMsgId ? textOf(f[12]) : '',
    success: booleanOf(f[hasOffsetMsgId ? 13 : 12]),
    clientHost: textOf(f[14])
  }
}

const subBefore = (f: Fields): SubBeforeRecord => {
  needs(f, 7)
  return {
    ...{ type: 'SubBefore', ...headOf(f), requestId: textOf(f[4]), msgId: textOf(f[5]) },
    ...{ retryTimes: numberOf(f[6]), keys: textOf(f[7]), clientHost: textOf(f[8]) }
  }
}

const subAfter = (f: Fields): SubAfterRecord => {
  needs(f, 5)
  const code = textOf(f[6])
  // The access channel CLOUD says neither when nor by whom.
  const timestamp = textOf(f[7])
  return {
    ...{ type: 'SubAfter', requestId: textOf(f[1]), msgId: textOf(f[2]) },
    ...{ costTime: numberOf(f[3]), success: booleanOf(f[4]), keys: textOf(f[5]) },
    consumeReturnType: code === '' ? undefined : consumeReturnTypes[numberOf(code)],
    timestamp: timestamp === '' ? 0 : numberOf(timestamp),
    group: textOf(f[8])
  }
}

const endTransaction = (f: Fields): EndTransactionRecord => {
  needs(f, 13)
  return {
    ...{ type: 'EndTransaction', ...headOf(f), topic: textOf(f[4]), msgId: textOf(f[5]) },
    ...{ tags: textOf(f[6]), keys: textOf(f[7]), storeHost: textOf(f[8]) },
    msgType: messageTypeOf(f[9]),
    transactionId: textOf(f[10]),
    state: stateOf(f[11]),
    fromTransactionCheck: booleanOf(f[12])
  }
}

const recall = (f: Fields): RecallRecord => {
  needs(f, 7)
  return {
    ...{ type: 'Recall', ...headOf(f), topic: textOf(f[4]), msgId: textOf(f[5]) },
    success: booleanOf(f[6])
  }
}

const readers = new Map<string, (fields: Fields) => TraceRecord>([
  ['Pub', pub],
  ['SubBefore', subBefore],
  ['SubAfter', subAfter],
  ['EndTransaction', endTransaction],
  ['Recall', recall]
])

/** Never throws: what cannot be read is counted. */
export const decodeTraceRecords = (body: Buffer): DecodedTrace => {
  const text = body.toString('utf8', 0, MAX_TRACE_BODY_BYTES)
  const parts = text.split(FIELD_SPLITOR).filter((part) => part.trim() !== '')
  const records: TraceRecord[] = []
  for (const part of parts.slice(0, MAX_TRACE_RECORDS)) {
    const fields = part.split(CONTENT_SPLITOR)
    try {
      const record = readers.get(fields[0]!)?.(fields)
      if (record) records.push(record)
    } catch (error) {
      // Anybody may send anything to the trace topic: one record that is none spoils no other.
      if (!(error instanceof RangeError)) throw error
    }
  }
  return { records, skipped: parts.length - records.length }
}
