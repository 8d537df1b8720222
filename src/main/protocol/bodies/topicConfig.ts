/** Java: TopicConfig, TopicConfigSerializeWrapper, RegisterBrokerBody. */
import { inflateSync } from 'node:zlib'
import { readDataVersion, type DataVersion } from './dataVersion'
import { asObject, booleanOf, numberOf, objectsOf, textOf, type Json } from './read'
import { parseJson } from './rocketmqJson'

export interface TopicConfig {
  topicName: string
  readQueueNums: number
  writeQueueNums: number
  /** PermName bits. */
  perm: number
  topicFilterType: 'SINGLE_TAG' | 'MULTI_TAG'
  topicSysFlag: number
  order: boolean
  attributes: Record<string, string>
}

export const readTopicConfig = (value: Json, topicName = textOf(value.topicName)): TopicConfig => ({
  topicName,
  readQueueNums: numberOf(value.readQueueNums, 16),
  writeQueueNums: numberOf(value.writeQueueNums, 16),
  perm: numberOf(value.perm, 6),
  topicFilterType: value.topicFilterType === 'MULTI_TAG' ? 'MULTI_TAG' : 'SINGLE_TAG',
  topicSysFlag: numberOf(value.topicSysFlag, 0),
  order: booleanOf(value.order, false),
  attributes: Object.fromEntries(
    Object.entries(asObject(value.attributes) ?? {}).map(([k, v]) => [k, textOf(v)])
  )
})

export interface TopicConfigSerializeWrapper {
  dataVersion: DataVersion
  topicConfigTable: Map<string, TopicConfig>
}

/** JSON's view of the wrapper; topics become own keys whatever their name is. */
export const topicConfigWrapperJson = ({
  dataVersion,
  topicConfigTable
}: TopicConfigSerializeWrapper): Json => {
  const table = Object.create(null) as Record<string, TopicConfig>
  for (const [topic, config] of topicConfigTable) table[topic] = config
  return { dataVersion, topicConfigTable: table }
}

export const readTopicConfigWrapper = (value: unknown): TopicConfigSerializeWrapper => {
  const object = asObject(value) ?? {}
  const table = new Map<string, TopicConfig>()
  for (const [topic, config] of Object.entries(asObject(object.topicConfigTable) ?? {})) {
    const fields = asObject(config)
    if (fields) table.set(topic, readTopicConfig(fields, topic))
  }
  return { dataVersion: readDataVersion(object.dataVersion), topicConfigTable: table }
}

/** Largest inflated registration that is read: 64 MiB, some 400,000 topics. */
const MAX_INFLATED_BYTES = 64 * 1024 * 1024

/** The compressed form: zlib over lengths and texts. @throws RangeError or zlib's error. */
const readCompressed = (body: Buffer): TopicConfigSerializeWrapper => {
  const bytes = inflateSync(body, { maxOutputLength: MAX_INFLATED_BYTES })
  let at = 0
  const text = (): string => {
    const length = bytes.readInt32BE(at)
    if (length < 0 || at + 4 + length > bytes.length)
      throw new RangeError('compressed registration is torn')
    at += 4 + length
    return bytes.toString('utf8', at - length, at)
  }
  const dataVersion = readDataVersion(parseJson(text()))
  const count = bytes.readInt32BE(at)
  at += 4
  const topicConfigTable = new Map<string, TopicConfig>()
  for (let i = 0; i < count; i++) {
    const [topicName = '', read, write, perm, filterType, ...attributes] = text().split(' ')
    const extra = attributes.length > 0 ? asObject(parseJson(attributes.join(' '))) : undefined
    topicConfigTable.set(
      topicName,
      readTopicConfig(
        {
          readQueueNums: read,
          writeQueueNums: write,
          perm,
          topicFilterType: filterType,
          attributes: extra ?? {}
        },
        topicName
      )
    )
  }
  return { dataVersion, topicConfigTable }
}

/** REGISTER_BROKER (103); a missing body means no topics at version 0. @throws RangeError when unreadable. */
export const readRegisterBrokerBody = (
  body: Buffer,
  compressed: boolean
): TopicConfigSerializeWrapper => {
  if (body.length === 0) return readTopicConfigWrapper({})
  if (compressed) return readCompressed(body)
  return readTopicConfigWrapper(
    asObject(parseJson(body.toString('utf8')))?.topicConfigSerializeWrapper
  )
}

/** Java: TopicList … of UPDATE_AND_CREATE_TOPIC_LIST (18): CreateTopicListRequestBody. */
export const readTopicConfigList = (body: Json): TopicConfig[] =>
  objectsOf(body.topicConfigList).map((config) => readTopicConfig(config))
