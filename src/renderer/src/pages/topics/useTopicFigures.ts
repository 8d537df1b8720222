/** Figures of the topics that are on screen: rows ask for theirs while they are drawn. */
import { onScopeDispose, shallowRef } from 'vue'
import { MAX_FIGURE_TOPICS } from '../../../../shared/topicLimits'
import type { TopicFigures } from '../../../../shared/topicViews'
import { call } from '../../api'

const LOOK_EVERY_MS = 2000
/** Points of a sparkline: two minutes. */
export const SPARK_POINTS = 60
/** Topics whose figures are kept; those not seen for longest go. */
const MAX_KEPT = 500

export interface SeenFigures extends TopicFigures {
  /** Rates sent, oldest first, as this window has seen them. */
  seen: number[]
}

/** Old figures with new ones behind them; what is seen again moves to the end. */
export const withFigures = (
  kept: ReadonlyMap<string, SeenFigures>,
  fetched: readonly TopicFigures[]
): Map<string, SeenFigures> => {
  const next = new Map(kept)
  for (const one of fetched) {
    const seen = [...(kept.get(one.topic)?.seen ?? []), one.inTps ?? 0].slice(-SPARK_POINTS)
    next.delete(one.topic)
    next.set(one.topic, { ...one, seen })
  }
  for (const topic of next.keys()) {
    if (next.size <= MAX_KEPT) break
    next.delete(topic)
  }
  return next
}

export const useTopicFigures = () => {
  const figures = shallowRef<ReadonlyMap<string, SeenFigures>>(new Map())
  const wanted = new Set<string>()
  let isAsking = false

  const look = async () => {
    if (isAsking || wanted.size === 0) return
    isAsking = true
    const topics = [...wanted]
    wanted.clear()
    try {
      const fetched: TopicFigures[] = []
      for (let at = 0; at < topics.length; at += MAX_FIGURE_TOPICS)
        fetched.push(...(await call('topic.figures', { topics: topics.slice(at, at + MAX_FIGURE_TOPICS) }))) // prettier-ignore
      figures.value = withFigures(figures.value, fetched)
    } catch {
      // The list itself tells what cannot be reached; figures that are known stay.
      for (const topic of topics) wanted.add(topic)
    } finally {
      isAsking = false
    }
  }
  const timer = setInterval(() => void look(), LOOK_EVERY_MS)
  const first = setTimeout(() => void look(), 150)
  onScopeDispose(() => {
    clearInterval(timer)
    clearTimeout(first)
  })
  /** Of a row that is drawn; drawing it again after an answer asks again. */
  const of = (topic: string): SeenFigures | undefined => {
    wanted.add(topic)
    return figures.value.get(topic)
  }
  return { of }
}
