import { expect, test } from 'vitest'
import { SPARK_POINTS, withFigures, type SeenFigures } from './useTopicFigures'

const figures = (topic: string, inTps?: number) => ({
  ...{ topic, messages: 1, lastTimestamp: 2, isPartial: false },
  ...(inTps !== undefined && { inTps })
})

test('rates that were seen are kept behind each other, at most so many', () => {
  let kept: Map<string, SeenFigures> = new Map()
  for (let i = 0; i < SPARK_POINTS + 5; i++) kept = withFigures(kept, [figures('A', i)])
  expect(kept.get('A')!.seen).toHaveLength(SPARK_POINTS)
  expect(kept.get('A')!.seen.at(-1)).toBe(SPARK_POINTS + 4)
})

test('of very many topics those not seen for longest are forgotten', () => {
  const many = Array.from({ length: 501 }, (_, i) => figures(`T${i}`))
  const kept = withFigures(withFigures(new Map(), [figures('old'), figures('T0')]), many)
  expect(kept.has('old')).toBe(false)
  expect(kept.size).toBe(500)
})
