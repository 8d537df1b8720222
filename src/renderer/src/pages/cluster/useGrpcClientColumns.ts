import { NTag, type DataTableColumns } from 'naive-ui'
import { computed, h } from 'vue'
import { useI18n } from 'vue-i18n'
import { RouterLink } from 'vue-router'
import type { GrpcClient } from '../../../../shared/grpcViews'
import { useFormat } from '../../composables/useFormat'

const clipped = { ellipsis: { tooltip: true } } as const

/** One below the other, so that six facts fit beside the Connect card. */
const stacked = (above: unknown, below: unknown) =>
  h('div', [h('div', [above as string]), h('div', { class: 'muted' }, [below as string])])

const groupLink = (group: string) =>
  h(RouterLink, { class: 'link', to: { name: 'groups', query: { group } } }, () => group)

const topicLinks = (topics: readonly string[]) =>
  topics.flatMap((topic, index) => [
    index > 0 ? ', ' : '',
    h(RouterLink, { class: 'link', to: { name: 'topics', query: { topic } } }, () => topic)
  ])

export const useGrpcClientColumns = () => {
  const { t } = useI18n()
  const format = useFormat()
  const since = (at: number) => h('span', { class: 'num' }, format.timestamp(at).slice(0, 19))
  return computed<DataTableColumns<GrpcClient>>(() => [
    {
      key: 'clientId',
      title: t('grpc.client'),
      minWidth: 130,
      ...clipped,
      render: ({ clientId, kind }) =>
        stacked(t(`grpc.kinds.${kind}`), h('span', { class: 'mono' }, clientId))
    },
    {
      key: 'language',
      title: t('grpc.language'),
      width: 100,
      render: ({ language, version }) => stacked(language || '—', version)
    },
    {
      key: 'group',
      title: t('grpc.groupAndTopics'),
      minWidth: 110,
      ...clipped,
      render: ({ group, topics }) =>
        stacked(group === undefined ? '—' : groupLink(group), h('span', topicLinks(topics)))
    },
    {
      key: 'remoteAddress',
      title: t('grpc.addressAndSince'),
      width: 180,
      render: ({ remoteAddress, isTls, connectedAt }) =>
        stacked(
          h('span', [
            h('span', { class: 'mono' }, remoteAddress),
            isTls
              ? h(NTag, { size: 'tiny', bordered: false, class: 'tls' }, () => t('grpc.tls'))
              : ''
          ]),
          since(connectedAt)
        )
    }
  ])
}
