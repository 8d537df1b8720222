/** Columns of the group list. What is unknown says so, with the reason. */
import { NTag, type DataTableColumns } from 'naive-ui'
import { computed, h, type VNodeChild } from 'vue'
import { useI18n } from 'vue-i18n'
import type { GroupView } from '../../../../shared/groupViews'
import AppIcon from '../../components/AppIcon.vue'
import RowActions from '../../components/RowActions.vue'
import { useClusterNow } from '../../composables/useClusterNow'
import { useFormat } from '../../composables/useFormat'
import { useProblemText } from '../../composables/useProblemText'
import { useGroupWords } from './useGroupWords'

interface Verbs {
  edit: (group: GroupView) => void
  remove: (group: GroupView) => void
}

const numeric = { align: 'right', className: 'num' } as const
const by =
  (pick: (group: GroupView) => number | undefined) =>
  (a: GroupView, b: GroupView): number =>
    (pick(a) ?? -1) - (pick(b) ?? -1)

export const useGroupColumns = ({ edit, remove }: Verbs) => {
  const { t } = useI18n()
  const format = useFormat()
  const word = useGroupWords()
  const problemText = useProblemText()
  const now = useClusterNow()

  const reasonOf = ({ problem }: GroupView) =>
    t('groups.unknownBecause', { reason: problem ? problemText(problem).cause : '' })
  const unlessUnknown = <T>(
    group: GroupView,
    value: T | undefined,
    show: (value: T) => VNodeChild
  ) =>
    // prettier-ignore
    value === undefined
      ? h('span', { class: 'muted', title: reasonOf(group) }, t('groups.unknown'))
      : show(value)

  const name = ({ groupName, paused }: GroupView) =>
    h('span', { class: 'row' }, [
      h('strong', { class: 'mono clip', title: groupName }, groupName),
      paused
        ? h(NTag, { size: 'tiny', bordered: false, type: 'warning' }, () => t('groups.paused'))
        : null
    ])
  const members = (group: GroupView) =>
    h('span', { class: 'row num' }, [
      unlessUnknown(group, group.members, (count) =>
        count > 0 ? String(count) : h('span', { class: 'muted' }, t('groups.offline'))
      ),
      group.partial
        ? h('span', { title: `${t('groups.partial')} ${group.problem ? reasonOf(group) : ''}` }, h(AppIcon, { name: 'warning', size: 14 })) // prettier-ignore
        : null
    ])
  const warned = (count: number, text: string) =>
    h('span', { style: count > 0 ? 'color: var(--warn); font-weight: 600' : '' }, text)
  const mode = ({ messageModel, consumeType }: GroupView) =>
    messageModel ? `${word('messageModels', messageModel)} · ${word('consumeTypes', consumeType)}` : '—' // prettier-ignore
  const delay = ({ behindSince }: GroupView) =>
    behindSince === undefined
      ? '—'
      : t('groups.atMostDelay', { delay: format.duration(now.value - behindSince) })
  const consistency = ({ consistency: state }: GroupView) => {
    if (state === undefined) return '—'
    const type = state === 'differ' ? 'error' : 'default'
    return h(NTag, { size: 'tiny', bordered: false, type }, () => t(`groups.consistencies.${state}`)) // prettier-ignore
  }
  const actions = (group: GroupView) =>
    group.system
      ? null
      : h(RowActions, {
          editLabel: t('groups.editNamed', { group: group.groupName }),
          deleteLabel: t('groups.deleteNamed', { group: group.groupName }),
          onEdit: () => edit(group),
          onDelete: () => remove(group)
        })

  return computed<DataTableColumns<GroupView>>(() => [
    {
      key: 'groupName',
      title: t('groups.group'),
      minWidth: 200,
      fixed: 'left',
      sorter: (a, b) => a.groupName.localeCompare(b.groupName),
      render: name
    },
    {
      key: 'members',
      title: t('groups.members'),
      width: 130,
      sorter: by(({ members: count }) => count),
      render: members
    },
    {
      key: 'lag',
      title: t('groups.lag'),
      width: 100,
      ...numeric,
      sorter: by(({ lag }) => lag),
      render: (group) => unlessUnknown(group, group.lag, (lag) => warned(lag, format.integer(lag)))
    },
    {
      key: 'inflight',
      title: t('groups.inflight'),
      width: 100,
      ...numeric,
      sorter: by(({ inflight }) => inflight),
      render: (group) => unlessUnknown(group, group.inflight, format.integer)
    },
    {
      key: 'delay',
      title: () => h('span', { title: t('groups.delayHint') }, t('groups.delay')),
      width: 120,
      ...numeric,
      sorter: by(({ behindSince }) => (behindSince === undefined ? undefined : -behindSince)),
      render: delay
    },
    {
      key: 'tps',
      title: t('groups.tps'),
      width: 120,
      ...numeric,
      sorter: by(({ consumeTps }) => consumeTps),
      render: (group) => unlessUnknown(group, group.consumeTps, format.rate)
    },
    {
      key: 'consistency',
      title: t('groups.consistency'),
      width: 120,
      render: consistency
    },
    {
      key: 'type',
      title: t('groups.type'),
      width: 90,
      render: ({ type }) => t(`groups.types.${type}`)
    },
    {
      key: 'mode',
      title: t('groups.messageModel'),
      width: 150,
      ellipsis: { tooltip: true },
      render: mode
    },
    {
      key: 'versions',
      title: t('groups.version'),
      width: 110,
      ellipsis: { tooltip: true },
      render: ({ versions }) => versions.join(t('common.listSeparator')) || '—'
    },
    {
      key: 'topics',
      title: t('groups.topics'),
      minWidth: 140,
      ellipsis: { tooltip: true },
      render: ({ topics }) => (topics.length > 0 ? topics.join(t('common.listSeparator')) : '—')
    },
    {
      key: 'lastConsumedAt',
      title: t('groups.lastConsumed'),
      width: 170,
      className: 'num',
      sorter: by(({ lastConsumedAt }) => lastConsumedAt),
      render: ({ lastConsumedAt = 0 }) => format.timestamp(lastConsumedAt).slice(0, 19)
    },
    { key: 'actions', title: '', width: 84, align: 'right', fixed: 'right', render: actions }
  ])
}
