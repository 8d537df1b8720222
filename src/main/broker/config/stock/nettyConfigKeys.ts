/**
 * The keys of RocketMQ’s configuration of outgoing connections and of access.
 * One key a line: type, and default where there is one; read from RocketMQ 5.3.3 by reflection.
 */

/** Java: NettyClientConfig. */
export const nettyClientConfigKeys = `
clientWorkerThreads int = 4
clientCallbackExecutorThreads int = 4
clientOnewaySemaphoreValue int = 65535
clientAsyncSemaphoreValue int = 65535
connectTimeoutMillis int = 3000
channelNotActiveInterval long = 60000
isScanAvailableNameSrv boolean = true
clientChannelMaxIdleTimeSeconds int = 120
clientSocketSndBufSize int = 0
clientSocketRcvBufSize int = 0
clientPooledByteBufAllocatorEnable boolean = false
clientCloseSocketIfTimeout boolean = true
useTLS boolean = false
socksProxyConfig string = {}
disableCallbackExecutor boolean = false
disableNettyWorkerGroup boolean = false
maxReconnectIntervalTimeSeconds long = 60
enableReconnectForGoAway boolean = true
`
