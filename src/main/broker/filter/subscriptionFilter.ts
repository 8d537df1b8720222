/** Which messages a subscription selects: by their tags on the consume queue, or by SQL92 on the message. Java: ConsumerFilterManager. */
import {
  EXPRESSION_SQL92,
  isTagType,
  SUB_ALL,
  tagsOf,
  type SubscriptionData
} from '../../protocol/bodies/heartbeat'
import { javaHashCode } from '../../protocol/message/tagsCode'
import { SqlSyntaxError } from './sqlExpression'
import { compileSqlFilter, type SqlFilter } from './sqlFilter'

/** Judges a consume queue entry; undefined lets every message pass. */
export type TagsCodeMatcher = ((tagsCode: number) => boolean) | undefined

/** Judges a whole stored message; undefined lets every message pass. */
export type MessageMatcher = ((message: Buffer) => boolean) | undefined

export interface SubscriptionFilter {
  readonly matches: TagsCodeMatcher
  readonly matchesMessage: MessageMatcher
  /** Why its expression cannot be used, with the position; then nothing may be pulled by it. */
  readonly problem?: string
}

/** Java: DefaultMessageFilter.isMatchedByConsumeQueue. A client that left the hash codes out means its expression. */
export const tagsCodeMatcher = ({
  subString,
  codeSet
}: Pick<SubscriptionData, 'subString' | 'codeSet'>): TagsCodeMatcher => {
  if (subString === SUB_ALL) return undefined
  const codes = codeSet.length > 0 ? codeSet : tagsOf(subString).map(javaHashCode)
  const [only] = codes
  if (codes.length <= 1) return only === undefined ? undefined : (tagsCode) => tagsCode === only
  const set = new Set(codes)
  return (tagsCode) => set.has(tagsCode)
}

/** Compiled expressions kept for pulls that bring theirs along each time; then the oldest go. Java: PARSE_CACHE, of 100. */
export const MAX_CACHED_FILTERS = 128

/** Compiles expressions, the same one seldom twice. */
export class FilterFactory {
  private readonly cache = new Map<string, SqlFilter>()

  create(
    data: Pick<SubscriptionData, 'subString' | 'codeSet' | 'expressionType'>
  ): SubscriptionFilter {
    // prettier-ignore
    const { subString, expressionType } = data
    if (isTagType(expressionType))
      return { matches: tagsCodeMatcher(data), matchesMessage: undefined }
    const all = { matches: undefined, matchesMessage: undefined }
    if (expressionType !== EXPRESSION_SQL92)
      return { ...all, problem: `expression type ${expressionType} is not known: use TAG or SQL92` }
    try {
      return { ...all, matchesMessage: this.compile(subString).matches }
    } catch (error) {
      if (error instanceof SqlSyntaxError) return { ...all, problem: error.message }
      throw error
    }
  }

  private compile(expression: string): SqlFilter {
    const filter = this.cache.get(expression) ?? compileSqlFilter(expression)
    this.cache.delete(expression)
    this.cache.set(expression, filter)
    const [oldest] = this.cache.keys()
    if (this.cache.size > MAX_CACHED_FILTERS && oldest !== undefined) this.cache.delete(oldest)
    return filter
  }
}
