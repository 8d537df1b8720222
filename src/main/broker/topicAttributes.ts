/** Attributes of a topic and how requests change them: `+key=value,-key`. Java: TopicAttributes, AttributeParser, AttributeUtil. */
import { ResponseCode } from '../protocol/codes/responseCode'
import { RemotingError } from '../protocol/remotingCommand'

interface Attribute {
  /** Undefined where the text is a value of it. */
  problem(value: string): string | undefined
  /** Only at creation. */
  fixed: boolean
}

const oneOf =
  (...values: string[]) =>
  (value: string): string | undefined =>
    values.includes(value) ? undefined : `must be one of ${values.join(', ')}`

/** BatchCQ and COMPACTION are RocketMQ's too, but this broker would not behave accordingly. */
const attributes: Readonly<Record<string, Attribute>> = {
  'queue.type': { fixed: true, problem: oneOf('SimpleCQ') },
  'cleanup.policy': { fixed: true, problem: oneOf('DELETE') },
  'message.type': {
    fixed: false,
    problem: oneOf('UNSPECIFIED', 'NORMAL', 'FIFO', 'DELAY', 'TRANSACTION', 'MIXED')
  },
  'reserve.time': {
    fixed: false,
    problem: (value) => (/^(-1|\d{1,15})$/.test(value) ? undefined : 'must be a time or -1')
  }
}

const refuse = (remark: string): never => {
  throw new RemotingError(ResponseCode.SYSTEM_ERROR, remark)
}

/** Key with its sign, to value. @throws RemotingError SYSTEM_ERROR. */
export const parseAttributes = (text: string): Map<string, string> => {
  const changes = new Map<string, string>()
  for (const part of text.split(',').map((p) => p.trim())) {
    if (part === '') continue
    const add = /^(\+[^+=\s]+)=(\S+)$/.exec(part)
    const remove = /^-[^-=\s][^=\s]*$/.exec(part)
    if (!add && !remove) refuse(`the attribute "${part}" is neither +key=value nor -key`)
    const key = add ? add[1]! : part
    if (changes.has(key)) refuse(`the attribute ${key} is given twice`)
    changes.set(key, add ? add[2]! : '')
  }
  return changes
}

/** What a topic has after the changes. @throws RemotingError SYSTEM_ERROR. */
export const alterAttributes = (
  current: Readonly<Record<string, string>> | undefined,
  changes: ReadonlyMap<string, string>
): Record<string, string> => {
  const altered = new Map(Object.entries(current ?? {}))
  for (const [signed, value] of changes) {
    const key = signed.slice(1)
    const attribute = Object.hasOwn(attributes, key) ? attributes[key] : undefined
    if (!attribute) return refuse(`the attribute ${key} is not known; known are ${Object.keys(attributes).join(', ')}`) // prettier-ignore
    if (current && attribute.fixed) return refuse(`the attribute ${key} cannot change after the topic was created`) // prettier-ignore
    if (signed.startsWith('-')) {
      if (!current) return refuse(`-${key}: a topic that is created has no attribute to remove`)
      altered.delete(key)
      continue
    }
    const problem = attribute.problem(value)
    if (problem !== undefined) return refuse(`${key}=${value}: ${problem} here`)
    altered.set(key, value)
  }
  return Object.fromEntries(altered)
}
