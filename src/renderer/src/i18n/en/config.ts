import { proxyConfig } from './proxyConfig'

/** What each property does, by its RocketMQ name. */
export const config = {
  ...proxyConfig,
  brokerClusterName:
    'Name of the cluster the broker belongs to. Brokers of one cluster share topics and groups.',
  brokerName:
    'Name of the broker set. A master and its slaves carry the same name; clients see it in routes and queues.',
  brokerId: '0 is the master of its set, any other number a slave.',
  brokerRole:
    'ASYNC_MASTER answers once it has the message itself, SYNC_MASTER once a slave has it too, SLAVE copies its master.',
  brokerIP1:
    'Address the broker announces to nameservers, and so the one clients connect to. 127.0.0.1 reaches this machine only.',
  brokerIP2: 'Address slaves use to copy from this master.',
  listenPort: 'Port the node listens on for clients.',
  haListenPort: 'Port the master listens on for its slaves.',
  haSendHeartbeatInterval:
    'A master and a slave that have nothing to send say every so often that they are there.',
  haHousekeepingInterval:
    'A link between master and slave without a byte for so long is closed; the slave connects again.',
  haTransferBatchSize: 'Most bytes of the log a master sends a slave in one piece.',
  haMaxGapNotInSync:
    'A slave further behind than this does not count: a SYNC_MASTER with no other slave answers SLAVE_NOT_AVAILABLE.',
  slaveTimeout:
    'How long a SYNC_MASTER waits for its slave before it answers FLUSH_SLAVE_TIMEOUT. The message is stored all the same.',
  inSyncReplicas:
    'Brokers that must have a message, the master included, before a SYNC_MASTER answers. It waits for one slave at least.',
  minInSyncReplicas:
    'Brokers that must be in sync, the master included, for a SYNC_MASTER to take messages at all.',
  allAckInSyncStateSet:
    'A SYNC_MASTER waits for every slave that is in sync, not only for as many as inSyncReplicas says.',
  namesrvAddr:
    'Nameservers, separated by semicolons. A broker registers with them. A proxy asks them; where it is empty, those of this cluster, and others put it in front of another RocketMQ.',
  brokerPermission:
    'What clients may do on the whole broker: 6 read and write, 4 read only, 2 write only. Narrows every topic.',
  defaultTopicQueueNums: 'Queues a topic gets when it is created by the first send to it.',
  autoCreateTopicEnable:
    'Creates an unknown topic on the first send. Handy while trying things; production clusters turn it off, and then an unknown topic is refused.',
  autoCreateSubscriptionGroup:
    'Accepts consumer groups nobody has created. When off, an unknown group is refused.',
  clusterTopicEnable: 'Creates a topic named after the cluster, used to test all its brokers.',
  brokerTopicEnable: 'Creates a topic named after the broker, used to test this one broker.',
  traceTopicEnable: 'Creates the topic that message traces of clients are written to.',
  msgTraceTopicName: 'Topic that message traces are written to unless the client names another.',
  enablePropertyFilter:
    'Allows consumers to filter by message properties with SQL92 expressions. When off, such subscriptions are refused.',
  rejectTransactionMessage: 'Refuses transactional messages.',
  longPollingEnable:
    'Holds a pull that finds nothing until a message arrives or its time is up, so consumers hear of new messages at once.',
  shortPollingTimeMills: 'How long a pull that finds nothing is held when long polling is off.',
  notifyConsumerIdsChangedEnable:
    'Tells members of a group at once when one joins or leaves, so queues are shared out again without waiting for the next round.',
  slaveReadEnable: 'Lets consumers that lag far behind read from a slave.',
  registerBrokerTimeoutMills:
    'How long the broker waits for a nameserver to take its registration.',
  registerNameServerPeriod:
    'How often the broker tells the nameservers that it is alive and which topics it has.',
  flushConsumerOffsetInterval:
    'How often consumer offsets are written to disk. After a crash, at most this much is consumed again.',
  channelExpiredTimeout: 'A client that has not sent a heartbeat for this long counts as gone.',
  mappedFileSizeCommitLog: 'Size of one commit log file. Old messages are deleted file by file.',
  mappedFileSizeConsumeQueue: 'Size of one consume queue file; each message takes 20 bytes of it.',
  flushDiskType:
    'ASYNC_FLUSH answers once the message was written and survives the death of the process; SYNC_FLUSH only when it is safely on disk and survives a power cut.',
  flushIntervalCommitLog: 'How often the commit log is forced to disk with ASYNC_FLUSH.',
  syncFlushTimeout:
    'How long a send with SYNC_FLUSH waits for the disk before it is answered with FLUSH_DISK_TIMEOUT.',
  maxMessageSize:
    'Largest message accepted: of a broker body and properties together, of a proxy the body.',
  maxTransferCountOnMessageInMemory:
    'Most messages one pull may take while they are still in memory.',
  maxTransferBytesOnMessageInMemory: 'Most bytes one pull may take from messages still in memory.',
  maxTransferCountOnMessageInDisk: 'Most messages one pull may take when they are read from disk.',
  maxTransferBytesOnMessageInDisk: 'Most bytes one pull may take when they are read from disk.',
  accessMessageInMemoryMaxRatio:
    'Messages within this share of the computer’s memory of the end of the log count as still in memory. A new group reads such a queue from its beginning.',
  maxFilterMessageSize:
    'Most bytes of queue index one pull may look through to find messages that match its filter.',
  defaultQueryMaxNum: 'Most messages a query by key returns.',
  fileReservedTime: 'How long messages are kept before their file may be deleted.',
  deleteWhen:
    'Hours of the day at which expired files are deleted, separated by ;. 04 is four in the morning.',
  validateSystemTopicWhenUpdateTopic:
    'Refuses to create or change topics that carry the name of a system topic.',
  litePullMessageEnable: 'Answers lite pulls, which ask for messages without a group.',
  filterSupportRetry:
    'Judges messages of a retry topic that is subscribed by SQL92 by the expression of their own topic. When off, they are not filtered.',
  useServerSideResetOffset:
    'A reset of offsets is kept by the broker, and also works while no consumer is online. When off, the consumers online are told to reset themselves.',
  offsetCheckInSlave:
    'An offset beyond what this slave has is corrected as at a master. Off: the reader waits until the slave has caught up.',
  gantrySlaveSyncInterval:
    'How often a slave asks its master for topics, groups, offsets and the progress of delayed messages.',
  gantryRebalanceLockMaxLiveTime:
    'An ordered consumer that does not renew its hold on a queue for this long loses it to another member of its group.',
  rejectPullConsumerEnable: 'Refuses consumers that pull queues of their own choice.',
  storePathRootDir: 'Folder of the messages, inside the data folder.',
  regionId: 'Region written into messages and shown in their traces.',
  storeReplyMessageEnable:
    'Whether answers of request–reply are also stored in the reply topic; they go to the requester anyway.',
  traceOn: 'Whether clients that ask may trace messages through this broker.',
  startAcceptSendRequestTimeStamp:
    'Sends are refused before this moment, in milliseconds since 1970; 0 accepts them from the start.',
  waitTimeMillsInSendQueue:
    'A send that waited longer than this to be handled is refused with SYSTEM_BUSY.',
  messageDelayLevel: 'Delay of each level, the first being level 1. Units: s, m, h, d.',
  timerWheelEnable:
    'Takes messages that name the time of their delivery. When off, they are refused.',
  timerPrecisionMs:
    'Width of the slot a recall names: it cancels the message by its id within the slot. Delivery itself is exact to the millisecond.',
  timerMaxDelaySec: 'Furthest a message may name the time of its delivery ahead, in seconds.',
  timerRollWindowSlot:
    'Slots after which a waiting message is stored anew, so that it is not deleted with the file it is in. 172800 slots of a second are two days.',
  popFromRetryProbability:
    'How often, in percent, a pop looks first at the messages that came back; otherwise it does so when its queues have nothing.',
  enablePopMessageThreshold:
    'Stops popping a queue while too many of its messages wait for their acknowledgement.',
  popInflightMessageThreshold:
    'Messages of a queue that one group may have popped and not acknowledged, with enablePopMessageThreshold.',
  popResponseReturnActualRetryTopic:
    'Hands out messages that came back with the name of their retry topic. When off, they carry the topic the client consumes.',
  serverLoadBalancerEnable:
    'Divides the queues among the members of a group that leave this to the broker. When off, each gets all of them.',
  defaultMessageRequestMode:
    'Whether groups whose mode nobody has set pull or pop, when they leave their queues to the broker.',
  defaultPopShareQueueNum:
    'How many more members pop from a queue, for groups whose mode nobody has set. With 0 or less everybody pops from all queues.',
  recallMessageEnable: 'Lets producers cancel messages that wait for their time.',
  gantryTraceEvents:
    'Events the broker remembers of who sent, got and acknowledged messages, 37 bytes of memory each; the oldest make room. 0 switches the trace off.',
  gantryTimerMaxPending:
    'Messages that may wait for a time they name. Each takes 16 bytes of memory; one more is refused.',
  flushDelayOffsetInterval:
    'How often the progress of delayed messages is written at the latest; Gantry does it within a second. After a kill, at most this much is delivered again.',
  transientStorePoolEnable:
    'Collects messages in memory of their own before they reach the commit log.',
  diskMaxUsedSpaceRatio: 'Share of the quota from which expired files are deleted at any hour.',
  cleanFileForciblyEnable: 'Deletes the oldest files before their time rather than refusing sends.',
  cleanResourceInterval: 'How often the broker looks for files to delete.',
  diskSpaceCleanForciblyRatio:
    'Share of the quota from which the oldest files go before their time.',
  diskSpaceWarningLevelRatio:
    'Share of the whole disk from which sends are refused, with gantryDiskRatioEnable.',
  gantryDiskRatioEnable: 'Applies the shares above to the whole disk too, as RocketMQ does.',
  gantryStoreQuota:
    'What the messages of this broker may take of the disk, with their queues and index.',
  gantryMinFreeDiskSpace:
    'With less free space on the disk, sends are refused until there is more; 0 switches this off.',
  messageIndexEnable: 'Builds the index that queries by key use.',
  transactionTimeOut: 'A half message is checked for the first time after this long.',
  transactionCheckInterval: 'How often half messages are checked.',
  transactionCheckMax: 'How often one half message is checked before it is given up.',
  gantryHotTailBytes:
    'Newest bytes of the commit log kept in memory. Consumers that keep up are served from them without reading a file.',
  gantryConsumeQueuePages:
    'Pages of 4,000 bytes of consume queue kept in memory for consumers that lag behind.',
  gantryIndexEntries:
    'Keys the newest index table holds before it is written to its file. A key takes 20 bytes, and up to three tables are in memory.',
  orderMessageEnable:
    'Tells clients the queues that updateOrderConf keeps for order topics, instead of those the brokers have now.',
  returnOrderTopicConfigToBroker: 'Tells brokers that register what is kept for order topics.',
  deleteTopicWithBrokerRegistration:
    'Forgets topics of a broker that its registration does not name any more. When off, they stay until they are deleted.',
  supportActingMaster:
    'Lets the slave with the lowest id stand in for a missing master, for broker sets that registered so.',
  scanNotActiveBrokerInterval:
    'How often the nameserver looks for brokers that have fallen silent. Their routes end after 120 s of silence, or what they asked for.',
  enableAllTopicList: 'Answers requests for the list of all topics.',
  enableTopicList: 'Answers requests for the topics of a cluster.',
  needWaitForService:
    'Refuses routes for a while after the start, so that brokers can register first.',
  waitSecondsForService:
    'How long routes are refused after the start, in seconds, with needWaitForService.',
  enableControllerMode: 'A controller decides who of the broker set is master.',
  controllerAddr: 'Controllers the broker asks, separated by semicolons.',
  brokerHeartbeatInterval: 'How often the broker tells the controllers that it is alive.',
  controllerHeartBeatTimeoutMills:
    'A broker the controller has not heard of for this long counts as gone, and another may become master.',
  sendHeartbeatTimeoutMillis: 'How long the broker waits for a controller to answer.',
  checkSyncStateSetPeriod: 'How often a master looks which slaves keep up with it.',
  haMaxTimeSlaveNotCatchup:
    'A slave that has not caught up for this long leaves the sync-state set.',
  brokerElectionPriority: 'The smaller, the sooner this broker is elected master among equals.',
  enableControllerInNamesrv: 'This nameserver is also the controller of its brokers.',
  enableElectUncleanMaster:
    'Also lets a broker become master that lacks acknowledged messages. Those are then lost.',
  electMasterMaxRetryCount: 'How often an election that could not be written down is tried.',
  notifyBrokerRoleChanged:
    'Tells brokers of a new master at once. When off, they learn of it when they ask.',
  scanInactiveMasterInterval:
    'How often the controller looks for broker sets without a master that could have one.',
  gantryControllerScanInterval:
    'How often the controller looks for brokers that have fallen silent.',
  gantryControllerMasterGrace:
    'How long a known master may take to be heard of after the controller has started.',
  gantryOpenFiles:
    'Files of the store kept open to be read; the least recently used is closed first.'
}
