import { expect, test } from 'vitest'
import { FilterFactory, MAX_CACHED_FILTERS } from './subscriptionFilter'

const sql = (subString: string, expressionType = 'SQL92') => ({ subString, codeSet: [], expressionType }) // prettier-ignore

test('the same expression is compiled once, as long as not too many others come between', () => {
  const filters = new FilterFactory()
  const { matchesMessage } = filters.create(sql('a = 1'))
  expect(matchesMessage).toBeDefined()
  for (let i = 1; i < MAX_CACHED_FILTERS; i++) filters.create(sql(`b = ${i}`))
  expect(filters.create(sql('a = 1')).matchesMessage).toBe(matchesMessage)
  for (let i = 0; i < MAX_CACHED_FILTERS; i++) filters.create(sql(`c = ${i}`))
  expect(filters.create(sql('a = 1')).matchesMessage).not.toBe(matchesMessage)
})

test.each([
  ['a wrong expression', sql('a >'), 'at 4: expected a property, a literal or (, found the end'],
  ['every message, which SQL92 has no sign for', sql('*'), 'at 1: unexpected *'],
  ['another kind', sql('a', 'GROOVY'), 'expression type GROOVY is not known: use TAG or SQL92']
])('%s selects nothing and says why', (_name, data, problem) => {
  expect(new FilterFactory().create(data)).toMatchObject({ problem })
})

test.each(['TAG', ''])('type "%s" means tags', (expressionType) => {
  const filter = new FilterFactory().create({ subString: 'A', codeSet: [], expressionType })
  expect(filter.problem).toBeUndefined()
  expect(filter.matchesMessage).toBeUndefined()
  expect(['A', 'B'].map((tag) => filter.matches?.(tag.charCodeAt(0)))).toEqual([true, false])
})
