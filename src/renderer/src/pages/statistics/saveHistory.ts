/** The chart as a picture and as a table. */
import type { SeriesView } from '../../../../shared/statisticsViews'
import { exportRows } from '../../format/exportRows'
import { saveBlob } from '../../format/saveText'
import { formatTimestamp } from '../../format/times'
import { rowsOf } from './historyQuery'

const FILE = 'gantry-statistics'

/** Of a `data:` URL; fetched by nobody, decoded here, because the page's policy allows no such fetch. */
export const savePicture = (dataUrl: string): void => {
  const bytes = Uint8Array.from(atob(dataUrl.slice(dataUrl.indexOf(',') + 1)), (c) =>
    c.charCodeAt(0)
  )
  saveBlob(`${FILE}.png`, new Blob([bytes], { type: 'image/png' }))
}

export const saveHistory = async (
  view: SeriesView,
  time: string,
  names: readonly string[]
): Promise<void> => {
  const columns = [
    { key: 'at', title: time, value: (row: { at: number }) => formatTimestamp(row.at) },
    ...names.map((name, i) => ({
      key: name,
      title: name,
      value: (row: { values: (number | null)[] }) => row.values[i] ?? undefined
    }))
  ]
  saveBlob(`${FILE}.csv`, await exportRows('csv', columns, rowsOf(view)))
}
