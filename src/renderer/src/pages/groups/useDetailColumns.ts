/** Columns of the tables inside a group's drawer. */
import type { DataTableColumns } from 'naive-ui'
import { computed, h } from 'vue'
import { useI18n } from 'vue-i18n'
import { RouterLink } from 'vue-router'
import type { GroupMember, GroupProgress } from '../../../../shared/groupViews'
import ClientActions from '../../components/client/ClientActions.vue'
import LagBar from '../../components/LagBar.vue'
import { useFormat } from '../../composables/useFormat'
import { consumedShare } from './groupRules'
import { nameOfQueue } from './rebalanceRules'

const numeric = { align: 'right', className: 'num' } as const
const clipped = { ellipsis: { tooltip: true } } as const

const topicLink = (topic: string) =>
  h(RouterLink, { class: 'link', to: { name: 'topics', query: { topic } } }, () => topic)

/** `owners`: who has a queue, by topic, broker and queue id. */
export const useProgressColumns = (owners: () => ReadonlyMap<string, string>) => {
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
      key: 'inflight',
      title: t('groups.detail.inflight'),
      width: 80,
      ...numeric,
      render: ({ inflight }) => format.integer(inflight)
    },
    {
      key: 'delayMs',
      title: t('groups.detail.delay'),
      width: 90,
      ...numeric,
      render: ({ delayMs }) => (delayMs === undefined ? '—' : format.duration(delayMs))
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
      render: (progress) => h('bdi', { class: 'mono' }, owners().get(nameOfQueue(progress)) ?? progress.clientId ?? '—') // prettier-ignore
    }
  ])
}

interface MemberVerbs {
  canClose: () => boolean
  inform: (member: GroupMember) => void
  close: (member: GroupMember) => void
}

export const useMemberColumns = ({ canClose, inform, close }: MemberVerbs) => {
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
    { key: 'language', title: t('groups.detail.language'), width: 100 },
    { key: 'version', title: t('groups.detail.version'), width: 110 },
    {
      key: 'protocol',
      title: t('groups.detail.protocol'),
      width: 100,
      render: ({ protocol }) => t(`clients.protocols.${protocol}`)
    },
    {
      key: 'actions',
      title: '',
      width: 84,
      align: 'right',
      render: (member) =>
        h(ClientActions, {
          clientId: member.clientId,
          canInform: true,
          canClose: canClose(),
          onInform: () => inform(member),
          onClose: () => close(member)
        })
    }
  ])
}
