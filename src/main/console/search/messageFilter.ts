/** Which messages a search is after. */
import { REGEX_BUDGET_MS } from '../../../shared/messageLimits'
import type { SearchDraft } from '../../../shared/messageDrafts'
import { BoundedRegExp } from '../../base/boundedRegExp'
import type { Candidate } from './candidate'

export type Wanted = Pick<
  SearchDraft,
  'begin' | 'end' | 'tag' | 'property' | 'bodyText' | 'bodyRegex' | 'ignoreCase'
> & { key?: string | undefined }

/** `untested`: its body kept the regular expression busy for too long. */
export type Verdict = 'match' | 'none' | 'untested'

type Test = (candidate: Candidate) => boolean

export const tagsOf = (expression: string): string[] =>
  expression
    .split('||')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')

/** Undefined where every tag will do. */
export const tagExpression = (expression: string | undefined): string | undefined => {
  const tags = tagsOf(expression ?? '')
  return tags.length === 0 || tags.includes('*') ? undefined : tags.join(' || ')
}

const bodyIncludes = (words: string, ignoreCase: boolean): Test => {
  if (!ignoreCase) {
    const bytes = Buffer.from(words, 'utf8')
    return ({ body }) => body.includes(bytes)
  }
  const lower = words.toLowerCase()
  return ({ body }) => body.toString('utf8').toLowerCase().includes(lower)
}

const testsOf = (wanted: Wanted): Test[] => {
  const { begin = 0, end = Infinity, property, bodyText, ignoreCase, key } = wanted
  const tests: Test[] = [({ storeTimestamp: at }) => at >= begin && at <= end]
  const tag = tagExpression(wanted.tag)
  if (tag !== undefined) {
    const tags = new Set(tagsOf(tag))
    tests.push(({ message }) => tags.has(message.tags))
  }
  if (key !== undefined)
    tests.push(({ message }) => message.msgId === key || message.keys.split(/\s+/).includes(key))
  if (property)
    tests.push(({ message }) =>
      message.properties.some(
        ([name, value]) => name === property.name && (property.value === '' || value === property.value) // prettier-ignore
      )
    )
  if (bodyText !== undefined) tests.push(bodyIncludes(bodyText, ignoreCase))
  return tests
}

/** Many at once: what bounds a regular expression costs as much for one body as for a chunk of them. */
export const messageFilter = (
  wanted: Wanted
): ((candidates: readonly Candidate[]) => Verdict[]) => {
  const tests = testsOf(wanted)
  const { bodyRegex, ignoreCase } = wanted
  const expression =
    bodyRegex === undefined
      ? undefined
      : new BoundedRegExp(bodyRegex, ignoreCase ? 'im' : 'm', REGEX_BUDGET_MS)
  return (candidates) => {
    const verdicts = candidates.map((candidate): Verdict =>
      tests.every((holds) => holds(candidate)) ? 'match' : 'none'
    )
    if (!expression) return verdicts
    const left = verdicts.flatMap((verdict, i) => (verdict === 'match' ? [i] : []))
    const outcomes = expression.test(left.map((i) => candidates[i]!.body.toString('utf8')))
    left.forEach((i, at) => {
      const outcome = outcomes[at]
      verdicts[i] = outcome === undefined ? 'untested' : outcome ? 'match' : 'none'
    })
    return verdicts
  }
}
