import { expect, test } from 'vitest'
import { nameProblem } from './names'

test.each([
  ['Orders', undefined],
  ['GID_a-b|c%1', undefined],
  ['', 'common.nameEmpty'],
  ['order.created', 'common.nameIllegal'],
  ['订单', 'common.nameIllegal'],
  ['a b', 'common.nameIllegal'],
  ['abcdefghijklmn', 'common.nameTooLong']
])('%j: %s', (name, problem) => {
  expect(nameProblem(name, 13)).toBe(problem)
})
