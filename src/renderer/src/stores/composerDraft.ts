/** The composer's form made of what there is: a stored message, a file. Pure. */
import { emptyForm, type ComposeForm } from '../../../shared/composeForm'
import { systemPropertyNames } from '../../../shared/systemProperties'
import type { MessageDetail } from '../../../shared/views'
import { bytesOfBase64, utf8OfBytes } from '../format/bodies'
import { prettyJson } from '../format/json'

/** What decides of which kind a stored message was. */
const SHARDING_KEY = '__SHARDINGKEY'

/** A stored message as a form, to be changed and sent again; its text is sent as it is. */
export const formOfMessage = (message: MessageDetail): ComposeForm => {
  const text = utf8OfBytes(bytesOfBase64(message.bodyBase64))
  const messageGroup = message.properties.find(([name]) => name === SHARDING_KEY)?.[1] ?? ''
  return {
    ...emptyForm(),
    ...(messageGroup !== '' && { kind: 'fifo' as const, messageGroup }),
    topic: message.topic,
    tags: message.tags,
    keys: message.keys,
    properties: message.properties
      .filter(([name]) => !systemPropertyNames.has(name) && name !== SHARDING_KEY)
      .map(([name, value]) => ({ name, value })),
    body: text ?? message.bodyBase64,
    bodyEncoding: text === undefined ? 'base64' : 'text',
    expand: false
  }
}

export const copyOfForm = (form: ComposeForm): ComposeForm => ({
  ...form,
  properties: form.properties.map((property) => ({ ...property }))
})

export type JsonCheck = { ok: true; formatted: string } | { ok: false; reason: string }

export const checkJson = (body: string): JsonCheck => {
  try {
    return { ok: true, formatted: prettyJson(body) }
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) }
  }
}
