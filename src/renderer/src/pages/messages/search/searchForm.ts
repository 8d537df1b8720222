/** The search form, and what the engine is asked of it. Pure. */
import type { SearchDraftInput } from '../../../../../shared/messageDrafts'
import { MAX_REGEX_CHARS } from '../../../../../shared/messageLimits'
import { queueOfKey } from '../../../format/queues'

export interface SearchForm {
  topic: string
  id: string
  key: string
  /** `2026-08-01T14:03:07.123` of this machine, or empty. */
  begin: string
  end: string
  tag: string
  queues: string[]
  fromOffset: number | null
  toOffset: number | null
  propertyName: string
  propertyValue: string
  bodyText: string
  bodyRegex: string
  matchCase: boolean
  direction: 'newestFirst' | 'oldestFirst'
}

export const emptySearchForm = (): SearchForm => ({
  ...{ topic: '', id: '', key: '', begin: '', end: '', tag: '', queues: [] },
  ...{ fromOffset: null, toOffset: null, propertyName: '', propertyValue: '' },
  ...{ bodyText: '', bodyRegex: '', matchCase: false, direction: 'newestFirst' }
})

const pad = (value: number, digits = 2) => String(value).padStart(digits, '0')

/** As an input of the type `datetime-local` takes it. */
export const localTime = (at: number): string => {
  const d = new Date(at)
  const day = `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}`
  return `${day}T${pad(d.getHours())}:${pad(d.getMinutes())}:${pad(d.getSeconds())}.${pad(d.getMilliseconds(), 3)}`
}

export const timeOf = (local: string): number | undefined => {
  const at = new Date(local).getTime()
  return Number.isFinite(at) && at >= 0 ? at : undefined
}

/** Why it is none; undefined for an expression, and for an empty text. */
export const regexProblem = (source: string): string | undefined => {
  try {
    new RegExp(source, 'm')
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

export type SearchProblem =
  | 'messageWork.search.topicMissing'
  | 'messageWork.search.rangeReversed'
  | 'messageWork.search.regexInvalid'
  | 'messageWork.search.regexTooLong'

export const searchProblem = (form: SearchForm): SearchProblem | undefined => {
  if (form.topic === '' && form.id.trim() === '') return 'messageWork.search.topicMissing'
  const [begin, end] = [timeOf(form.begin), timeOf(form.end)]
  if (begin !== undefined && end !== undefined && end < begin)
    return 'messageWork.search.rangeReversed'
  const { fromOffset: from, toOffset: to } = form
  if (from !== null && to !== null && to < from) return 'messageWork.search.rangeReversed'
  if (form.bodyRegex.length > MAX_REGEX_CHARS) return 'messageWork.search.regexTooLong'
  return regexProblem(form.bodyRegex) === undefined ? undefined : 'messageWork.search.regexInvalid'
}

/** What is empty is left out. */
export const draftOfSearch = (form: SearchForm): SearchDraftInput => {
  const words = (text: string) => (text.trim() === '' ? undefined : text.trim())
  const { propertyName: name, propertyValue: value, fromOffset, toOffset } = form
  const given = {
    topic: words(form.topic),
    id: words(form.id),
    key: words(form.key),
    begin: timeOf(form.begin),
    end: timeOf(form.end),
    tag: words(form.tag),
    // Blanks count in a body.
    bodyText: form.bodyText === '' ? undefined : form.bodyText,
    bodyRegex: form.bodyRegex === '' ? undefined : form.bodyRegex,
    fromOffset: fromOffset ?? undefined,
    toOffset: toOffset ?? undefined,
    property: name.trim() === '' ? undefined : { name: name.trim(), value }
  }
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, one]) => one !== undefined)),
    queues: form.queues.flatMap((queue) => queueOfKey(queue) ?? []),
    ignoreCase: !form.matchCase,
    direction: form.direction
  }
}
