/** Columns of the inbox. */
import type { DataTableColumns } from 'naive-ui'
import { computed, h, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { DeadLetter } from '../../../../shared/deadLetterViews'
import AppIcon from '../../components/AppIcon.vue'
import { chooseColumn } from '../../components/chooseColumn'
import IconButton from '../../components/IconButton.vue'
import { useFormat } from '../../composables/useFormat'
import { letterKey } from './letterRules'

const clipped = { ellipsis: { tooltip: false } } as const
const mono = (text: string) => h('span', { class: 'mono', title: text }, text)

interface Options {
  /** Letters of one group need not say which. */
  group: Ref<string>
  sentKeys: Ref<ReadonlySet<string>>
  letters: Ref<readonly DeadLetter[]>
  selected: Ref<readonly string[]>
  deliver: (letter: DeadLetter) => void
}

export const useLetterColumns = (options: Options) => {
  const { group, sentKeys, letters, selected, deliver } = options
  const { t } = useI18n()
  const format = useFormat()
  return computed<DataTableColumns<DeadLetter>>(() => [
    chooseColumn<DeadLetter>({
      ...{ rows: () => letters.value, keyOf: letterKey, chosen: selected },
      label: ({ msgId }) => t('deadLetters.choose', { id: msgId }),
      allLabel: t('deadLetters.chooseAll')
    }),
    {
      key: 'storeTimestamp',
      title: t('deadLetters.stored'),
      width: 122,
      className: 'num',
      // The year is in the details.
      render: ({ storeTimestamp }) => format.timestamp(storeTimestamp).slice(5, 19)
    },
    ...(group.value
      ? []
      : [
          {
            key: 'groupName',
            title: t('deadLetters.group'),
            minWidth: 80,
            ...clipped,
            render: ({ groupName }: DeadLetter) => mono(groupName)
          }
        ]),
    {
      key: 'originTopic',
      title: t('deadLetters.originTopic'),
      minWidth: 80,
      ...clipped,
      render: ({ originTopic }) => mono(originTopic || t('deadLetters.unknown'))
    },
    {
      key: 'keys',
      title: t('deadLetters.keys'),
      minWidth: 70,
      ...clipped,
      render: ({ keys, tags }) => mono([keys, tags].filter(Boolean).join(' · ') || '—')
    },
    {
      key: 'reconsumeTimes',
      title: t('deadLetters.retries'),
      width: 64,
      align: 'right',
      className: 'num',
      render: ({ reconsumeTimes }) => String(reconsumeTimes)
    },
    {
      key: 'preview',
      title: t('deadLetters.body'),
      minWidth: 80,
      ...clipped,
      render: ({ preview }) => mono(preview)
    },
    {
      key: 'actions',
      title: '',
      width: 66,
      align: 'right',
      render: (letter) =>
        h('span', { class: 'row', style: 'justify-content: flex-end; gap: 4px' }, [
          sentKeys.value.has(letterKey(letter))
            ? h(
                'span',
                {
                  class: 'sent',
                  role: 'img',
                  'aria-label': t('deadLetters.sentTag'),
                  title: t('deadLetters.sentTag')
                },
                [h(AppIcon, { name: 'check' })]
              )
            : undefined,
          h(IconButton, {
            icon: 'play',
            label: t('deadLetters.deliverNamed', { id: letter.msgId }),
            onClick: (event: MouseEvent) => {
              event.stopPropagation()
              deliver(letter)
            }
          })
        ])
    }
  ])
}
