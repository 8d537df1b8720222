import { expect, test } from 'vitest'
import { PUT_TIMES_PERIOD_MS, PutMessageTimes } from './putMessageTimes'

test('a minute is told when it is over, the greatest time at once', () => {
  const times = new PutMessageTimes(0)
  for (const ms of [0, 0, 9, 10, 99, 100, 999, 1000, 9999, 20_000]) times.add(ms)
  expect(times.table()).toEqual({
    putMessageEntireTimeMax: '20000',
    putMessageDistributeTime: 'null',
    putLatency99: '0.00',
    putLatency999: '0.00'
  })
  times.sample(PUT_TIMES_PERIOD_MS - 1)
  expect(times.table().putMessageDistributeTime).toBe('null')
  times.sample(PUT_TIMES_PERIOD_MS)
  expect(times.table().putMessageDistributeTime).toBe(
    '[<=0ms]:2 [0~10ms]:1 [10~50ms]:1 [50~100ms]:1 [100~200ms]:1 [200~500ms]:0 [500ms~1s]:1 [1~2s]:1 [2~3s]:0 [3~4s]:0 [4~5s]:0 [5~10s]:1 [10s~]:1 '
  )
  times.sample(2 * PUT_TIMES_PERIOD_MS)
  expect(times.table()).toMatchObject({ putMessageEntireTimeMax: '20000', putLatency99: '0.00' })
})

test('percentiles lie within their bucket', () => {
  const times = new PutMessageTimes(0)
  for (let i = 0; i < 1000; i++) times.add(i < 980 ? 1 : 4)
  times.sample(PUT_TIMES_PERIOD_MS)
  // 990 of 1000: half of those between 3 and 4 ms.
  expect(times.table()).toMatchObject({ putLatency99: '3.50', putLatency999: '3.95' })
})
