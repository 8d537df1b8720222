import { expect, test } from 'vitest'
import { ManualClock } from '../../../base/clock'
import { Emitter } from '../../../base/emitter'
import type { TopicRouteData } from '../../../protocol/bodies/route'
import { ROUTE_MAX_AGE_MS, TopicRouteInfoManager } from './topicRouteInfoManager'

type Answer = TopicRouteData | 'TOPIC_NOT_EXIST' | 'UNREACHABLE'

const routeOf = (readQueueNums: number): TopicRouteData => ({
  queueDatas: [{ brokerName: 'a', perm: 6, readQueueNums, writeQueueNums: 1, topicSysFlag: 0 }],
  brokerDatas: []
})

const opened = () => {
  const clock = new ManualClock()
  const changed = new Emitter<void>()
  const state = { answer: routeOf(2) as Answer, asked: 0 }
  const topicRoute = () => {
    state.asked++
    return Promise.resolve(state.answer)
  }
  const manager = new TopicRouteInfoManager({ clock, nameservers: { topicRoute }, topics: { changed } }) // prettier-ignore
  const count = async () => (await manager.subscribeQueues('T'))?.length
  return { clock, changed, state, count }
}

test('a route is asked for once in half a minute, and when this broker’s topics change', async () => {
  const { clock, changed, state, count } = opened()
  expect(await count()).toBe(2)
  state.answer = routeOf(3)
  clock.advance(ROUTE_MAX_AGE_MS - 1)
  expect(await count()).toBe(2)
  clock.advance(1)
  expect(await count()).toBe(3)
  state.answer = routeOf(4)
  changed.emit()
  expect(await count()).toBe(4)
  expect(state.asked).toBe(3)
})

test('the last answer counts while no nameserver is there; one that knows no such topic is believed', async () => {
  const { clock, state, count } = opened()
  state.answer = 'UNREACHABLE'
  expect(await count()).toBeUndefined()
  state.answer = routeOf(2)
  expect(await count()).toBe(2)
  state.answer = 'UNREACHABLE'
  clock.advance(ROUTE_MAX_AGE_MS)
  expect(await count()).toBe(2)
  state.answer = 'TOPIC_NOT_EXIST'
  expect(await count()).toBeUndefined()
})
