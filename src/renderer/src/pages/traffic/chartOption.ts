/** How the rate chart looks; its data and palette are handed in. */
import type { EChartsCoreOption } from 'echarts/core'
import type { TrafficPoint } from '../../../../shared/views'
import { countAxis, timeAxis, timeLine, timeTooltip } from '../../components/timeChart'
import type { Palette } from '../../theme/tokens'

interface ChartTexts {
  produced: string
  consumed: string
  rate: (value: number) => string
}

const SHOWN_MS = 5 * 60_000

const line = (name: string, color: string) =>
  timeLine(name, color, {
    areaStyle: {
      color: {
        type: 'linear',
        x: 0,
        y: 0,
        x2: 0,
        y2: 1,
        colorStops: [
          { offset: 0, color: `${color}33` },
          { offset: 1, color: `${color}00` }
        ]
      }
    }
  })

/** Set once for a palette and a language; the data follow by themselves. */
export const chartFrame = (
  palette: Palette,
  { produced, consumed, rate }: ChartTexts
): EChartsCoreOption => ({
  animation: false,
  grid: { left: 8, right: 12, top: 12, bottom: 4, containLabel: true },
  tooltip: { ...timeTooltip(palette), valueFormatter: (value: unknown) => rate(Number(value)) },
  xAxis: timeAxis(palette),
  yAxis: countAxis(palette, { formatter: rate }),
  series: [line(produced, palette.accent), line(consumed, palette.second)]
})

export const chartData = (points: readonly TrafficPoint[]): EChartsCoreOption => {
  const end = points.at(-1)?.at ?? Date.now()
  return {
    xAxis: { min: end - SHOWN_MS, max: end },
    series: [
      { data: points.map(({ at, produced }) => [at, produced]) },
      { data: points.map(({ at, consumed }) => [at, consumed]) }
    ]
  }
}
