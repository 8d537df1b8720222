import { beforeEach, expect, test } from 'vitest'
import { diskError } from './storeRig'
import { refuseAfter, Writeability, type Refusal } from './writeability'

let told: (Refusal | undefined)[]
let writeability: Writeability
beforeEach(() => {
  told = []
  writeability = new Writeability((refusal) => told.push(refusal))
})

test('a passing reason passes, and each change is told once', () => {
  writeability.pause('quota', 'a')
  writeability.pause('quota', 'b')
  expect(writeability.reason).toBe('b')
  expect(writeability.isPassing).toBe(true)
  writeability.resume('minFree')
  writeability.resume('quota')
  writeability.resume('quota')
  expect(writeability.reason).toBeUndefined()
  expect(told).toEqual([{ cause: 'quota', reason: 'a', isPassing: true }, undefined])
})

test('one of two reasons stays when the other passes', () => {
  writeability.pause('minFree', 'floor')
  writeability.pause('diskFull', 'full')
  expect(writeability.reason).toBe('full')
  expect(writeability.cause).toBe('diskFull')
  writeability.resume('diskFull')
  expect(writeability.reason).toBe('floor')
  expect(writeability.cause).toBe('minFree')
  expect(told).toHaveLength(1)
})

test('a lasting reason outlives whatever passes', () => {
  writeability.pause('quota', 'a')
  writeability.refuse('broken')
  writeability.refuse('broken again')
  writeability.resume('quota')
  expect(writeability.reason).toBe('broken')
  expect(writeability.isPassing).toBe(false)
  expect(told).toEqual([
    { cause: 'quota', reason: 'a', isPassing: true },
    { cause: 'diskError', reason: 'broken', isPassing: false }
  ])
})

test('closing is no news', () => {
  writeability.close('closed')
  writeability.refuse('late')
  writeability.pause('quota', 'late')
  expect(writeability.reason).toBe('closed')
  expect(writeability.cause).toBeUndefined()
  expect(told).toEqual([])
})

test.each([
  ['ENOSPC', true],
  ['EDQUOT', true],
  ['EFBIG', true],
  ['EIO', false],
  ['EROFS', false]
])('after %s: passing is %s', (code, isPassing) => {
  refuseAfter('writing', diskError(code), writeability)
  expect(writeability.reason).toContain(`writing failed: ${code}`)
  expect(writeability.isPassing).toBe(isPassing)
})
