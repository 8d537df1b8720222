/** How the chart of a history looks. */
import type { EChartsCoreOption } from 'echarts/core'
import { DAY_MS } from '../../../../shared/statisticsModel'
import type { SeriesView } from '../../../../shared/statisticsViews'
import { countAxis, timeAxis, timeLine, timeTooltip } from '../../components/timeChart'
import type { Palette } from '../../theme/tokens'
import { pointsOf } from './historyQuery'

/** Told apart also by those who see few colours: the order of light and dark alternates. */
const colorsOf = (palette: Palette): string[] => [
  palette.accent,
  palette.second,
  palette.warn,
  palette.error,
  palette.ok,
  palette.text3,
  '#c05fbf',
  '#5b8ff9',
  '#a3763d',
  '#7fb069'
]

export const historyFrame = (
  palette: Palette,
  names: readonly string[],
  spanMs: number,
  figure: (value: number) => string
): EChartsCoreOption => {
  const axis = timeAxis(palette)
  const formatter = spanMs > DAY_MS ? '{MM}-{dd} {HH}:{mm}' : '{HH}:{mm}:{ss}'
  const colors = colorsOf(palette)
  return {
    animation: false,
    grid: { left: 8, right: 16, top: 34, bottom: 4, containLabel: true },
    legend: {
      type: 'scroll',
      top: 0,
      textStyle: { color: palette.text2, fontSize: 12 },
      pageTextStyle: { color: palette.text2 },
      pageIconColor: palette.text2,
      icon: 'roundRect'
    },
    tooltip: {
      ...timeTooltip(palette),
      valueFormatter: (value: unknown) => (typeof value === 'number' ? figure(value) : '—')
    },
    xAxis: { ...axis, axisLabel: { ...axis.axisLabel, formatter } },
    yAxis: { ...countAxis(palette, { formatter: figure }), minInterval: 0 },
    series: names.map((name, i) => timeLine(name, colors[i % colors.length]!))
  }
}

/** A value between two gaps would be invisible as a line: it is a dot. */
const isAlone = (values: readonly (number | null)[], i: number): boolean =>
  values[i] !== null && (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null

export const historyData = (view: SeriesView): EChartsCoreOption => {
  const count = view.series[0]?.values.length ?? 0
  return {
    xAxis: { min: view.from, max: view.from + Math.max(1, count - 1) * view.stepMs },
    series: view.series.map(({ values }) => ({
      showSymbol: true,
      symbol: 'circle',
      symbolSize: (_value: unknown, { dataIndex }: { dataIndex: number }) =>
        isAlone(values, dataIndex) ? 5 : 0,
      data: pointsOf(view, values)
    }))
  }
}
