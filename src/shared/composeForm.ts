/** The composer's form, what is wrong with it, and what is sent of it. Pure, without zod: the window carries it too. */
import { MAX_BATCH, MAX_VARIABLES } from './composeLimits'
import { systemPropertyNames } from './systemProperties'
import { countVariables } from './variables'

export const messageKinds = [
  'normal',
  'fifo',
  'delay',
  'timed',
  'transaction',
  'request',
  'batch'
] as const
export type MessageKind = (typeof messageKinds)[number]

export const sendModes = ['sync', 'async', 'oneway'] as const
export type SendMode = (typeof sendModes)[number]

export type TransactionEnd = 'commit' | 'rollback' | 'unknown'
export type BodyEncoding = 'text' | 'base64' | 'hex'

/** What a topic takes (message.type); UNSPECIFIED: it does not say, or its broker cannot. */
export type TopicType = 'UNSPECIFIED' | 'NORMAL' | 'FIFO' | 'DELAY' | 'TRANSACTION' | 'MIXED'

/** By hash of the message group, or of the first key. */
export const QUEUE_BY_HASH = 'hash'

export interface ComposeForm {
  topic: string
  /** `broker-a:3`, `hash`, or empty for "in turn". */
  queue: string
  tags: string
  /** Separated by blanks. */
  keys: string
  properties: { name: string; value: string }[]
  body: string
  bodyEncoding: BodyEncoding
  /** Variables are replaced. */
  expand: boolean
  kind: MessageKind
  mode: SendMode
  messageGroup: string
  /** 1 to 18. */
  delayLevel: number
  /** `in` so many ms, or `at` a time in ms since the epoch. */
  due: 'in' | 'at'
  dueInMs: number
  dueAt: number
  end: TransactionEnd
  replyTimeoutMs: number
  batchCount: number
  /** Although the topic says that it takes another type. */
  anyType: boolean
}

export const emptyForm = (): ComposeForm => ({
  topic: '',
  queue: '',
  tags: '',
  keys: '',
  properties: [],
  body: '',
  bodyEncoding: 'text',
  expand: true,
  kind: 'normal',
  mode: 'sync',
  messageGroup: '',
  delayLevel: 3,
  due: 'in',
  dueInMs: 60_000,
  dueAt: 0,
  end: 'commit',
  replyTimeoutMs: 3000,
  batchCount: 10,
  anyType: false
})

/** One-way and async are ways of sending a message that nothing else is waited for with. */
export const hasMode = (kind: MessageKind): boolean =>
  kind === 'normal' || kind === 'fifo' || kind === 'delay' || kind === 'timed'

/** Can it be repeated? Replies and transactions are watched one by one. */
export const isRepeatable = (kind: MessageKind): boolean =>
  kind !== 'transaction' && kind !== 'request'

const typeOf: Record<MessageKind, Exclude<TopicType, 'UNSPECIFIED' | 'MIXED'>> = {
  normal: 'NORMAL',
  fifo: 'FIFO',
  delay: 'DELAY',
  timed: 'DELAY',
  transaction: 'TRANSACTION',
  request: 'NORMAL',
  batch: 'NORMAL'
}

/** Does a topic take messages of the kind? Java: TopicMessageType. */
export const isFitting = (kind: MessageKind, type: TopicType): boolean =>
  type === 'UNSPECIFIED' || type === 'MIXED' || type === typeOf[kind]

/** The kind a topic of a type wants. */
export const kindFor = (type: TopicType): MessageKind => {
  switch (type) {
    case 'FIFO':
      return 'fifo'
    case 'DELAY':
      return 'timed'
    case 'TRANSACTION':
      return 'transaction'
    default:
      return 'normal'
  }
}

/** Bytes a draft body stands for; undefined where it is not of its encoding. */
export const draftBodySize = (body: string, encoding: BodyEncoding): number | undefined => {
  if (encoding === 'text') return new TextEncoder().encode(body).length
  const packed = body.replace(/\s+/g, '')
  if (encoding === 'hex') return /^([0-9a-fA-F]{2})*$/.test(packed) ? packed.length / 2 : undefined
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) return undefined
  const padding = packed.endsWith('==') ? 2 : packed.endsWith('=') ? 1 : 0
  return (packed.length / 4) * 3 - padding
}

export const filledIn = ({ properties }: Pick<ComposeForm, 'properties'>) =>
  properties.filter(({ name, value }) => name !== '' || value !== '')

/** What would keep it from being sent; the name of a text. */
export const formProblems = [
  'topicMissing',
  'propertyIncomplete',
  'propertyReserved',
  'propertyTwice',
  'propertySeparator',
  'bodyInvalid',
  'bodyEmpty',
  'groupMissing',
  'hashWithoutKey',
  'dueMissing',
  'tooManyVariables',
  'batchCount'
] as const
export type FormProblem = (typeof formProblems)[number]

const SEPARATORS = ['\u0001', '\u0002']

const propertyProblem = (form: ComposeForm): FormProblem | undefined => {
  const rows = filledIn(form)
  if (rows.some(({ name, value }) => name === '' || value === '')) return 'propertyIncomplete'
  if (rows.some(({ name }) => systemPropertyNames.has(name.trim()))) return 'propertyReserved'
  if (new Set(rows.map(({ name }) => name)).size < rows.length) return 'propertyTwice'
  const texts = rows.flatMap(({ name, value }) => [name, value])
  return texts.some((text) => SEPARATORS.some((character) => text.includes(character)))
    ? 'propertySeparator'
    : undefined
}

const kindProblem = (form: ComposeForm): FormProblem | undefined => {
  if (form.kind === 'fifo' && form.messageGroup.trim() === '') return 'groupMissing'
  if (form.queue === QUEUE_BY_HASH && form.kind !== 'fifo' && form.keys.trim() === '')
    return 'hashWithoutKey'
  if (form.kind === 'timed' && form.due === 'at' && form.dueAt <= 0) return 'dueMissing'
  const { batchCount } = form
  const isCount = Number.isInteger(batchCount) && batchCount >= 1 && batchCount <= MAX_BATCH
  return form.kind === 'batch' && !isCount ? 'batchCount' : undefined
}

export const formProblem = (form: ComposeForm): FormProblem | undefined => {
  if (form.topic.trim() === '') return 'topicMissing'
  const problem = propertyProblem(form) ?? kindProblem(form)
  if (problem) return problem
  if (form.expand && form.bodyEncoding === 'text' && countVariables(form.body) > MAX_VARIABLES)
    return 'tooManyVariables'
  const size = draftBodySize(form.body, form.bodyEncoding)
  if (size === undefined) return 'bodyInvalid'
  return size === 0 ? 'bodyEmpty' : undefined
}
