/** What the topic form and table know about topics. Pure. */
import type { TopicDraftInput } from '../../../../shared/drafts'
import { TOPIC_MAX_LENGTH } from '../../../../shared/names'
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
}

/** RocketMQ's own default of a topic created through its admin tools. */
const DEFAULT_QUEUE_NUMS = 8

export const newTopicForm = (topic: string): TopicForm => ({
  topic,
  readQueueNums: DEFAULT_QUEUE_NUMS,
  writeQueueNums: DEFAULT_QUEUE_NUMS,
  read: true,
  write: true,
  brokerNames: []
})

/** Queue numbers are per broker; the first broker's stand for all. */
export const topicFormOf = ({ topic, perm, brokers }: TopicView): TopicForm => ({
  topic,
  readQueueNums: brokers[0]?.readQueueNums ?? DEFAULT_QUEUE_NUMS,
  writeQueueNums: brokers[0]?.writeQueueNums ?? DEFAULT_QUEUE_NUMS,
  read: canRead(perm),
  write: canWrite(perm),
  brokerNames: brokers.map(({ brokerName }) => brokerName)
})

export const topicNameProblem = (name: string): NameProblem | undefined =>
  nameProblem(name, TOPIC_MAX_LENGTH)

/** Undefined while the form is not complete. */
export const topicDraftOf = (form: TopicForm): TopicDraftInput | undefined => {
  const { topic, readQueueNums, writeQueueNums, read, write, brokerNames } = form
  if (topicNameProblem(topic) || readQueueNums === null || writeQueueNums === null) return undefined
  if (!read && !write) return undefined
  const perm = read && write ? 6 : read ? 4 : 2
  return { topic, readQueueNums, writeQueueNums, perm, brokerNames: [...brokerNames] }
}
