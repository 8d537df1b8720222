/** Columns of what waits. */
import { NTag, type DataTableColumns } from 'naive-ui'
import { computed, h, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type {
  ScheduledBroker,
  ScheduledKind,
  ScheduledMessage
} from '../../../../shared/scheduledViews'
import IconButton from '../../components/IconButton.vue'
import type { IconName } from '../../components/icons'
import { useFormat } from '../../composables/useFormat'
import { stepTo, whyNotRecalled } from './scheduledRules'

export type Verb = 'recall' | 'deliverNow' | 'fastForward'

interface Options {
  now: Ref<number>
  brokers: Ref<readonly ScheduledBroker[]>
  /** The cluster's clock can be moved: it is one of ours. */
  hasClock: Ref<boolean>
  act: (verb: Verb, message: ScheduledMessage) => void
}

const tones: Record<ScheduledKind, 'default' | 'info' | 'warning' | 'success'> = {
  delay: 'default',
  timer: 'info',
  retry: 'warning',
  half: 'success'
}
const clipped = { ellipsis: { tooltip: false } } as const
const mono = (text: string) => h('span', { class: 'mono', title: text }, text)

export const useScheduledColumns = ({ now, brokers, hasClock, act }: Options) => {
  const { t } = useI18n()
  const format = useFormat()

  const dueText = ({ dueAt }: ScheduledMessage): string => {
    if (dueAt === undefined) return t('scheduled.untilEnded')
    const leftMs = Math.ceil((dueAt - now.value) / 1000) * 1000
    return leftMs <= 0 ? t('scheduled.dueNow') : t('scheduled.dueIn', { length: format.duration(leftMs) }) // prettier-ignore
  }
  const kindText = ({ kind, level, reconsumeTimes, checkTimes = 0 }: ScheduledMessage): string => {
    if (kind === 'retry') return t('scheduled.retryOf', { n: reconsumeTimes })
    if (kind === 'half') return t('scheduled.checked', { n: checkTimes })
    return level === undefined ? '' : t('scheduled.level', { level })
  }
  const button = (verb: Verb, icon: IconName, message: ScheduledMessage, why: string | undefined) =>
    h(IconButton, {
      icon,
      label: why ?? t(`scheduled.verbs.${verb}`, { id: message.msgId }),
      disabled: why !== undefined,
      'data-testid': `scheduled-${verb}`,
      onClick: (event: MouseEvent) => {
        event.stopPropagation()
        act(verb, message)
      }
    })
  const actions = (message: ScheduledMessage) => {
    const reason = whyNotRecalled(message, brokers.value)
    const why = reason && t(`scheduled.why.${reason}`, { broker: message.brokerName })
    const isFar = stepTo(message.dueAt, now.value) === undefined
    return h('span', { class: 'row', style: 'gap: 2px; justify-content: flex-end' }, [
      hasClock.value
        ? button('fastForward', 'clock', message, isFar ? t('scheduled.why.noTime') : undefined)
        : undefined,
      button('deliverNow', 'send', message, why),
      button('recall', 'undo', message, why)
    ])
  }

  return computed<DataTableColumns<ScheduledMessage>>(() => [
    {
      key: 'dueAt',
      title: t('scheduled.due'),
      width: 160,
      className: 'num',
      render: (message) =>
        h('span', [
          message.dueAt === undefined ? '' : format.timestamp(message.dueAt).slice(0, 19),
          h('div', { class: 'muted' }, dueText(message))
        ])
    },
    {
      key: 'kind',
      title: t('scheduled.kind'),
      width: 110,
      render: (message) => [
        h(NTag, { size: 'small', bordered: false, type: tones[message.kind] }, () =>
          t(`scheduled.kinds.${message.kind}`)
        ),
        h('div', { class: 'muted' }, kindText(message))
      ]
    },
    {
      key: 'target',
      title: t('scheduled.target'),
      minWidth: 130,
      ...clipped,
      render: ({ target, brokerName }) => [
        mono(target),
        h('div', { class: 'muted clip' }, brokerName)
      ]
    },
    {
      key: 'msgId',
      title: t('scheduled.idAndKeys'),
      minWidth: 150,
      ...clipped,
      render: ({ msgId, keys, tags }) => [
        mono(msgId),
        h('div', { class: 'muted clip' }, [keys, tags].filter(Boolean).join(' · ') || '—')
      ]
    },
    {
      key: 'preview',
      title: t('scheduled.body'),
      minWidth: 100,
      ...clipped,
      render: ({ preview }) => mono(preview)
    },
    {
      key: 'actions',
      title: '',
      width: hasClock.value ? 104 : 76,
      align: 'right',
      render: actions
    }
  ])
}
