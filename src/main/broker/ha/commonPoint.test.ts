import { expect, test } from 'vitest'
import { planFollow, type LogHistory } from './commonPoint'
import type { EpochEntry } from './haService'

/** `1a0 2b500`: epoch 1 of `a` from 0 on, epoch 2 of `b` from 500 on. */
const history = (text: string, maxOffset: number, minOffset = 0): LogHistory => {
  const begun = text.split(' ').filter((word) => word !== '')
  const entries = begun.map((word, i): EpochEntry => {
    const next = begun[i + 1]
    return {
      epoch: Number(word[0]),
      id: word[1]!,
      startOffset: Number(word.slice(2)),
      endOffset: next === undefined ? undefined : Number(next.slice(2))
    }
  })
  return { entries, minOffset, maxOffset }
}

test.each([
  ['behind in the same epoch', history('1a0', 700), history('1a0', 900), 700],
  ['all of it', history('1a0', 900), history('1a0', 900), 900],
  ['ahead: the master lost its end', history('1a0', 900), history('1a0 2a800', 850), 800],
  ['ahead in an epoch that goes on', history('1a0', 900), history('1a0', 850), 850],
  ['an old master with a tail of its own', history('1a0', 900), history('1a0 2b600', 2000), 600],
  ['both began an epoch of one number', history('1a0 2a500', 900), history('1a0 2b500', 900), 500],
  ['away for several epochs', history('1a0', 300), history('1a0 2a400 3b500', 900), 300],
  ['its own epoch in the middle is not the master’s', history('1a0 2a500 3a700', 900), history('1a0 3b650', 900), 500], // prettier-ignore
  ['a master that gives no ids', history('1a0', 900), { ...history('1 0', 700), entries: [{ epoch: 1, startOffset: 0, endOffset: undefined, id: '' }] }, 700] // prettier-ignore
])('%s', (_name, own, master, from) => {
  expect(planFollow(own, master)).toEqual({ kind: 'follow', from })
})

test.each([
  ['an empty log', history('', 0), history('1a0', 900), 0],
  ['an empty log, and the master’s begins later', history('', 0), history('1a0', 9000, 4096), 4096],
  ['what is in common is before the master’s log', history('1a0', 900), history('1a0', 9000, 4096), 4096], // prettier-ignore
  ['what is in common is before its own log', history('1a0 2a5000', 9000, 4096), history('1a0 2b100', 9000), 0] // prettier-ignore
])('%s: from the master’s beginning', (_name, own, master, from) => {
  expect(planFollow(own, master)).toEqual({ kind: 'anew', from })
})

test.each([
  ['another beginning', history('1a0', 900), history('1b0', 900)],
  ['a log nobody knows', history('', 900), history('1b0', 900)]
])('%s is a foreign log', (_name, own, master) => {
  expect(planFollow(own, master)).toEqual({ kind: 'foreign' })
})
