/** What charts over time have in common. */
import type { Palette } from '../theme/tokens'

export const timeTooltip = (palette: Palette) => ({
  trigger: 'axis',
  renderMode: 'richText',
  backgroundColor: palette.raised,
  borderColor: palette.border,
  textStyle: { color: palette.text, fontSize: 12 }
})

export const timeAxis = (palette: Palette) => ({
  type: 'time',
  axisLine: { lineStyle: { color: palette.border } },
  axisLabel: { color: palette.text3, fontSize: 11, hideOverlap: true, formatter: '{HH}:{mm}:{ss}' },
  splitLine: { show: false }
})

/** Whole numbers from 0 on. */
export const countAxis = (
  palette: Palette,
  label: { formatter?: (value: number) => string } = {}
) => ({
  type: 'value',
  min: 0,
  minInterval: 1,
  splitNumber: 3,
  axisLabel: { color: palette.text3, fontSize: 11, ...label },
  splitLine: { lineStyle: { color: palette.border } }
})

export const timeLine = (name: string, color: string, more: object = {}) => ({
  name,
  type: 'line',
  showSymbol: false,
  lineStyle: { width: 2, color },
  itemStyle: { color },
  ...more
})
