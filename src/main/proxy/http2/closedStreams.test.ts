import { expect, test } from 'vitest'
import { ClosedStreams } from './closedStreams'

test('who ended a stream is remembered, of the last ones', () => {
  const closed = new ClosedStreams()
  closed.add(1, true)
  closed.add(3, false)
  expect([1, 3, 5].map((id) => closed.isEndedByPeer(id))).toEqual([true, false, undefined])
  for (let i = 0; i < 511; i++) closed.add(2 * i + 5, i === 510)
  expect([1, 3, 1025].map((id) => closed.isEndedByPeer(id))).toEqual([undefined, false, true])
})
