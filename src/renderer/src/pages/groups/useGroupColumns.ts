/** Columns of the group list. */
import { NTag, type DataTableColumns } from 'naive-ui'
import { computed, h } from 'vue'
import { useI18n } from 'vue-i18n'
import type { GroupView } from '../../../../shared/views'
import AppIcon from '../../components/AppIcon.vue'
import RowActions from '../../components/RowActions.vue'
import { useFormat } from '../../composables/useFormat'
import { useGroupWords } from './useGroupWords'

interface Verbs {
  edit: (group: GroupView) => void
  remove: (group: GroupView) => void
}

export const useGroupColumns = ({ edit, remove }: Verbs) => {
  const { t } = useI18n()
  const format = useFormat()
  const word = useGroupWords()

  const name = ({ groupName, system }: GroupView) =>
    h('span', { class: 'row' }, [
      h('strong', { class: 'mono clip', title: groupName }, groupName),
      system ? h(NTag, { size: 'tiny', bordered: false }, () => t('groups.system')) : null
    ])
  const members = ({ members: count, partial }: GroupView) =>
    h('span', { class: 'row num' }, [
      count > 0 ? String(count) : h('span', { class: 'muted' }, t('groups.offline')),
      partial
        ? h('span', { title: t('groups.partial') }, h(AppIcon, { name: 'warning', size: 14 }))
        : null
    ])
  const lag = (group: GroupView) =>
    h(
      'span',
      { style: group.lag > 0 ? 'color: var(--warn); font-weight: 600' : '' },
      format.integer(group.lag)
    )
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
      minWidth: 210,
      sorter: (a, b) => a.groupName.localeCompare(b.groupName),
      render: name
    },
    {
      key: 'members',
      title: t('groups.members'),
      width: 130,
      sorter: (a, b) => a.members - b.members,
      render: members
    },
    {
      key: 'lag',
      title: t('groups.lag'),
      width: 100,
      align: 'right',
      className: 'num',
      sorter: (a, b) => a.lag - b.lag,
      render: lag
    },
    {
      key: 'messageModel',
      title: t('groups.messageModel'),
      width: 130,
      render: ({ messageModel }) => word('messageModels', messageModel)
    },
    {
      key: 'topics',
      title: t('groups.topics'),
      minWidth: 140,
      ellipsis: { tooltip: true },
      render: ({ topics }) => (topics.length > 0 ? topics.join(', ') : '—')
    },
    { key: 'actions', title: '', width: 84, align: 'right', render: actions }
  ])
}
