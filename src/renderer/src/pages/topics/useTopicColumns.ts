/** Columns of the topic list. */
import { NTag, type DataTableColumns } from 'naive-ui'
import { computed, h, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { TopicView } from '../../../../shared/views'
import { chooseColumn } from '../../components/chooseColumn'
import IconButton from '../../components/IconButton.vue'
import PermTags from '../../components/PermTags.vue'
import RowActions from '../../components/RowActions.vue'
import SparkLine from '../../components/SparkLine.vue'
import { useFormat } from '../../composables/useFormat'
import { canRead, canWrite } from './topicRules'
import type { SeenFigures } from './useTopicFigures'

interface Options {
  rows: Ref<readonly TopicView[]>
  chosen: Ref<readonly string[]>
  figuresOf: (topic: string) => SeenFigures | undefined
  edit: (topic: TopicView) => void
  remove: (topic: TopicView) => void
  clone: (topic: TopicView) => void
}

const numeric = { align: 'right', className: 'num' } as const

export const useTopicColumns = (options: Options) => {
  const { rows, chosen, figuresOf, edit, remove, clone } = options
  const { t } = useI18n()
  const format = useFormat()
  /** What no broker tells is told as that. */
  const known = (value: number | undefined, text: (value: number) => string) =>
    value === undefined ? h('span', { title: t('topics.figures.untold') }, '—') : text(value)
  const typeText = ({ kind, messageType }: TopicView): string =>
    kind === 'NORMAL' && messageType !== 'UNSPECIFIED'
      ? t(`topics.types.${messageType}`)
      : t(`topics.kinds.${kind}`)

  return computed<DataTableColumns<TopicView>>(() => [
    chooseColumn<TopicView>({
      rows: () => rows.value.filter(({ kind }) => kind !== 'SYSTEM'),
      ...{ keyOf: ({ topic }) => topic, chosen },
      label: ({ topic }) => t('topics.choose', { topic }),
      allLabel: t('topics.chooseAll')
    }),
    {
      key: 'topic',
      title: t('topics.topic'),
      minWidth: 130,
      ellipsis: { tooltip: false },
      sorter: (a, b) => a.topic.localeCompare(b.topic),
      render: ({ topic, note }) => [
        h('strong', { class: 'mono', title: topic }, topic),
        note ? h('div', { class: 'muted clip', title: note }, note) : undefined
      ]
    },
    {
      key: 'kind',
      title: t('topics.kind'),
      width: 96,
      render: (topic) =>
        h(
          NTag,
          { size: 'small', bordered: false, type: topic.kind === 'DLQ' ? 'warning' : 'default' },
          () => typeText(topic)
        )
    },
    {
      key: 'queues',
      title: t('topics.queues'),
      width: 124,
      className: 'num',
      render: ({ readQueueNums, writeQueueNums, perm }) => [
        `${readQueueNums} / ${writeQueueNums}`,
        h(PermTags, { read: canRead(perm), write: canWrite(perm) })
      ]
    },
    {
      key: 'rates',
      title: t('topics.figures.rates'),
      width: 84,
      ...numeric,
      render: ({ topic }) => {
        const figures = figuresOf(topic)
        return figures
          ? [
              h('div', ['↑ ', known(figures.inTps, format.rate)]),
              h('div', { class: 'muted' }, ['↓ ', known(figures.outTps, format.rate)])
            ]
          : '…'
      }
    },
    {
      key: 'spark',
      title: t('topics.figures.trend'),
      width: 92,
      render: ({ topic }) =>
        h(SparkLine, {
          values: figuresOf(topic)?.seen ?? [],
          label: t('topics.figures.trendOf', { topic })
        })
    },
    {
      key: 'messages',
      title: t('topics.figures.messages'),
      width: 118,
      ...numeric,
      render: ({ topic }) => {
        const figures = figuresOf(topic)
        return figures
          ? [
              format.integer(figures.messages) + (figures.isPartial ? ' +' : ''),
              h(
                'div',
                { class: 'muted', title: t('topics.figures.last') },
                figures.lastTimestamp > 0
                  ? format.timestamp(figures.lastTimestamp).slice(5, 19)
                  : '—'
              )
            ]
          : '…'
      }
    },
    {
      key: 'actions',
      title: '',
      width: 108,
      align: 'right',
      render: (topic) =>
        topic.kind === 'SYSTEM'
          ? null
          : h(
              RowActions,
              {
                editLabel: t('topics.editNamed', { topic: topic.topic }),
                deleteLabel: t('topics.deleteNamed', { topic: topic.topic }),
                onEdit: () => edit(topic),
                onDelete: () => remove(topic)
              },
              () =>
                h(IconButton, {
                  icon: 'copy',
                  label: t('topics.cloneNamed', { topic: topic.topic }),
                  onClick: () => clone(topic)
                })
            )
    }
  ])
}
