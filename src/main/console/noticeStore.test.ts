import { expect, test } from 'vitest'
import { ManualClock } from '../base/clock'
import { MAX_NOTICES, NoticeStore } from './noticeStore'

const miss = (topic: string) => ({
  level: 'warning' as const,
  code: 'ROUTE_NOT_FOUND',
  params: { topic }
})

test('the same notice again is counted and becomes the newest', () => {
  const clock = new ManualClock(1000)
  const store = new NoticeStore(clock)
  const first = store.add(miss('A'))
  store.add(miss('B'))
  clock.advance(500)
  expect(store.add(miss('A'))).toEqual({ ...first, at: 1500, count: 2 })
  expect(store.list().map(({ params, count }) => [params['topic'], count])).toEqual([
    ['A', 2],
    ['B', 1]
  ])
})

test('the order of params makes no other notice', () => {
  const store = new NoticeStore(new ManualClock())
  store.add({ level: 'error', code: 'X', params: { a: 1, b: 2 } })
  store.add({ level: 'error', code: 'X', params: { b: 2, a: 1 } })
  expect(store.list()).toMatchObject([{ count: 2 }])
})

test('the same with other figures is counted too, and its newest detail stays', () => {
  const store = new NoticeStore(new ManualClock())
  const cleaned = (detail: string) => ({
    level: 'warning' as const,
    code: 'STORE_CLEANED',
    params: { broker: 'a', cause: 'quota', detail }
  })
  store.add(cleaned('10 bytes at 0'))
  store.add(cleaned('12 bytes at 10'))
  expect(store.list()).toMatchObject([{ count: 2, params: { detail: '12 bytes at 10' } }])
})

test('the oldest goes when the store is full', () => {
  const store = new NoticeStore(new ManualClock())
  for (let i = 0; i <= MAX_NOTICES; i++) store.add(miss(`T${i}`))
  const topics = store.list().map(({ params }) => params['topic'])
  expect(topics).toHaveLength(MAX_NOTICES)
  expect(topics).not.toContain('T0')
})

test('a dismissed notice is gone, and begins anew when it happens again', () => {
  const store = new NoticeStore(new ManualClock())
  const { id } = store.add(miss('A'))
  store.dismiss(id)
  store.dismiss(id)
  expect(store.list()).toEqual([])
  expect(store.add(miss('A')).count).toBe(1)
})
