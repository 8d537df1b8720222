/** Which keys a message is found by. Java: IndexService.buildIndex. */
import { getProperty, MessageConst } from '../protocol/message/properties'
import { MessageSysFlag, transactionType } from '../protocol/message/sysFlag'
import { javaHashCode, javaHashCodeBehind } from '../protocol/message/tagsCode'

const KEY_SEPARATOR = ' '

/** Java: IndexFile.indexKeyHashMethod of topic#key. */
export const indexKeyHash = (topic: string, key: string): number => {
  const hash = Math.abs(javaHashCodeBehind(javaHashCodeBehind(javaHashCode(topic), '#'), key))
  return hash > 0x7fffffff ? 0 : hash
}

/** UNIQ_KEY and every word of KEYS. */
export const messageKeys = (properties: string): string[] => {
  const keys: string[] = []
  const uniqKey = getProperty(properties, MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX)
  if (uniqKey !== undefined && uniqKey !== '') keys.push(uniqKey)
  const words = getProperty(properties, MessageConst.PROPERTY_KEYS)
  if (words === undefined || words === '') return keys
  if (!words.includes(KEY_SEPARATOR)) keys.push(words)
  else for (const word of words.split(KEY_SEPARATOR)) if (word !== '') keys.push(word)
  return keys
}

/** Messages that were rolled back are not found by key. */
export const isIndexed = (sysFlag: number): boolean =>
  transactionType(sysFlag) !== MessageSysFlag.TRANSACTION_ROLLBACK_TYPE
