/** How the chart of what clients see looks, with the times something was wrong behind its lines. */
import type { EChartsCoreOption } from 'echarts/core'
import type { FaultEvent, SeenPoint, SeenSends } from '../../../../../shared/faultViews'
import { countAxis, timeAxis, timeLine, timeTooltip } from '../../../components/timeChart'
import type { Palette } from '../../../theme/tokens'

export const SHOWN_MS = 3 * 60_000

interface ChartTexts {
  ok: string
  failed: string
  received: string
}

export const failedOf = ({ failed }: SeenSends): number =>
  Object.values(failed).reduce((sum, count) => sum + count, 0)

/** Of one broker, or of an application that may use any. */
export const sendsOf = (point: SeenPoint, broker: string | undefined): SeenSends =>
  broker === undefined ? point.sends : (point.brokers[broker] ?? { ok: 0, failed: {} })

/** From the first fault of a time to the end of the last one; `end` where one is still set. */
export const troubledTimes = (
  events: readonly FaultEvent[],
  end: number
): [from: number, to: number][] => {
  const times: [number, number][] = []
  let active = 0
  let from = 0
  for (const { at, kind } of events) {
    if (kind === 'set' && active++ === 0) from = at
    // The event that set it may have left the history.
    else if (kind === 'cleared' && active > 0 && --active === 0) times.push([from, at])
  }
  return active > 0 ? [...times, [from, end]] : times
}

/** Seconds nobody looked at are a gap in the line. */
const withGaps = (values: readonly (readonly [at: number, value: number])[]) =>
  values.flatMap(([at, value], i) => {
    const before = values[i - 1]?.[0] ?? at
    return at - before > 3000
      ? [[before + 1000, null] as const, [at, value] as const]
      : [[at, value] as const]
  })

export const seenFrame = (
  palette: Palette,
  { ok, failed, received }: ChartTexts
): EChartsCoreOption => ({
  animation: false,
  grid: { left: 8, right: 12, top: 30, bottom: 4, containLabel: true },
  legend: { top: 0, textStyle: { color: palette.text2, fontSize: 12 }, icon: 'roundRect' },
  tooltip: timeTooltip(palette),
  xAxis: timeAxis(palette),
  yAxis: countAxis(palette),
  series: [
    timeLine(ok, palette.accent, {
      markArea: { silent: true, itemStyle: { color: `${palette.warn}1f` } }
    }),
    timeLine(failed, palette.error, { areaStyle: { color: `${palette.error}33` } }),
    timeLine(received, palette.second)
  ]
})

export const seenData = (
  points: readonly SeenPoint[],
  events: readonly FaultEvent[],
  broker: string | undefined
): EChartsCoreOption => {
  const end = points.at(-1)?.at ?? Date.now()
  const series = (value: (point: SeenPoint) => number) => ({
    data: withGaps(points.map((point) => [point.at, value(point)]))
  })
  const times = troubledTimes(events, end).map(([from, to]) => [{ xAxis: from }, { xAxis: to }])
  return {
    xAxis: { min: end - SHOWN_MS, max: end },
    series: [
      { ...series((point) => sendsOf(point, broker).ok), markArea: { data: times } },
      series((point) => failedOf(sendsOf(point, broker))),
      broker === undefined ? series(({ received }) => received) : { data: [] }
    ]
  }
}
