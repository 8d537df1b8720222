/** Columns of the queues of one topic. */
import type { DataTableColumns } from 'naive-ui'
import { computed, h } from 'vue'
import { useI18n } from 'vue-i18n'
import { RouterLink } from 'vue-router'
import type { QueueOffsetView } from '../../../../shared/views'
import { useFormat } from '../../composables/useFormat'
import { stored } from './routeLayout'

export const useQueueColumns = (topic: () => string) => {
  const { t } = useI18n()
  const format = useFormat()
  const numeric = { align: 'right', className: 'num' } as const
  return computed<DataTableColumns<QueueOffsetView>>(() => [
    { key: 'brokerName', title: t('topics.detail.broker'), ellipsis: { tooltip: true } },
    {
      key: 'queueId',
      title: t('topics.detail.queue'),
      width: 70,
      ...numeric,
      render: ({ brokerName, queueId }) =>
        h(
          RouterLink,
          {
            class: 'link',
            'aria-label': t('topics.detail.browseQueue', { queue: queueId }),
            to: {
              name: 'messages',
              params: { tab: 'browse' },
              query: { topic: topic(), queue: `${brokerName}:${queueId}` }
            }
          },
          () => String(queueId)
        )
    },
    {
      key: 'minOffset',
      title: t('topics.detail.minOffset'),
      width: 100,
      ...numeric,
      render: ({ minOffset }) => format.integer(minOffset)
    },
    {
      key: 'maxOffset',
      title: t('topics.detail.maxOffset'),
      width: 100,
      ...numeric,
      render: ({ maxOffset }) => format.integer(maxOffset)
    },
    {
      key: 'count',
      title: t('topics.detail.count'),
      width: 100,
      ...numeric,
      render: (queue) => format.integer(stored(queue))
    },
    {
      key: 'lastUpdateTimestamp',
      title: t('topics.detail.lastUpdate'),
      width: 190,
      ...numeric,
      render: ({ lastUpdateTimestamp }) => format.timestamp(lastUpdateTimestamp)
    }
  ])
}
