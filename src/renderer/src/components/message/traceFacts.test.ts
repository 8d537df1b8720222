import { expect, test } from 'vitest'
import { traceActor, traceOutcome, traceTone } from './traceFacts'

const words = {
  failed: 'failed',
  cost: (ms: number) => `${ms} ms`,
  retries: (n: number) => `retry ${n}`,
  level: (level: number) => `level ${level}`,
  due: (at: number) => `due ${at}`
}
const event = { at: 1, kind: 'consumed', source: 'client' } as const

test('a line says what is known, and nothing of what is not', () => {
  expect(traceActor(event)).toBe('')
  expect(traceOutcome(event, words)).toEqual([])
  expect(traceActor({ ...event, group: 'CG' })).toBe('CG')
  expect(traceActor({ ...event, group: 'CG', client: 'me@1' })).toBe('CG · me@1')
  const full = { ...event, result: 'EXCEPTION', success: false, costMs: 0, reconsumeTimes: 2, delayLevel: 3, dueAt: 9 } // prettier-ignore
  expect(traceOutcome(full, words)).toEqual(['EXCEPTION', 'failed', '0 ms', 'retry 2', 'level 3', 'due 9']) // prettier-ignore
})

test.each([
  ['consumed', { success: true }, 'success'],
  ['consumed', { success: false }, 'error'],
  ['sent', { success: false }, 'error'],
  ['sent', { success: true }, 'default'],
  ['dead', {}, 'error'],
  ['transactionEnded', { result: 'ROLLBACK_MESSAGE' }, 'error'],
  ['givenBack', {}, 'warning'],
  ['acknowledged', {}, 'success'],
  ['stored', {}, 'info']
] as const)('%s %j is %s', (kind, more, tone) => {
  expect(traceTone({ ...event, kind, ...more })).toBe(tone)
})
