import type { proxyConfig as en } from '../en/proxyConfig'

export const proxyConfig: typeof en = {
  grpcServerPort: 'Proxy 监听 gRPC 客户端的端口。',
  tlsTestModeEnable: '未配置证书时也支持 TLS，使用在本机生成的证书；该证书不受任何一方信任。',
  tlsKeyPath: '证书私钥文件（PEM）。留空则使用在本机生成的私钥。',
  tlsKeyPassword: '私钥的密码。',
  tlsCertPath: '证书文件（PEM）。留空则使用在本机生成的证书。',
  authenticationEnabled: '校验每次调用的签名；没有签名或签名错误的调用会被拒绝。',
  initAuthenticationUser:
    '允许签名的用户：一个 JSON 对象，username 即 Access Key，password 即 Secret Key。',
  maxUserPropertySize: '一条消息的全部属性、标签和键的最大总字节数。0 表示不限制。',
  userPropertyMaxNum: '一条消息的最多属性数。0 表示不限制。',
  maxMessageGroupSize: '消息组名的最大长度。0 表示不限制。',
  enableMessageBodyEmptyCheck: '拒绝没有消息体的消息。',
  enableTopicMessageTypeCheck: '拒绝类型与主题不符的消息。',
  maxDelayTimeMills: '消息最多可以延迟多久投递。0 表示不限制。',
  maxTransactionRecoverySecond: '生产者最长可以要求多久之后才回查事务。',
  grpcMaxInboundMessageSize: '客户端单个请求的最大大小。',
  grpcClientProducerMaxAttempts: '生产者发送一条消息的最多尝试次数，连接时告知客户端。',
  grpcClientProducerBackoffInitialMillis: '被要求减速时，生产者在第二次尝试前等待的时间。',
  grpcClientProducerBackoffMaxMillis: '每次尝试前最长的等待时间。',
  grpcClientProducerBackoffMultiplier: '每次等待时间是前一次的多少倍。',
  defaultInvisibleTimeMills: '客户端未指定时，收到的消息对其他消费者不可见的时间。',
  minInvisibleTimeMillsForRecv: '接收消息时客户端可以指定的最短不可见时间。',
  maxInvisibleTimeMills: '客户端可以指定的最长不可见时间。',
  grpcClientConsumerMinLongPollingTimeoutMillis:
    '没有消息时，接收请求至少等待的时间；允许等待时间更短的客户端会被拒绝。',
  grpcClientConsumerMaxLongPollingTimeoutMillis: '没有消息时，接收请求最长等待的时间。',
  gantryLongPollingTimeoutMillis: '告知 Push 消费者等待消息的时间；其关闭过程也需要同样长的时间。',
  grpcClientConsumerLongPollingBatchSize: '一次接收的最多消息数。',
  longPollingReserveTimeInMillis: '接收请求在客户端放弃之前提前多久应答。',
  enableProxyAutoRenew: 'Push 消费者正在消费的消息保持不可见。',
  renewAheadTimeMillis: '剩余的不可见时间少于该值时续期。',
  renewSchedulePeriodMillis: '多久检查一次正在消费的消息。',
  renewMaxTimeMillis: '消息最长保持不可见的时间，之后会投递给其他消费者。',
  maxRenewRetryTimes: '续期失败后重试的次数。',
  invisibleTimeMillisWhenClear: '已断开的客户端收到的消息，过这么久之后再次投递。'
}
