/** The clients as the window sees them. */
import {
  MAX_GRPC_CLIENT_TOPICS,
  MAX_GRPC_CLIENTS_SHOWN,
  type GrpcClient,
  type GrpcClientKind,
  type GrpcClientsView
} from '../../../shared/grpcViews'
import { ClientType } from '../v2/enums'
import type { GrpcSession } from './grpcSession'
import { languageOf } from './presence'

const kinds = new Map<number, GrpcClientKind>([
  [ClientType.PRODUCER, 'PRODUCER'],
  [ClientType.PUSH_CONSUMER, 'PUSH_CONSUMER'],
  [ClientType.SIMPLE_CONSUMER, 'SIMPLE_CONSUMER']
])

const clientOf = (session: GrpcSession): GrpcClient => {
  const { clientId, settings, publishedTopics, group } = session
  const subscribed = (settings.subscription?.subscriptions ?? []).map(({ topic }) => topic?.name)
  const topics = [...publishedTopics, ...subscribed].filter((name) => name !== undefined)
  return {
    clientId,
    kind: kinds.get(session.clientType) ?? 'OTHER',
    language: languageOf(settings),
    version: settings.userAgent?.version ?? '',
    remoteAddress: session.remoteAddress,
    isTls: session.isTls,
    ...(group !== undefined && { group }),
    topics: topics.slice(0, MAX_GRPC_CLIENT_TOPICS),
    connectedAt: session.connectedAt
  }
}

export const grpcClientsView = (sessions: Iterable<GrpcSession>): GrpcClientsView => {
  const all = [...sessions]
  return { clients: all.slice(0, MAX_GRPC_CLIENTS_SHOWN).map(clientOf), total: all.length }
}
