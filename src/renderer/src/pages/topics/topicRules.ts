/** What the topic form and table know about topics. Pure. */
import type { TopicDraftInput } from '../../../../shared/drafts'
import { TOPIC_MAX_LENGTH } from '../../../../shared/names'
import { topicMessageTypes, type TopicMessageType } from '../../../../shared/topicLimits'
import type { TopicKind, TopicView } from '../../../../shared/views'
import { nameProblem, type NameProblem } from '../../format/names'

export const topicKinds: readonly TopicKind[] = ['NORMAL', 'RETRY', 'DLQ', 'SYSTEM']

const PERM_READ = 4
const PERM_WRITE = 2

export const canRead = (perm: number): boolean => (perm & PERM_READ) !== 0
export const canWrite = (perm: number): boolean => (perm & PERM_WRITE) !== 0

export interface TopicForm {
  topic: string
  readQueueNums: number | null
  writeQueueNums: number | null
  read: boolean
  write: boolean
  brokerNames: string[]
  messageType: TopicMessageType
  order: boolean
}

/** RocketMQ's own default of a topic created through its admin tools. */
const DEFAULT_QUEUE_NUMS = 8

export const newTopicForm = (topic: string): TopicForm => ({
  topic,
  readQueueNums: DEFAULT_QUEUE_NUMS,
  writeQueueNums: DEFAULT_QUEUE_NUMS,
  read: true,
  write: true,
  brokerNames: [],
  messageType: 'UNSPECIFIED',
  order: false
})

/** Queue numbers are per broker; the first broker's stand for all. */
export const topicFormOf = ({
  topic,
  perm,
  brokers,
  messageType,
  order
}: TopicView): TopicForm => ({
  topic,
  readQueueNums: brokers[0]?.readQueueNums ?? DEFAULT_QUEUE_NUMS,
  writeQueueNums: brokers[0]?.writeQueueNums ?? DEFAULT_QUEUE_NUMS,
  read: canRead(perm),
  write: canWrite(perm),
  brokerNames: brokers.map(({ brokerName }) => brokerName),
  messageType: topicMessageTypes.find((type) => type === messageType) ?? 'UNSPECIFIED',
  order
})

/** The same settings for a topic of another name. */
export const cloneFormOf = (topic: TopicView): TopicForm => ({ ...topicFormOf(topic), topic: '' })

export interface BulkNames {
  names: string[]
  /** Lines that are no names. */
  illegal: string[]
}

/** `Orders-{1..12}` stands for twelve names; more of them than this are not made. */
const PATTERN = /^(.*)\{(\d{1,6})\.\.(\d{1,6})\}(.*)$/

const expanded = (line: string, limit: number): string[] => {
  const [, before = '', from = '', to = '', after = ''] = PATTERN.exec(line) ?? []
  if (!PATTERN.test(line)) return [line]
  const count = Math.min(Math.max(0, Number(to) - Number(from) + 1), limit + 1)
  return Array.from({ length: count }, (_, i) => {
    const number = String(Number(from) + i)
    return `${before}${from.startsWith('0') ? number.padStart(from.length, '0') : number}${after}`
  })
}

/** One name or pattern a line, each name once; one more than `limit` at most, so that too many can be told. */
export const bulkNamesOf = (text: string, limit: number): BulkNames => {
  const lines = text.split(/[\s,;]+/).filter((line) => line !== '')
  const all = [...new Set(lines.flatMap((line) => expanded(line, limit)))]
  return {
    names: all.filter((name) => !topicNameProblem(name)).slice(0, limit + 1),
    illegal: all.filter((name) => topicNameProblem(name))
  }
}

export const topicNameProblem = (name: string): NameProblem | undefined =>
  nameProblem(name, TOPIC_MAX_LENGTH)

/** Undefined while the form is not complete. */
export const topicDraftOf = (form: TopicForm): TopicDraftInput | undefined => {
  const { topic, readQueueNums, writeQueueNums, read, write, brokerNames } = form
  const { messageType, order } = form
  if (topicNameProblem(topic) || readQueueNums === null || writeQueueNums === null) return undefined
  if (!read && !write) return undefined
  const perm = read && write ? 6 : read ? 4 : 2
  const queues = { readQueueNums, writeQueueNums, perm } as const
  return { topic, ...queues, brokerNames: [...brokerNames], messageType, order }
}
