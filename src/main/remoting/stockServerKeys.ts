/**
 * The keys of RocketMQ's configuration of connections that brokers and nameservers have in common; here without effect.
 * One key a line: type, and default where there is one; read from RocketMQ 5.3.3 by reflection.
 */

/** Java: NettyServerConfig. */
export const nettyServerConfigKeys = `
bindAddress string = 0.0.0.0
serverWorkerThreads int = 8
serverCallbackExecutorThreads int = 0
serverSelectorThreads int = 3
serverOnewaySemaphoreValue int = 256
serverAsyncSemaphoreValue int = 64
serverChannelMaxIdleTimeSeconds int = 120
serverSocketSndBufSize int = 0
serverSocketRcvBufSize int = 0
writeBufferHighWaterMark int = 0
writeBufferLowWaterMark int = 0
serverSocketBacklog int = 1024
serverNettyWorkerGroupEnable boolean = true
serverPooledByteBufAllocatorEnable boolean = true
enableShutdownGracefully boolean = false
shutdownWaitTimeSeconds int = 30
useEpollNativeSelector boolean = false
`
