import { expect, test } from 'vitest'
import { MAX_TRACE_NAMES, TraceNames } from './traceNames'

test('when no name has room, those nobody uses any more make some', () => {
  const used = new Set<number>()
  const names = new TraceNames((mark) => used.forEach(mark))
  const ids = Array.from({ length: MAX_TRACE_NAMES - 1 }, (_, i) => names.idOf(`n${i}`))
  expect(new Set(ids).size).toBe(MAX_TRACE_NAMES - 1)
  used.add(ids[5]!)
  names.forget('n5')
  const fresh = names.idOf('new')
  expect(fresh).not.toBe(0)
  expect(names.nameOf(fresh)).toBe('new')
  // Forgotten, but still in an event.
  expect(names.nameOf(ids[5]!)).toBe('n5')
  expect(names.idOf('n5')).not.toBe(ids[5])
  expect(names.known('n0')).toBeUndefined()
})

test('while every name is in use a new one has none', () => {
  const names = new TraceNames((mark) => {
    for (let id = 0; id < MAX_TRACE_NAMES; id++) mark(id)
  })
  for (let i = 0; i < MAX_TRACE_NAMES; i++) names.idOf(`n${i}`)
  expect(names.nameOf(names.idOf('new'))).toBe('')
  expect(names.idOf('n7')).not.toBe(0)
})
