/** From a form to the message number `index` of it: what the window previews is what the engine sends. */
import { filledIn, type ComposeForm } from './composeForm'
import { expand, randomOf } from './variables'

/** A row of a file: what it says takes the place of the form's own. */
export interface FeedRow {
  body?: string | undefined
  tags?: string | undefined
  keys?: string | undefined
  messageGroup?: string | undefined
  properties?: [string, string][] | undefined
}

export interface ExpandedMessage {
  tags: string
  keys: string
  messageGroup: string
  properties: [string, string][]
  body: string
}

/** @param index from 0. @param now message time, ms. */
export const expandForm = (
  form: ComposeForm,
  {
    seed,
    index,
    now,
    row = {}
  }: { seed: number; index: number; now: number; row?: FeedRow | undefined }
): ExpandedMessage => {
  const at = { now, seq: index + 1, random: randomOf(seed, index) }
  const filled = (text: string): string => (form.expand ? expand(text, at) : text)
  const properties = new Map(filledIn(form).map(({ name, value }) => [name, filled(value)]))
  for (const [name, value] of row.properties ?? []) if (value !== '') properties.set(name, value)
  const isText = form.bodyEncoding === 'text'
  return {
    tags: row.tags ?? filled(form.tags).trim(),
    keys: row.keys ?? filled(form.keys).trim(),
    messageGroup: row.messageGroup ?? filled(form.messageGroup).trim(),
    properties: [...properties],
    // Rows are sent as they are.
    body: row.body ?? (isText ? filled(form.body) : form.body)
  }
}
