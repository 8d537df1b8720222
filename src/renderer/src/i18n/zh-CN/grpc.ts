import type { grpc as en } from '../en/grpc'

export const grpc: typeof en = {
  clients: 'gRPC 客户端',
  nobody: '没有 gRPC 客户端连接。连接方法见“连接”卡片。',
  more: '显示其中 {shown} 个，另有 {n} 个已连接。',
  client: '客户端',
  language: '语言',
  groupAndTopics: '消费组、主题',
  addressAndSince: '地址、连接时间',
  tls: 'TLS',
  kinds: {
    PRODUCER: '生产者',
    PUSH_CONSUMER: 'Push 消费者',
    SIMPLE_CONSUMER: 'Simple 消费者',
    OTHER: '其他客户端'
  }
}
