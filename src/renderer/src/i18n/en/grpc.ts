export const grpc = {
  clients: 'gRPC clients',
  nobody: 'No gRPC client is connected. The Connect card shows how to.',
  more: '{shown} are shown; {n} more are connected.',
  client: 'Client',
  language: 'Language',
  groupAndTopics: 'Group, topics',
  addressAndSince: 'Address, since',
  tls: 'TLS',
  kinds: {
    PRODUCER: 'Producer',
    PUSH_CONSUMER: 'Push consumer',
    SIMPLE_CONSUMER: 'Simple consumer',
    OTHER: 'Other client'
  }
}
