/** Columns of the list of clients. */
import { NTag, type DataTableColumns } from 'naive-ui'
import { computed, h } from 'vue'
import { useI18n } from 'vue-i18n'
import { RouterLink } from 'vue-router'
import type { ClientView } from '../../../../shared/clientViews'
import ClientActions from '../../components/client/ClientActions.vue'
import { useFormat } from '../../composables/useFormat'

interface Verbs {
  canClose: () => boolean
  inform: (group: string, client: ClientView) => void
  close: (client: ClientView) => void
}

const clipped = { ellipsis: { tooltip: true } } as const
const mono = (text: string) => h('bdi', { class: 'mono' }, text)

export const useClientColumns = ({ canClose, inform, close }: Verbs) => {
  const { t } = useI18n()
  const format = useFormat()

  const kind = ({ groups, protocol }: ClientView) => {
    const roles = [...new Set(groups.map(({ role }) => role))]
    const shown = roles.length > 0 ? roles : (['producer'] as const)
    const tags = shown.map(
      (role) =>
      h(NTag, { size: 'tiny', bordered: false, type: role === 'producer' ? 'info' : 'success' }, () => t(`clients.roles.${role}`)) // prettier-ignore
    )
    return h('span', { class: 'row' }, [
      ...tags,
      h(NTag, { size: 'tiny', bordered: false }, () => t(`clients.protocols.${protocol}`))
    ])
  }
  const groupLinks = ({ groups }: ClientView) =>
    groups.length === 0
      ? '—'
      : groups.flatMap(({ name, role }, i) => [
          i > 0 ? t('common.listSeparator') : '',
          role === 'consumer'
            ? h(RouterLink, { class: 'link', to: { name: 'groups', query: { group: name } }, onClick: (event: Event) => event.stopPropagation() }, () => name) // prettier-ignore
            : h('span', name)
        ])
  const seen = ({ connectedAt, lastSeenAt }: ClientView) => {
    const at = (time: number) => format.timestamp(time).slice(0, 19)
    if (connectedAt !== undefined) return t('clients.since', { at: at(connectedAt) })
    if (lastSeenAt !== undefined) return t('clients.last', { at: at(lastSeenAt) })
    return h('span', { class: 'muted' }, t('clients.unknown'))
  }
  const topics = ({ topics: names, protocol, groups }: ClientView) => {
    if (names.length > 0) return names.join(t('common.listSeparator'))
    const isSilent = protocol === 'remoting' && groups.some(({ role }) => role === 'producer')
    return isSilent
      ? h('span', { class: 'muted', title: t('clients.topicsUnknown') }, t('clients.unknown'))
      : '—'
  }
  const actions = (client: ClientView) => {
    const group = client.groups.find(({ role }) => role === 'consumer')
    return h(ClientActions, {
      clientId: client.clientId,
      canInform: group !== undefined,
      canClose: canClose(),
      onInform: () => group && inform(group.name, client),
      onClose: () => close(client)
    })
  }

  return computed<DataTableColumns<ClientView>>(() => [
    {
      key: 'clientId',
      title: t('clients.clientId'),
      width: 220,
      fixed: 'left',
      ...clipped,
      sorter: (a, b) => a.clientId.localeCompare(b.clientId),
      render: ({ clientId }) => mono(clientId)
    },
    { key: 'role', title: t('clients.role'), width: 170, render: kind },
    { key: 'groups', title: t('clients.groups'), minWidth: 140, ...clipped, render: groupLinks },
    { key: 'topics', title: t('clients.topics'), minWidth: 120, ...clipped, render: topics },
    {
      key: 'language',
      title: t('clients.language'),
      width: 150,
      ...clipped,
      sorter: (a, b) => a.language.localeCompare(b.language),
      render: ({ language, version }) => `${language} ${version}`
    },
    {
      key: 'address',
      title: t('clients.address'),
      width: 150,
      ...clipped,
      render: ({ addresses }) => mono(addresses.join(t('common.listSeparator')))
    },
    {
      key: 'brokers',
      title: t('clients.brokers'),
      width: 110,
      ...clipped,
      render: ({ brokers }) => brokers.join(t('common.listSeparator')) || '—'
    },
    { key: 'seen', title: t('clients.seen'), width: 220, ...clipped, render: seen },
    { key: 'actions', title: '', width: 84, align: 'right', fixed: 'right', render: actions }
  ])
}
