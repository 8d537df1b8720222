import fc from 'fast-check'
import { expect, test } from 'vitest'
import { textFinder } from './textFinder'

const text = fc.string({ unit: fc.constantFrom('a', 'b', '红'), maxLength: 20 })

test('finds what includes finds', () => {
  fc.assert(
    fc.property(text, fc.array(text), (wanted, all) => {
      const isFound = textFinder(wanted)
      for (const each of [...all, all.join(wanted)])
        expect(isFound(each)).toBe(each.includes(wanted))
    })
  )
})
