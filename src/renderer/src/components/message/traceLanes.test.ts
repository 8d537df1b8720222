import { expect, test } from 'vitest'
import type { TraceEventView } from '../../../../shared/traceViews'
import { drawTrace } from './traceLanes'

const event = (more: Partial<TraceEventView>): TraceEventView => ({
  ...{ at: 0, kind: 'stored', source: 'store', brokerName: 'broker-a' },
  ...more
})

test('producers stand above stores, stores above consumers', () => {
  const drawing = drawTrace([
    event({ at: 0, kind: 'sent', source: 'client', group: 'PG', costMs: 10, success: true }),
    event({ at: 5 }),
    event({ at: 50, kind: 'delivered', source: 'broker', group: 'CG_b' }),
    event({ at: 60, kind: 'delivered', source: 'broker', group: 'CG_a' }),
    event({ at: 100, kind: 'consumed', source: 'client', group: 'CG_a', costMs: 40, success: false }) // prettier-ignore
  ])!
  expect(drawing.lanes.map(({ key }) => key)).toEqual(['producer PG', 'store broker-a', 'consumer CG_a', 'consumer CG_b']) // prettier-ignore
  expect(drawing).toMatchObject({ begin: 0, end: 100 })
  const [sent, stored, toB, toA, consumed] = drawing.marks
  expect(sent).toMatchObject({ lane: 0, x: 0, endX: 0.1 })
  expect(stored).toMatchObject({ lane: 1, x: 0.05, tone: 'info' })
  expect(toB).toMatchObject({ lane: 3, x: 0.5 })
  expect(toA).toMatchObject({ lane: 2, x: 0.6 })
  // It began when the message was handed out: beside that mark, not on it.
  expect(consumed).toMatchObject({ lane: 2, tone: 'error', endX: 1 })
  expect(consumed!.x).toBeGreaterThan(0.6)
})

test('what happened in one moment can still be told apart, within the picture', () => {
  const drawing = drawTrace(Array.from({ length: 80 }, () => event({ at: 7 })))!
  const places = drawing.marks.map(({ x }) => x)
  expect(new Set(places).size).toBe(80)
  expect(Math.max(...places)).toBeLessThanOrEqual(1)
})

test('nothing is no picture', () => {
  expect(drawTrace([])).toBeUndefined()
})
