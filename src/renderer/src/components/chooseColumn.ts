/** A column of boxes that have names, which naive-ui's own selection column has not. */
import { NCheckbox, type DataTableBaseColumn } from 'naive-ui'
import { h, type Ref } from 'vue'

interface Options<T> {
  /** Those the box above the column takes or leaves. */
  rows: () => readonly T[]
  keyOf: (row: T) => string
  chosen: Ref<readonly string[]>
  label: (row: T) => string
  allLabel: string
}

export const chooseColumn = <T>(options: Options<T>): DataTableBaseColumn<T> => {
  const { rows, keyOf, chosen, label, allLabel } = options
  const isChosen = (row: T): boolean => chosen.value.includes(keyOf(row))
  const choose = (row: T, isWanted: boolean) => {
    const others = chosen.value.filter((key) => key !== keyOf(row))
    chosen.value = isWanted ? [...others, keyOf(row)] : others
  }
  return {
    key: 'chosen',
    width: 40,
    // A click beside the box is meant for the box, not for the row.
    cellProps: () => ({ onClick: (event: MouseEvent) => event.stopPropagation() }),
    title: () => {
      const keys = new Set(chosen.value)
      const count = rows().filter((row) => keys.has(keyOf(row))).length
      return h(NCheckbox, {
        checked: count > 0 && count === rows().length,
        indeterminate: count > 0 && count < rows().length,
        disabled: rows().length === 0,
        'aria-label': allLabel,
        'onUpdate:checked': (isWanted: boolean) =>
          (chosen.value = isWanted ? rows().map(keyOf) : [])
      })
    },
    render: (row) =>
      h(NCheckbox, {
        checked: isChosen(row),
        'aria-label': label(row),
        'onUpdate:checked': (isWanted: boolean) => choose(row, isWanted)
      })
  }
}
