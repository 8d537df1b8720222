import { expect, test } from 'vitest'
import { draftOfSearch, emptySearchForm, localTime, searchProblem, timeOf } from './searchForm'

const form = (more: Partial<ReturnType<typeof emptySearchForm>>) => ({
  ...emptySearchForm(),
  ...more
})

test('what is left empty is not asked for', () => {
  expect(draftOfSearch(form({ topic: 'T' }))).toEqual({
    topic: 'T',
    queues: [],
    ignoreCase: true,
    direction: 'newestFirst'
  })
})

test('everything filled in is asked for', () => {
  const begin = localTime(1_790_000_000_123)
  const filled = form({
    ...{ topic: 'T', id: ' A ', key: 'k ', tag: 'TagA', begin, end: begin, queues: ['broker-a:3'] },
    ...{ fromOffset: 0, toOffset: 9, propertyName: 'p', bodyText: ' x ', bodyRegex: '^a' },
    ...{ matchCase: true, direction: 'oldestFirst' as const }
  })
  expect(draftOfSearch(filled)).toEqual({
    ...{ topic: 'T', id: 'A', key: 'k', tag: 'TagA', bodyText: ' x ', bodyRegex: '^a' },
    ...{ begin: 1_790_000_000_123, end: 1_790_000_000_123, fromOffset: 0, toOffset: 9 },
    queues: [{ brokerName: 'broker-a', queueId: 3 }],
    property: { name: 'p', value: '' },
    ...{ ignoreCase: false, direction: 'oldestFirst' }
  })
})

test.each([
  ['no topic and no id', {}, 'messageWork.search.topicMissing'],
  ['an id alone', { id: 'x' }, undefined],
  ['a range the wrong way round', { topic: 'T', begin: '2026-01-02T00:00', end: '2026-01-01T00:00' }, 'messageWork.search.rangeReversed'], // prettier-ignore
  ['offsets the wrong way round', { topic: 'T', fromOffset: 2, toOffset: 1 }, 'messageWork.search.rangeReversed'], // prettier-ignore
  ['a broken expression', { topic: 'T', bodyRegex: '(' }, 'messageWork.search.regexInvalid'],
  ['an expression that is too long', { topic: 'T', bodyRegex: 'a'.repeat(501) }, 'messageWork.search.regexTooLong'] // prettier-ignore
])('%s', (_name, more, problem) => {
  expect(searchProblem(form(more))).toBe(problem)
})

test('a time survives its input field, and nonsense is no time', () => {
  expect(timeOf(localTime(1_790_000_000_123))).toBe(1_790_000_000_123)
  expect(timeOf('')).toBeUndefined()
})
