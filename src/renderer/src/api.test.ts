import { expect, test } from 'vitest'
import type { Outcome } from '../../shared/contract'
import { ApiError, createApi, toProblem } from './api'

const apiAnswering = (outcome: Outcome<unknown>) => {
  const asked: unknown[] = []
  const api = createApi({
    call: (method, params) => {
      asked.push([method, params])
      return Promise.resolve(outcome)
    },
    on: () => () => undefined,
    onState: () => undefined
  })
  return { api, asked }
}

test('a call hands out the value', async () => {
  const { api, asked } = apiAnswering({ ok: true, value: [] })
  expect(await api.call('topic.list')).toEqual([])
  expect(asked).toEqual([['topic.list', undefined]])
})

test('a refused call throws what the window needs to explain it', async () => {
  const error = { code: 'NO_ROUTE', message: 'no route for T', params: { topic: 'T' } }
  const { api } = apiAnswering({ ok: false, error })
  const thrown = await api.call('topic.detail', { topic: 'T' }).catch((e: unknown) => e)
  expect(thrown).toBeInstanceOf(ApiError)
  expect(toProblem(thrown)).toEqual(error)
})

test('anything else thrown is an internal problem', () => {
  expect(toProblem(new TypeError('oops'))).toEqual({ code: 'INTERNAL', message: 'oops' })
})
