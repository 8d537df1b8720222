/** Every verb there is. */
import { UsageError, type Verb } from './verb'
import { brokerVerbs } from './verbs/broker'
import { connectionVerbs } from './verbs/connection'
import { groupVerbs } from './verbs/group'
import { messageVerbs } from './verbs/message'
import { namesrvVerbs } from './verbs/namesrv'
import { offsetVerbs } from './verbs/offset'
import { printVerbs } from './verbs/print'
import { topicVerbs } from './verbs/topic'

export const verbs: readonly Verb[] = [
  ...topicVerbs,
  ...brokerVerbs,
  ...connectionVerbs,
  ...groupVerbs,
  ...offsetVerbs,
  ...messageVerbs,
  ...printVerbs,
  ...namesrvVerbs
]

/** As mqadmin, whatever the case. @throws UsageError. */
export const findVerb = (word: string): Verb => {
  const found = verbs.find(({ name }) => name.toLowerCase() === word.toLowerCase())
  if (found) return found
  const near = verbs.find(({ name }) =>
    name.toLowerCase().startsWith(word.toLowerCase().slice(0, 6))
  )
  throw new UsageError(
    `there is no verb ${word}${near ? `; did you mean ${near.name}?` : ''} (gantry help lists them)`
  )
}
