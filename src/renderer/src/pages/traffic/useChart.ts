/** One ECharts instance on an element: made, fitted to its box and thrown away with the component. */
import { LineChart } from 'echarts/charts'
import { GridComponent, TooltipComponent } from 'echarts/components'
import { init, use, type EChartsCoreOption, type EChartsType } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { onBeforeUnmount, onMounted, watch, type Ref } from 'vue'

use([LineChart, GridComponent, TooltipComponent, CanvasRenderer])

export const useChart = (
  element: Readonly<Ref<HTMLElement | null>>,
  frame: () => EChartsCoreOption,
  data: () => EChartsCoreOption
) => {
  let chart: EChartsType | undefined
  const observer = new ResizeObserver(() => chart?.resize())

  onMounted(() => {
    if (!element.value) return
    chart = init(element.value)
    chart.setOption(frame())
    chart.setOption(data())
    observer.observe(element.value)
  })
  watch(frame, (option) => chart?.setOption(option))
  watch(data, (option) => chart?.setOption(option))
  onBeforeUnmount(() => {
    observer.disconnect()
    chart?.dispose()
  })
  /** As PNG in a data URL; undefined before it is there. */
  const picture = (backgroundColor: string): string | undefined =>
    chart?.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor })
  return { picture }
}
