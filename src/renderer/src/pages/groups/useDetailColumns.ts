/** Columns of the tables inside a group's drawer. */
import type { DataTableColumns } from 'naive-ui'
import { computed, h } from 'vue'
import { useI18n } from 'vue-i18n'
import { RouterLink } from 'vue-router'
import type { GroupMember, GroupProgress, GroupSubscription } from '../../../../shared/views'
import LagBar from '../../components/LagBar.vue'
import { useFormat } from '../../composables/useFormat'
import { consumedShare } from './groupRules'

const numeric = { align: 'right', className: 'num' } as const
const clipped = { ellipsis: { tooltip: true } } as const

const topicLink = (topic: string) =>
  h(RouterLink, { class: 'link', to: { name: 'topics', query: { topic } } }, () => topic)

export const useProgressColumns = () => {
  const { t } = useI18n()
  const format = useFormat()
  return computed<DataTableColumns<GroupProgress>>(() => [
    {
      key: 'topic',
      title: t('topics.topic'),
      minWidth: 110,
      ...clipped,
      render: ({ topic }) => topicLink(topic)
    },
    {
      key: 'queue',
      title: t('groups.detail.queue'),
      width: 110,
      ...clipped,
      render: ({ brokerName, queueId }) => `${brokerName} #${queueId}`
    },
    {
      key: 'share',
      title: t('groups.detail.consumed'),
      width: 90,
      render: (progress) => h(LagBar, { share: consumedShare(progress) })
    },
    {
      key: 'offsets',
      title: t('groups.detail.offsets'),
      width: 150,
      ...numeric,
      render: ({ consumerOffset, brokerOffset }) =>
        `${format.integer(consumerOffset)} / ${format.integer(brokerOffset)}`
    },
    {
      key: 'lag',
      title: t('groups.detail.lag'),
      width: 76,
      ...numeric,
      render: ({ lag }) =>
        h(
          'span',
          { style: lag > 0 ? 'color: var(--warn); font-weight: 600' : '' },
          format.integer(lag)
        )
    },
    {
      key: 'lastTimestamp',
      title: t('groups.detail.lastTime'),
      width: 150,
      className: 'num',
      render: ({ lastTimestamp }) => format.timestamp(lastTimestamp).slice(0, 19)
    },
    {
      key: 'clientId',
      title: t('groups.detail.owner'),
      width: 110,
      ...clipped,
      render: ({ clientId }) => h('span', { class: 'mono' }, clientId ?? '—')
    }
  ])
}

export const useMemberColumns = () => {
  const { t } = useI18n()
  return computed<DataTableColumns<GroupMember>>(() => [
    {
      key: 'clientId',
      title: t('groups.detail.clientId'),
      ...clipped,
      render: ({ clientId }) => h('span', { class: 'mono' }, clientId)
    },
    {
      key: 'clientAddr',
      title: t('groups.detail.clientAddr'),
      width: 170,
      render: ({ clientAddr }) => h('span', { class: 'mono' }, clientAddr)
    },
    { key: 'language', title: t('groups.detail.language'), width: 110 },
    { key: 'version', title: t('groups.detail.version'), width: 120 }
  ])
}

export const useSubscriptionColumns = () => {
  const { t } = useI18n()
  return computed<DataTableColumns<GroupSubscription>>(() => [
    {
      key: 'topic',
      title: t('topics.topic'),
      ...clipped,
      render: ({ topic }) => topicLink(topic)
    },
    {
      key: 'subString',
      title: t('groups.detail.expression'),
      ...clipped,
      render: ({ subString }) => h('span', { class: 'mono' }, subString)
    },
    { key: 'expressionType', title: t('groups.detail.expressionType'), width: 140 }
  ])
}
