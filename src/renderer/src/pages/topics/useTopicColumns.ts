/** Columns of the topic list. */
import { NTag, type DataTableColumns } from 'naive-ui'
import { computed, h } from 'vue'
import { useI18n } from 'vue-i18n'
import type { TopicView } from '../../../../shared/views'
import PermTags from '../../components/PermTags.vue'
import RowActions from '../../components/RowActions.vue'
import { canRead, canWrite } from './topicRules'

interface Verbs {
  edit: (topic: TopicView) => void
  remove: (topic: TopicView) => void
}

export const useTopicColumns = ({ edit, remove }: Verbs) => {
  const { t } = useI18n()
  return computed<DataTableColumns<TopicView>>(() => [
    {
      key: 'topic',
      title: t('topics.topic'),
      minWidth: 200,
      ellipsis: { tooltip: true },
      sorter: (a, b) => a.topic.localeCompare(b.topic),
      render: ({ topic }) => h('strong', { class: 'mono' }, topic)
    },
    {
      key: 'kind',
      title: t('topics.kind'),
      width: 100,
      render: ({ kind }) =>
        h(
          NTag,
          { size: 'small', bordered: false, type: kind === 'DLQ' ? 'warning' : 'default' },
          () => t(`topics.kinds.${kind}`)
        )
    },
    {
      key: 'queues',
      title: t('topics.queues'),
      width: 140,
      className: 'num',
      render: ({ readQueueNums, writeQueueNums }) => `${readQueueNums} / ${writeQueueNums}`
    },
    {
      key: 'perm',
      title: t('topics.permission'),
      width: 120,
      render: ({ perm }) => h(PermTags, { read: canRead(perm), write: canWrite(perm) })
    },
    {
      key: 'brokers',
      title: t('topics.brokers'),
      minWidth: 120,
      ellipsis: { tooltip: true },
      render: ({ brokers }) => brokers.map(({ brokerName }) => brokerName).join(', ')
    },
    {
      key: 'actions',
      title: '',
      width: 84,
      align: 'right',
      render: (topic) =>
        topic.kind === 'SYSTEM'
          ? null
          : h(RowActions, {
              editLabel: t('topics.editNamed', { topic: topic.topic }),
              deleteLabel: t('topics.deleteNamed', { topic: topic.topic }),
              onEdit: () => edit(topic),
              onDelete: () => remove(topic)
            })
    }
  ])
}
