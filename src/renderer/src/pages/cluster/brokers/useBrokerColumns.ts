/** Columns of the broker table, as RocketMQ's dashboard has them. */
import { NTag, type DataTableBaseColumn, type DataTableColumns } from 'naive-ui'
import { computed, h } from 'vue'
import { useI18n } from 'vue-i18n'
import type { BrokerRow } from '../../../../../shared/brokerViews'
import { useFormat } from '../../../composables/useFormat'
import { useProblemText } from '../../../composables/useProblemText'
import BrokerRowActions from './BrokerRowActions.vue'

interface Verbs {
  status: (broker: BrokerRow) => void
  config: (broker: BrokerRow) => void
  permit: (broker: BrokerRow, isGiven: boolean) => void
}

type Figure =
  | 'produceTps'
  | 'consumeTps'
  | 'producedToday'
  | 'consumedToday'
  | 'producedYesterday'
  | 'consumedYesterday'

/** Figures under one head: what was produced, what was consumed. */
const groups: readonly (readonly [head: string, produced: Figure, consumed: Figure])[] = [
  ['brokers.perSecond', 'produceTps', 'consumeTps'],
  ['brokers.today', 'producedToday', 'consumedToday'],
  ['brokers.yesterday', 'producedYesterday', 'consumedYesterday']
]

export const useBrokerColumns = (verbs: Verbs) => {
  const { t } = useI18n()
  const format = useFormat()
  const problemText = useProblemText()
  const figure = (key: Figure, title: string): DataTableBaseColumn<BrokerRow> => ({
    key,
    title,
    width: 84,
    align: 'right',
    className: 'num',
    sorter: (a, b) => a[key] - b[key],
    render: (row) =>
      row.problem ? '—' : key.endsWith('Tps') ? format.rate(row[key]) : format.integer(row[key])
  })
  return computed<DataTableColumns<BrokerRow>>(() => [
    {
      key: 'brokerName',
      title: t('brokers.instance'),
      minWidth: 120,
      fixed: 'left',
      sorter: (a, b) => a.brokerName.localeCompare(b.brokerName) || a.brokerId - b.brokerId,
      render: (row) => [
        h('strong', { class: 'mono' }, row.brokerName),
        row.isWithdrawn === true
          ? h(NTag, { size: 'small', type: 'warning', bordered: false, style: 'margin-left:6px' }, () => t('brokers.withdrawn')) // prettier-ignore
          : null
      ]
    },
    {
      key: 'brokerId',
      title: t('brokers.number'),
      width: 92,
      render: ({ brokerId }) => t(brokerId === 0 ? 'brokers.master' : 'brokers.slave', { id: brokerId }) // prettier-ignore
    },
    {
      key: 'address',
      title: t('brokers.address'),
      minWidth: 140,
      render: ({ address, problem }) => [
        h('span', { class: 'mono' }, address),
        problem
          ? h('div', { class: 'broker-problem', 'data-code': problem.code }, problemText(problem).cause) // prettier-ignore
          : null
      ]
    },
    { key: 'version', title: t('brokers.version'), width: 76, render: (row) => row.version ?? '—' },
    ...groups.map(([head, produced, consumed]) => ({
      key: head,
      title: t(head),
      align: 'center' as const,
      children: [figure(produced, t('brokers.produced')), figure(consumed, t('brokers.consumed'))]
    })),
    {
      key: 'actions',
      title: t('common.actions'),
      width: 104,
      fixed: 'right',
      render: (row) =>
        h(BrokerRowActions, {
          broker: row,
          onStatus: () => verbs.status(row),
          onConfig: () => verbs.config(row),
          onPermit: (isGiven: boolean) => verbs.permit(row, isGiven)
        })
    }
  ])
}
