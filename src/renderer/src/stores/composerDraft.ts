/** The composer's form, and what the engine is sent of it. Pure. */
import type { MessageDraftInput } from '../../../shared/drafts'
import { systemPropertyNames } from '../../../shared/systemProperties'
import type { MessageDetail } from '../../../shared/views'
import { bytesOfBase64, draftBodySize, utf8OfBytes, type BodyEncoding } from '../format/bodies'
import { prettyJson } from '../format/json'
import { queueOfKey } from '../format/queues'

export interface ComposerForm {
  topic: string
  /** `broker-a:3`, or empty for "in turn". */
  queue: string
  tags: string
  keys: string
  properties: { name: string; value: string }[]
  body: string
  bodyEncoding: BodyEncoding
}

export const emptyForm = (): ComposerForm => ({
  topic: '',
  queue: '',
  tags: '',
  keys: '',
  properties: [],
  body: '',
  bodyEncoding: 'text'
})

export type FormProblem =
  | 'messages.topicMissing'
  | 'messages.propertyIncomplete'
  | 'messages.bodyEmpty'
  | 'messages.bodyInvalid'

const filledIn = ({ properties }: ComposerForm) =>
  properties.filter(({ name, value }) => name !== '' || value !== '')

export const formProblem = (form: ComposerForm): FormProblem | undefined => {
  if (form.topic.trim() === '') return 'messages.topicMissing'
  if (filledIn(form).some(({ name, value }) => name === '' || value === '')) {
    return 'messages.propertyIncomplete'
  }
  const size = draftBodySize(form.body, form.bodyEncoding)
  if (size === undefined) return 'messages.bodyInvalid'
  return size === 0 ? 'messages.bodyEmpty' : undefined
}

export const draftOf = (form: ComposerForm): MessageDraftInput => {
  const { topic, queue, tags, keys, body, bodyEncoding } = form
  return {
    topic: topic.trim(),
    ...queueOfKey(queue),
    tags: tags.trim(),
    keys: keys.trim(),
    properties: filledIn(form).map(({ name, value }) => [name, value]),
    body: bodyEncoding === 'text' ? body : body.replace(/\s+/g, ''),
    bodyEncoding
  }
}

/** A stored message as a form, to be changed and sent again. */
export const formOfMessage = (message: MessageDetail): ComposerForm => {
  const text = utf8OfBytes(bytesOfBase64(message.bodyBase64))
  return {
    ...emptyForm(),
    topic: message.topic,
    tags: message.tags,
    keys: message.keys,
    properties: message.properties
      .filter(([name]) => !systemPropertyNames.has(name))
      .map(([name, value]) => ({ name, value })),
    body: text ?? message.bodyBase64,
    bodyEncoding: text === undefined ? 'base64' : 'text'
  }
}

export type JsonCheck = { ok: true; formatted: string } | { ok: false; reason: string }

export const checkJson = (body: string): JsonCheck => {
  try {
    return { ok: true, formatted: prettyJson(body) }
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) }
  }
}
