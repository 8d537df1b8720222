import { expect, test } from 'vitest'
import type { Outcome } from '../../shared/contract'
import { toDisposable } from '../base/disposable'
import { MAX_CALLS_IN_FLIGHT, Session } from './session'

const setUp = () => {
  const listeners = new Map<string, (payload: never) => void>()
  const answers: ((outcome: Outcome<unknown>) => void)[] = []
  const pushed: unknown[] = []
  const forgotten: string[] = []
  const session = new Session(
    {
      call: () => new Promise((resolve) => answers.push(resolve)),
      on: (event, listener) => {
        listeners.set(event, listener)
        return toDisposable(() => listeners.delete(event))
      },
      forget: ({ id }) => forgotten.push(id)
    },
    { id: 'w' },
    (event, payload) => pushed.push([event, payload])
  )
  return { session, listeners, answers, pushed, forgotten }
}

test('a window with too many unanswered calls is told so; an answer makes room', async () => {
  const { session, answers } = setUp()
  const calls = Array.from({ length: MAX_CALLS_IN_FLIGHT }, () =>
    session.call('app.info', undefined)
  )
  expect(await session.call('app.info', undefined)).toMatchObject({
    ok: false,
    error: { code: 'SYSTEM_BUSY' }
  })
  answers[0]?.({ ok: true, value: 1 })
  await calls[0]
  const next = session.call('app.info', undefined)
  answers.at(-1)?.({ ok: true, value: 2 })
  expect(await next).toEqual({ ok: true, value: 2 })
})

test('events reach the window from subscribing to unsubscribing', () => {
  const { session, listeners, pushed } = setUp()
  session.subscribe('tail')
  session.subscribe('tail')
  listeners.get('tail')?.({ passed: 1 } as never)
  session.unsubscribe('tail')
  session.unsubscribe('tail')
  expect(listeners.size).toBe(0)
  expect(pushed).toEqual([['tail', { passed: 1 }]])
})

test('its end ends every subscription, and nothing begins afterwards', () => {
  const { session, listeners } = setUp()
  session.subscribe('tail')
  session.subscribe('traffic')
  session.dispose()
  session.subscribe('changed')
  expect(listeners.size).toBe(0)
})

test('what is held for a window goes with it', () => {
  const { session, forgotten } = setUp()
  session.dispose()
  expect(forgotten).toEqual(['w'])
})
