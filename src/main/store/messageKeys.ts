/** Which keys a message is found by. Java: IndexService.buildIndex. */
import { getProperty, MessageConst } from '../protocol/message/properties'
import { MessageSysFlag, transactionType } from '../protocol/message/sysFlag'
import { javaHashCode, javaHashCodeBehind } from '../protocol/message/tagsCode'

const KEY_SEPARATOR = ' '

/** Java: IndexFile.indexKeyHashMethod of topic#key. */
export const indexKeyHash = (topic: string, key: string): number =>
  toIndexHash(javaHashCodeBehind(javaHashCodeBehind(javaHashCode(topic), '#'), key))

const toIndexHash = (hash: number): number => (hash === -0x80000000 ? 0 : Math.abs(hash))

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

const SEPARATOR_CODE = KEY_SEPARATOR.charCodeAt(0)
const UNIQ_KEY = `${MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX}\u0001`
const KEYS = `${MessageConst.PROPERTY_KEYS}\u0001`
const UNIQ_KEY_CODE = UNIQ_KEY.charCodeAt(0)
const KEYS_CODE = KEYS.charCodeAt(0)

/** The hashes of a message's keys, as `indexKeyHash` of each of `messageKeys`, without cutting them out: for each put. */
export class KeyHasher {
  private topic = ''
  private topicHash = javaHashCode('#')
  private readonly hashes: number[] = []

  /** Valid until the next call. */
  hashesOf(topic: string, properties: string): readonly number[] {
    if (topic !== this.topic) {
      this.topic = topic
      this.topicHash = javaHashCodeBehind(javaHashCode(topic), '#')
    }
    this.hashes.length = 0
    let isUniqKeyFound = false
    let areKeysFound = false
    let at = 0
    while (at < properties.length && !(isUniqKeyFound && areKeysFound)) {
      let end = properties.indexOf('\u0002', at)
      if (end < 0) end = properties.length
      const first = properties.charCodeAt(at)
      if (first === UNIQ_KEY_CODE && !isUniqKeyFound && properties.startsWith(UNIQ_KEY, at)) {
        isUniqKeyFound = true
        this.take(properties, at + UNIQ_KEY.length, end, -1)
      } else if (first === KEYS_CODE && !areKeysFound && properties.startsWith(KEYS, at)) {
        areKeysFound = true
        this.take(properties, at + KEYS.length, end, SEPARATOR_CODE)
      }
      at = end + 1
    }
    return this.hashes
  }

  private take(text: string, from: number, end: number, separator: number): void {
    let hash = this.topicHash
    let begin = from
    for (let i = from; i < end; i++) {
      const code = text.charCodeAt(i)
      if (code !== separator) hash = (Math.imul(hash, 31) + code) | 0
      else {
        if (i > begin) this.hashes.push(toIndexHash(hash))
        hash = this.topicHash
        begin = i + 1
      }
    }
    if (end > begin) this.hashes.push(toIndexHash(hash))
  }
}
