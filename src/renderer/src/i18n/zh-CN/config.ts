import type { config as en } from '../en/config'
import { proxyConfig } from './proxyConfig'

export const config: typeof en = {
  ...proxyConfig,
  brokerClusterName: 'Broker 所属集群的名称。同一集群的 Broker 共享主题和消费组。',
  brokerName: 'Broker 组的名称。主节点与其从节点同名；客户端在路由和队列中看到的就是它。',
  brokerId: '0 表示该组的主节点，其他数字表示从节点。',
  brokerRole:
    'ASYNC_MASTER：自己写入后即应答；SYNC_MASTER：从节点也写入后才应答；SLAVE：复制主节点的数据。',
  brokerIP1: 'Broker 向 Nameserver 公布的地址，客户端据此连接。127.0.0.1 只能从本机访问。',
  brokerIP2: '从节点复制数据时使用的主节点地址。',
  listenPort: '节点监听客户端连接的端口。',
  haListenPort: '主节点监听从节点连接的端口。',
  haSendHeartbeatInterval: '主从之间没有数据可发送时，每隔这么久互相告知仍然存活。',
  haHousekeepingInterval: '主从连接在这么长时间内没有任何数据则被关闭，从节点会重新连接。',
  haTransferBatchSize: '主节点一次发送给从节点的日志最大字节数。',
  haMaxGapNotInSync:
    '落后超过该值的从节点不计入同步副本；若没有其他从节点，SYNC_MASTER 返回 SLAVE_NOT_AVAILABLE。',
  slaveTimeout:
    'SYNC_MASTER 等待从节点确认的最长时间，超时返回 FLUSH_SLAVE_TIMEOUT，消息仍已存储。',
  inSyncReplicas: 'SYNC_MASTER 应答前必须拥有该消息的 Broker 数（含主节点），至少等待一个从节点。',
  minInSyncReplicas: 'SYNC_MASTER 接收消息所需的最少同步 Broker 数（含主节点）。',
  allAckInSyncStateSet:
    'SYNC_MASTER 等待所有处于同步状态的从节点，而不仅是 inSyncReplicas 所要求的数量。',
  namesrvAddr:
    'Nameserver 地址，以分号分隔。Broker 向它们注册；Proxy 向它们查询：留空则使用本集群的，填写其他地址可让 Proxy 服务于另一个 RocketMQ。',
  brokerPermission:
    '客户端对整个 Broker 的权限：6 可读写，4 只读，2 只写。它会进一步限制每个主题的权限。',
  defaultTopicQueueNums: '首次发送时自动创建的主题所拥有的队列数。',
  autoCreateTopicEnable:
    '首次向未知主题发送时自动创建该主题。试用时很方便；生产环境通常关闭，此时向未知主题发送会被拒绝。',
  autoCreateSubscriptionGroup: '允许使用未事先创建的消费组。关闭后，未知的消费组会被拒绝。',
  clusterTopicEnable: '创建一个与集群同名的主题，用于测试集群中的所有 Broker。',
  brokerTopicEnable: '创建一个与 Broker 同名的主题，用于测试这一个 Broker。',
  traceTopicEnable: '创建用于存放客户端消息轨迹的主题。',
  msgTraceTopicName: '消息轨迹写入的主题，除非客户端另行指定。',
  enablePropertyFilter: '允许消费者使用 SQL92 表达式按消息属性过滤。关闭后，此类订阅会被拒绝。',
  rejectTransactionMessage: '拒绝事务消息。',
  longPollingEnable: '拉取不到消息时挂起请求，直到有新消息到达或超时，使消费者能立即收到新消息。',
  shortPollingTimeMills: '关闭长轮询时，拉取不到消息的请求最多挂起多久。',
  notifyConsumerIdsChangedEnable:
    '组内成员加入或离开时立即通知其他成员，使其马上重新分配队列，而不必等到下一轮。',
  slaveReadEnable: '允许严重落后的消费者改从从节点读取。',
  registerBrokerTimeoutMills: 'Broker 等待 Nameserver 接受注册的最长时间。',
  registerNameServerPeriod: 'Broker 向 Nameserver 报告存活状态和主题信息的间隔。',
  flushConsumerOffsetInterval: '消费位点写入磁盘的间隔。崩溃后最多会重复消费这段时间内的消息。',
  channelExpiredTimeout: '客户端超过此时间没有心跳，即视为已离线。',
  mappedFileSizeCommitLog: '单个 CommitLog 文件的大小。过期消息以文件为单位删除。',
  mappedFileSizeConsumeQueue: '单个 ConsumeQueue 文件的大小，每条消息占 20 字节。',
  flushDiskType:
    'ASYNC_FLUSH：写入后即应答，进程崩溃不丢消息；SYNC_FLUSH：真正落盘后才应答，断电也不丢消息。',
  flushIntervalCommitLog: '异步刷盘时，CommitLog 强制落盘的间隔。',
  syncFlushTimeout: '同步刷盘时，一次发送等待落盘的最长时间，超时返回 FLUSH_DISK_TIMEOUT。',
  maxMessageSize: '允许的最大消息大小：Broker 计消息体和属性，Proxy 只计消息体。',
  maxTransferCountOnMessageInMemory: '消息仍在内存中时，一次拉取最多返回的条数。',
  maxTransferBytesOnMessageInMemory: '消息仍在内存中时，一次拉取最多返回的字节数。',
  maxTransferCountOnMessageInDisk: '消息需要从磁盘读取时，一次拉取最多返回的条数。',
  maxTransferBytesOnMessageInDisk: '消息需要从磁盘读取时，一次拉取最多返回的字节数。',
  accessMessageInMemoryMaxRatio:
    '距离日志末尾不超过本机内存此比例的消息，视为仍在内存中；新消费组会从头读取这样的队列。',
  maxFilterMessageSize: '一次拉取为查找符合过滤条件的消息，最多扫描的队列索引字节数。',
  defaultQueryMaxNum: '按 Key 查询时最多返回的消息条数。',
  fileReservedTime: '消息的保留时长，超过后其所在文件可被删除。',
  deleteWhen: '每天删除过期文件的钟点，多个以 ; 分隔；04 表示凌晨四点。',
  validateSystemTopicWhenUpdateTopic: '拒绝创建或修改与系统主题同名的主题。',
  litePullMessageEnable: '响应 Lite Pull 请求。',
  filterSupportRetry:
    '对以 SQL92 订阅的重试主题，按消息原主题的表达式过滤。关闭时，重试消息不做过滤。',
  useServerSideResetOffset:
    '由 Broker 保存位点重置，没有消费者在线时也能重置。关闭后，改为通知在线的消费者自行重置。',
  offsetCheckInSlave:
    '位点超出本从节点已有范围时，像主节点一样修正。关闭时，消费者等待从节点追上。',
  gantrySlaveSyncInterval: '从节点向主节点同步主题、消费组、消费位点和延时消息进度的间隔。',
  gantryRebalanceLockMaxLiveTime:
    '顺序消费者超过此时间没有续期对队列的占用，该队列即可由同组的其他成员接手。',
  rejectPullConsumerEnable: '拒绝自行选择队列的 Pull 消费者。',
  storePathRootDir: '存放消息的目录，位于数据目录之内。',
  regionId: '写入消息并显示在消息轨迹中的地域标识。',
  storeReplyMessageEnable: '是否将请求-应答模式的应答也存入应答主题；应答总会直接推送给请求方。',
  traceOn: '是否允许客户端通过此 Broker 记录消息轨迹。',
  startAcceptSendRequestTimeStamp:
    '在此时刻之前拒绝发送请求（自 1970 年起的毫秒数）；0 表示启动后立即接受。',
  waitTimeMillsInSendQueue: '发送请求排队超过此时间将被拒绝，返回 SYSTEM_BUSY。',
  messageDelayLevel: '各延时级别对应的延时，从第 1 级开始。单位：s、m、h、d。',
  timerWheelEnable: '接受指定投递时间的定时消息。关闭后拒绝此类消息。',
  timerPrecisionMs: '撤回消息时所指时间槽的宽度：在槽内按消息 ID 取消。投递本身精确到毫秒。',
  timerMaxDelaySec: '消息可指定的最远投递时间，单位为秒。',
  timerRollWindowSlot:
    '等待中的消息经过多少个时间槽后重新存储，以免随所在文件一起被删除。172800 个一秒的槽即两天。',
  popFromRetryProbability:
    'POP 优先查看重试消息的概率（百分比）；其余情况下，队列没有消息时才查看。',
  enablePopMessageThreshold: '某个队列有过多消息等待确认时，停止对它 POP。',
  popInflightMessageThreshold:
    '启用 enablePopMessageThreshold 时，一个消费组在一个队列上最多可以有多少条已 POP 未确认的消息。',
  popResponseReturnActualRetryTopic:
    '返回的重试消息带有重试主题的名称。关闭时，带有客户端所消费的主题。',
  serverLoadBalancerEnable:
    '客户端把负载均衡交给 Broker 时，由 Broker 把队列分给组内成员。关闭时，每个成员得到全部队列。',
  defaultMessageRequestMode: '未设置模式的消费组把负载均衡交给 Broker 时，使用拉取还是 POP。',
  defaultPopShareQueueNum:
    '未设置模式的消费组中，一个队列还由多少个成员共同 POP。0 或更小时，所有成员 POP 所有队列。',
  recallMessageEnable: '允许生产者取消等待投递的定时消息。',
  gantryTraceEvents:
    'Broker 在内存中记住多少条轨迹事件（谁发送、谁收到、谁确认），每条占 37 字节，旧的让位给新的。0 表示关闭轨迹。',
  gantryTimerMaxPending: '最多可有多少条定时消息等待投递。每条占 16 字节内存，超出后拒绝。',
  flushDelayOffsetInterval:
    '延时消息的投递进度最迟多久写入磁盘一次；Gantry 通常在一秒内写入。进程被杀后最多会重复投递这段时间内的消息。',
  transientStorePoolEnable: '消息先写入独立的内存池，再提交到 CommitLog。',
  diskMaxUsedSpaceRatio: '占用达到配额的此比例后，随时删除过期文件。',
  cleanFileForciblyEnable: '空间将满时提前删除最旧的文件，而不是拒绝发送。',
  cleanResourceInterval: '检查可删除文件的间隔。',
  diskSpaceCleanForciblyRatio: '占用达到配额的此比例后，提前删除最旧的文件。',
  diskSpaceWarningLevelRatio: '整个磁盘使用率超过此比例时拒绝发送，需开启 gantryDiskRatioEnable。',
  gantryDiskRatioEnable: '将以上比例同时用于整个磁盘，与 RocketMQ 一致。',
  gantryStoreQuota: '此 Broker 的消息连同队列和索引可占用的磁盘空间。',
  gantryMinFreeDiskSpace: '磁盘剩余空间低于此值时拒绝发送，恢复后自动继续；0 表示不检查。',
  messageIndexEnable: '建立索引，供按 Key 查询使用。',
  transactionTimeOut: '半消息在此时间之后进行首次回查。',
  transactionCheckInterval: '事务回查的间隔。',
  transactionCheckMax: '单条半消息的最大回查次数，超过后放弃。',
  gantryHotTailBytes:
    '保留在内存中的 CommitLog 最新字节数。跟得上的消费者直接从内存读取，不读文件。',
  gantryConsumeQueuePages: '为落后的消费者缓存的 ConsumeQueue 页数，每页 4000 字节。',
  gantryIndexEntries:
    '最新的索引表写入文件前最多容纳的 Key 数。每个 Key 占 20 字节，内存中最多有三张表。',
  orderMessageEnable:
    '按 updateOrderConf 保存的内容向客户端返回顺序主题的队列，而不是 Broker 当前的队列。',
  returnOrderTopicConfigToBroker: '在 Broker 注册时返回顺序主题的配置。',
  deleteTopicWithBrokerRegistration:
    'Broker 注册信息中不再包含的主题会被删除。关闭时，主题会保留到被显式删除。',
  supportActingMaster: '主节点缺失时，由 ID 最小的从节点代替（仅限注册时声明支持的 Broker 组）。',
  scanNotActiveBrokerInterval:
    '检查失联 Broker 的间隔。Broker 静默 120 秒（或其要求的时长）后，路由即失效。',
  enableAllTopicList: '响应获取全部主题列表的请求。',
  enableTopicList: '响应获取某个集群主题列表的请求。',
  needWaitForService: '启动后的一段时间内拒绝路由请求，等待 Broker 先完成注册。',
  waitSecondsForService: '启用 needWaitForService 时，启动后拒绝路由请求的秒数。',
  enableControllerMode: '由控制器决定 Broker 组中谁是主节点。',
  controllerAddr: 'Broker 使用的控制器地址，多个以分号分隔。',
  brokerHeartbeatInterval: 'Broker 向控制器报告存活的间隔。',
  controllerHeartBeatTimeoutMills:
    '控制器超过此时间没有收到某个 Broker 的心跳，即视其为失联，可另选主节点。',
  sendHeartbeatTimeoutMillis: 'Broker 等待控制器应答的最长时间。',
  checkSyncStateSetPeriod: '主节点检查哪些从节点跟得上的间隔。',
  haMaxTimeSlaveNotCatchup: '从节点超过此时间没有追上主节点，即被移出同步副本集合。',
  brokerElectionPriority: '条件相同时，数值越小越优先当选主节点。',
  enableControllerInNamesrv: '此 Nameserver 同时作为其 Broker 的控制器。',
  enableElectUncleanMaster: '允许缺少已确认消息的 Broker 成为主节点，缺少的消息将会丢失。',
  electMasterMaxRetryCount: '选举结果未能写入时的重试次数。',
  notifyBrokerRoleChanged: '主节点变化时立即通知 Broker。关闭后，Broker 在查询时才得知。',
  scanInactiveMasterInterval: '控制器检查哪些 Broker 组没有主节点但可以选出的间隔。',
  gantryControllerScanInterval: '控制器检查失联 Broker 的间隔。',
  gantryControllerMasterGrace: '控制器启动后，等待已知主节点出现的最长时间。',
  gantryOpenFiles: '为读取而保持打开的存储文件数，最久未用的先关闭。'
}
