/** Columns of what a member says of itself. */
import type { DataTableColumns } from 'naive-ui'
import { computed, h } from 'vue'
import { useI18n } from 'vue-i18n'
import { RouterLink } from 'vue-router'
import type { ConsumeStatusView, ProcessQueueView } from '../../../../shared/clientViews'
import type { MemberSubscriptionView } from '../../../../shared/groupViews'
import { useFormat } from '../../composables/useFormat'

const numeric = { align: 'right', className: 'num' } as const
const clipped = { ellipsis: { tooltip: true } } as const

export const useProcessQueueColumns = () => {
  const { t } = useI18n()
  const format = useFormat()
  const state = ({ locked, dropped, isPop }: ProcessQueueView) =>
    [
      locked ? t('clients.info.locked') : '',
      dropped ? t('clients.info.dropped') : '',
      isPop ? t('clients.info.pop') : ''
    ]
      .filter((text) => text !== '')
      .join(t('common.listSeparator'))
  return computed<DataTableColumns<ProcessQueueView>>(() => [
    { key: 'topic', title: t('topics.topic'), minWidth: 120, ...clipped },
    {
      key: 'queue',
      title: t('clients.info.queue'),
      width: 130,
      ...clipped,
      render: ({ brokerName, queueId }) => (queueId < 0 ? brokerName : `${brokerName} #${queueId}`)
    },
    {
      key: 'commitOffset',
      title: t('clients.info.offset'),
      width: 100,
      ...numeric,
      render: ({ commitOffset }) => (commitOffset < 0 ? '—' : format.integer(commitOffset))
    },
    {
      key: 'cached',
      title: t('clients.info.cached'),
      width: 80,
      ...numeric,
      render: ({ cached }) => format.integer(cached)
    },
    {
      key: 'lastPullAt',
      title: t('clients.info.lastPull'),
      width: 100,
      className: 'num',
      render: ({ lastPullAt }) => format.timestamp(lastPullAt).slice(11, 19) || '—'
    },
    {
      key: 'lastConsumeAt',
      title: t('clients.info.lastConsume'),
      width: 110,
      className: 'num',
      render: ({ lastConsumeAt }) => format.timestamp(lastConsumeAt).slice(11, 19) || '—'
    },
    { key: 'state', title: '', width: 90, ...clipped, render: state }
  ])
}

export const useStatusColumns = () => {
  const { t } = useI18n()
  const format = useFormat()
  return computed<DataTableColumns<ConsumeStatusView>>(() => {
    const column = (key: Exclude<keyof ConsumeStatusView, 'topic'>, title: string) => ({
      ...{ key, title, width: 100, ...numeric },
      render: (status: ConsumeStatusView) => format.rate(status[key])
    })
    return [
      { key: 'topic', title: t('topics.topic'), minWidth: 130, ...clipped },
      column('pullRT', t('clients.info.pullRT')),
      column('pullTPS', t('clients.info.pullTPS')),
      column('consumeRT', t('clients.info.consumeRT')),
      column('consumeOKTPS', t('clients.info.okTPS')),
      column('consumeFailedTPS', t('clients.info.failedTPS')),
      column('consumeFailedMsgs', t('clients.info.failedMsgs'))
    ]
  })
}

export const useWantedColumns = () => {
  const { t } = useI18n()
  return computed<DataTableColumns<MemberSubscriptionView>>(() => [
    {
      key: 'topic',
      title: t('topics.topic'),
      ...clipped,
      render: ({ topic }) =>
        h(RouterLink, { class: 'link', to: { name: 'topics', query: { topic } } }, () => topic)
    },
    {
      key: 'subString',
      title: t('groups.detail.expression'),
      ...clipped,
      render: ({ subString }) => h('bdi', { class: 'mono' }, subString)
    },
    { key: 'expressionType', title: t('groups.detail.expressionType'), width: 140 }
  ])
}

export const usePropertyColumns = () => {
  const { t } = useI18n()
  return computed<DataTableColumns<{ key: string; text: string }>>(() => [
    {
      key: 'key',
      title: t('clients.info.key'),
      ...clipped,
      render: ({ key }) => h('bdi', { class: 'mono' }, key)
    },
    {
      key: 'text',
      title: t('clients.info.value'),
      render: ({ text }) => h('bdi', { class: 'mono', style: 'overflow-wrap: anywhere' }, text)
    }
  ])
}
