import { expect, test } from 'vitest'
import { MAX_QUERY_SERIES } from '../../../../shared/statisticsModel'
import { hasValues, metricsFor, pointsOf, refsOf, rowsOf } from './historyQuery'

test('figures of one chart have one unit', () => {
  expect(metricsFor('group')).toEqual(['consume', 'lag', 'deadLetters', 'members'])
  expect(metricsFor('cluster', ['produce'])).toEqual(['produce', 'consume', 'errors'])
  expect(metricsFor('topic', ['produce'])).toEqual(['produce'])
})

test('lines are names times figures, ten at most; a cluster has no name', () => {
  expect(refsOf({ scope: 'cluster', names: ['x'], metrics: ['produce', 'consume'] })).toEqual([
    { scope: 'cluster', name: '', metric: 'produce' },
    { scope: 'cluster', name: '', metric: 'consume' }
  ])
  const names = Array.from({ length: 20 }, (_, i) => `T${i}`)
  expect(refsOf({ scope: 'topic', names, metrics: ['produce'] })).toHaveLength(MAX_QUERY_SERIES)
  expect(refsOf({ scope: 'topic', names: [], metrics: ['produce'] })).toEqual([])
})

test('a gap stays one, in the line and in the file', () => {
  const ref = { scope: 'cluster', name: '', metric: 'lag' } as const
  const view = { from: 1000, stepMs: 10, series: [{ ref, values: [1, null, 0] }] }
  expect(pointsOf(view, view.series[0]!.values)).toEqual([
    [1000, 1],
    [1010, null],
    [1020, 0]
  ])
  expect(rowsOf(view).map(({ values }) => values[0])).toEqual([1, null, 0])
  expect(hasValues(view)).toBe(true)
  expect(hasValues({ ...view, series: [{ ref, values: [null] }] })).toBe(false)
})
