/** The properties string: name 0x01 value 0x02, repeated. Java: MessageDecoder, MessageConst. */

const NAME_VALUE_SEPARATOR = '\u0001'
const PROPERTY_SEPARATOR = '\u0002'

/** Longest properties string in bytes (it is stored behind a short). */
export const MAX_PROPERTIES_BYTES = 32_767

export const MessageConst = {
  PROPERTY_TAGS: 'TAGS',
  PROPERTY_KEYS: 'KEYS',
  PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX: 'UNIQ_KEY',
  PROPERTY_WAIT_STORE_MSG_OK: 'WAIT',
  PROPERTY_DELAY_TIME_LEVEL: 'DELAY',
  PROPERTY_RETRY_TOPIC: 'RETRY_TOPIC',
  PROPERTY_ORIGIN_MESSAGE_ID: 'ORIGIN_MESSAGE_ID',
  PROPERTY_REAL_TOPIC: 'REAL_TOPIC',
  PROPERTY_REAL_QUEUE_ID: 'REAL_QID',
  PROPERTY_TRANSACTION_PREPARED: 'TRAN_MSG',
  PROPERTY_PRODUCER_GROUP: 'PGROUP',
  PROPERTY_TRANSACTION_ID: '__transactionId__',
  PROPERTY_TRANSACTION_CHECK_TIMES: 'TRANSACTION_CHECK_TIMES',
  PROPERTY_TRANSACTION_PREPARED_QUEUE_OFFSET: 'TRAN_PREPARED_QUEUE_OFFSET',
  PROPERTY_CHECK_IMMUNITY_TIME_IN_SECONDS: 'CHECK_IMMUNITY_TIME_IN_SECONDS',
  PROPERTY_CLUSTER: 'CLUSTER',
  PROPERTY_MSG_REGION: 'MSG_REGION',
  PROPERTY_TRACE_SWITCH: 'TRACE_ON',
  PROPERTY_TIMER_DELAY_SEC: 'TIMER_DELAY_SEC',
  PROPERTY_TIMER_DELAY_MS: 'TIMER_DELAY_MS',
  PROPERTY_TIMER_DELIVER_MS: 'TIMER_DELIVER_MS',
  PROPERTY_TIMER_OUT_MS: 'TIMER_OUT_MS',
  PROPERTY_TIMER_ENQUEUE_MS: 'TIMER_ENQUEUE_MS',
  PROPERTY_TIMER_DEQUEUE_MS: 'TIMER_DEQUEUE_MS',
  PROPERTY_TIMER_ROLL_TIMES: 'TIMER_ROLL_TIMES',
  PROPERTY_TIMER_DEL_UNIQKEY: 'TIMER_DEL_UNIQKEY',
  PROPERTY_BORN_TIMESTAMP: 'BORN_TIMESTAMP',
  PROPERTY_RECONSUME_TIME: 'RECONSUME_TIME',
  PROPERTY_MAX_RECONSUME_TIMES: 'MAX_RECONSUME_TIMES',
  PROPERTY_POP_CK: 'POP_CK',
  PROPERTY_FIRST_POP_TIME: '1ST_POP_TIME',
  PROPERTY_CORRELATION_ID: 'CORRELATION_ID',
  PROPERTY_MESSAGE_REPLY_TO_CLIENT: 'REPLY_TO_CLIENT',
  PROPERTY_PUSH_REPLY_TIME: 'PUSH_REPLY_TIME',
  PROPERTY_SHARDING_KEY: '__SHARDINGKEY',
  PROPERTY_TRACE_CONTEXT: 'TRACE_CONTEXT',
  PROPERTY_BORN_HOST: '__BORNHOST',
  PROPERTY_DLQ_ORIGIN_TOPIC: 'DLQ_ORIGIN_TOPIC',
  PROPERTY_DLQ_ORIGIN_MESSAGE_ID: 'DLQ_ORIGIN_MESSAGE_ID'
} as const

/** One property without reading the others; undefined when absent. */
export const getProperty = (properties: string, name: string): string | undefined => {
  let at = 0
  while (at < properties.length) {
    let end = properties.indexOf(PROPERTY_SEPARATOR, at)
    if (end < 0) end = properties.length
    const valueAt = at + name.length + 1
    if (
      valueAt <= end &&
      properties.startsWith(name, at) &&
      properties[at + name.length] === NAME_VALUE_SEPARATOR
    )
      return properties.slice(valueAt, end)
    at = end + 1
  }
  return undefined
}

/** All properties in their order; parts without a separator are skipped. */
export const parseProperties = (properties: string): [string, string][] => {
  const pairs: [string, string][] = []
  for (const part of properties.split(PROPERTY_SEPARATOR)) {
    const at = part.indexOf(NAME_VALUE_SEPARATOR)
    if (at > 0) pairs.push([part.slice(0, at), part.slice(at + 1)])
  }
  return pairs
}

/** With a separator after the last pair, as 5.x clients write it. */
export const formatProperties = (pairs: Iterable<readonly [string, string]>): string => {
  let text = ''
  for (const [name, value] of pairs)
    if (name !== '' && value !== '')
      text += name + NAME_VALUE_SEPARATOR + value + PROPERTY_SEPARATOR
  return text
}

/** Appends a property that is known to be absent; accepts both endings clients use. */
export const appendProperty = (properties: string, name: string, value: string): string => {
  const joint =
    properties === '' || properties.endsWith(PROPERTY_SEPARATOR) ? '' : PROPERTY_SEPARATOR
  return properties + joint + name + NAME_VALUE_SEPARATOR + value + PROPERTY_SEPARATOR
}

/** The same properties with some set anew, or removed where undefined; those that stay keep their order. */
export const withProperties = (
  properties: string,
  changes: Readonly<Record<string, string | undefined>>
): string => {
  const names = Object.keys(changes)
  const set = formatProperties(names.map((name) => [name, changes[name] ?? '']))
  // Most often none of them is there: then nothing need be read.
  if (!names.some((name) => properties.includes(name)))
    return properties === '' || properties.endsWith(PROPERTY_SEPARATOR)
      ? properties + set
      : properties + PROPERTY_SEPARATOR + set
  const kept = parseProperties(properties).filter(([name]) => !Object.hasOwn(changes, name))
  return formatProperties(kept) + set
}

/** Can the text be a property name or value? The two separators cannot be escaped. */
export const isPropertyText = (text: string): boolean =>
  !text.includes(NAME_VALUE_SEPARATOR) && !text.includes(PROPERTY_SEPARATOR)
