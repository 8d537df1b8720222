/** Columns of the message browser. */
import type { DataTableColumns } from 'naive-ui'
import { computed, h } from 'vue'
import { useI18n } from 'vue-i18n'
import type { MessageSummary } from '../../../../shared/views'
import { useFormat } from '../../composables/useFormat'

const clipped = { ellipsis: { tooltip: false } } as const
const mono = (text: string) => h('span', { class: 'mono', title: text }, text)

export const useMessageColumns = () => {
  const { t } = useI18n()
  const format = useFormat()
  return computed<DataTableColumns<MessageSummary>>(() => [
    {
      key: 'storeTimestamp',
      title: t('messages.browse.stored'),
      width: 170,
      className: 'num',
      render: ({ storeTimestamp }) => format.timestamp(storeTimestamp)
    },
    {
      key: 'queue',
      title: t('messages.browse.queue'),
      width: 104,
      ...clipped,
      render: ({ brokerName, queueId }) => `${brokerName} #${queueId}`
    },
    {
      key: 'queueOffset',
      title: t('messages.browse.offsetColumn'),
      width: 78,
      align: 'right',
      className: 'num',
      render: ({ queueOffset }) => format.integer(queueOffset)
    },
    {
      key: 'tags',
      title: t('messages.browse.tag'),
      width: 80,
      ...clipped,
      render: ({ tags }) => tags || '—'
    },
    {
      key: 'keys',
      title: t('messages.browse.keys'),
      width: 110,
      ...clipped,
      render: ({ keys }) => mono(keys || '—')
    },
    {
      key: 'preview',
      title: t('messages.browse.preview'),
      minWidth: 150,
      ...clipped,
      render: ({ preview }) => mono(preview)
    },
    {
      key: 'bodySize',
      title: t('messages.browse.size'),
      width: 78,
      align: 'right',
      className: 'num',
      render: ({ bodySize }) => format.bytes(bodySize)
    }
  ])
}
