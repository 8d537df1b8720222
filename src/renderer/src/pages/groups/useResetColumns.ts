/** Columns of a reset's preview and of its result. */
import type { DataTableColumns } from 'naive-ui'
import { computed, h } from 'vue'
import { useI18n } from 'vue-i18n'
import type { OffsetMoveView, OffsetResultRow } from '../../../../shared/offsetViews'
import { useFormat } from '../../composables/useFormat'
import { useProblemText } from '../../composables/useProblemText'

const numeric = { align: 'right', className: 'num' } as const
const clipped = { ellipsis: { tooltip: true } } as const

type QueueName = Pick<OffsetMoveView, 'topic' | 'brokerName' | 'queueId'>

const useQueueColumns = () => {
  const { t } = useI18n()
  return <R extends QueueName>(): DataTableColumns<R> => [
    { key: 'topic', title: t('topics.topic'), minWidth: 120, ...clipped },
    {
      key: 'queue',
      title: t('offsets.queue'),
      width: 130,
      ...clipped,
      render: ({ brokerName, queueId }) => `${brokerName} #${queueId}`
    }
  ]
}

const warned = (count: number, text: string) =>
  h('span', { style: count > 0 ? 'color: var(--warn); font-weight: 600' : '' }, text)

export const usePlanColumns = () => {
  const { t } = useI18n()
  const format = useFormat()
  const queue = useQueueColumns()
  return computed<DataTableColumns<OffsetMoveView>>(() => [
    ...queue<OffsetMoveView>(),
    {
      key: 'range',
      title: t('offsets.range'),
      width: 130,
      ...numeric,
      render: ({ minOffset, maxOffset }) =>
        `${format.integer(minOffset)} – ${format.integer(maxOffset)}`
    },
    {
      key: 'from',
      title: t('offsets.from'),
      width: 120,
      ...numeric,
      render: ({ from }) => (from === undefined ? t('offsets.never') : format.integer(from))
    },
    {
      key: 'to',
      title: t('offsets.to'),
      width: 100,
      ...numeric,
      render: ({ from, to }) =>
        to === undefined || to === from ? t('offsets.stays') : h('strong', format.integer(to))
    },
    {
      key: 'again',
      title: t('offsets.again'),
      width: 100,
      ...numeric,
      render: ({ again }) => warned(again, format.integer(again))
    },
    {
      key: 'skipped',
      title: t('offsets.skipped'),
      width: 90,
      ...numeric,
      render: ({ skipped }) => warned(skipped, format.integer(skipped))
    }
  ])
}

export const useResultColumns = () => {
  const { t } = useI18n()
  const format = useFormat()
  const queue = useQueueColumns()
  const text = useProblemText()
  const stateOf = ({ now, problem }: OffsetResultRow) => {
    if (!problem) {
      return now === undefined
        ? t('offsets.okNone')
        : t('offsets.ok', { offset: format.integer(now) })
    }
    const why = `${text(problem).cause} ${problem.message}`
    return h('span', { style: 'color: var(--error)', title: why }, `${t('offsets.failed')}: ${why}`)
  }
  return computed<DataTableColumns<OffsetResultRow>>(() => [
    ...queue<OffsetResultRow>(),
    {
      key: 'from',
      title: t('offsets.from'),
      width: 120,
      ...numeric,
      render: ({ from }) => (from === undefined ? t('offsets.never') : format.integer(from))
    },
    {
      key: 'to',
      title: t('offsets.to'),
      width: 120,
      ...numeric,
      render: ({ to }) => (to === undefined ? t('offsets.never') : format.integer(to))
    },
    { key: 'state', title: t('offsets.state'), minWidth: 180, render: stateOf }
  ])
}
