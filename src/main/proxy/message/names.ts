/** Topic and group names as the proxy takes them. Java: GrpcValidator. */
import { GROUP_MAX_LENGTH, NAME_PATTERN, TOPIC_MAX_LENGTH } from '../../../shared/names'
import { isSystemGroup, isSystemTopic } from '../../protocol/topicNames'
import { Code, StatusError } from '../v2/code'
import type { Maybe, Resource } from '../v2/messages'

interface Rule {
  readonly code: Code
  /** As its name is spoken of. */
  readonly kind: string
  readonly what: string
  readonly maxLength: number
  readonly isSystem: (name: string) => boolean
}

const nameBy =
  ({ code, kind, what, maxLength, isSystem }: Rule) =>
  (resource: Maybe<Resource>): string => {
    const name = resource?.name ?? ''
    const wrong = (why: string): StatusError => new StatusError(code, why)
    if (name.trim() === '') throw wrong(`the ${what} has no name`)
    if (name.length > maxLength)
      throw wrong(`a ${kind}'s name has at most ${maxLength} characters, this one has ${name.length}`) // prettier-ignore
    if (!NAME_PATTERN.test(name))
      throw wrong(`${kind} ${name}: only letters, digits and % | _ - are taken`)
    if (isSystem(name)) throw wrong(`${kind} ${name} is the system's own`)
    return name
  }

/** @throws StatusError ILLEGAL_TOPIC. */
export const topicOf = nameBy({
  ...{ code: Code.ILLEGAL_TOPIC, kind: 'topic', what: 'topic' },
  ...{ maxLength: TOPIC_MAX_LENGTH, isSystem: isSystemTopic }
})

/** @throws StatusError ILLEGAL_CONSUMER_GROUP. */
export const groupOf = nameBy({
  ...{ code: Code.ILLEGAL_CONSUMER_GROUP, kind: 'group', what: 'consumer group' },
  ...{ maxLength: GROUP_MAX_LENGTH, isSystem: isSystemGroup }
})
