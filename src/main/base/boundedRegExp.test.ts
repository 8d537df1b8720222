import { expect, test } from 'vitest'
import { BoundedRegExp } from './boundedRegExp'

test('texts are told apart, whatever their order, and `g` keeps no place between them', () => {
  const expression = new BoundedRegExp('order-\\d+', 'gi', 10)
  expect(expression.test(['ORDER-1', 'none', 'an order-2', 'order-'])).toEqual([
    true,
    false,
    true,
    false
  ])
})

test('one text that would take years is given up on, those beside it are judged', () => {
  const expression = new BoundedRegExp('^(a+)+$', '', 10)
  expect(expression.test(['aaa', `${'a'.repeat(40)}!`, 'b'])).toEqual([true, undefined, false])
})
