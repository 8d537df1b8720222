/**
 * The keys of RocketMQ's NamesrvConfig, and of NettyServerConfig as a nameserver has it.
 * One key a line: type, and default where there is one; read from RocketMQ 5.3.3 by reflection.
 */

/** Java: org.apache.rocketmq.common.namesrv.NamesrvConfig. */
export const namesrvConfigKeys = `
rocketmqHome string
kvConfigPath string
configStorePath string
productEnvName string = center
clusterTest boolean = false
orderMessageEnable boolean = false
returnOrderTopicConfigToBroker boolean = true
clientRequestThreadPoolNums int = 8
defaultThreadPoolNums int = 16
clientRequestThreadPoolQueueCapacity int = 50000
defaultThreadPoolQueueCapacity int = 10000
scanNotActiveBrokerInterval long = 5000
unRegisterBrokerQueueCapacity int = 3000
supportActingMaster boolean = false
enableAllTopicList boolean = true
enableTopicList boolean = true
notifyMinBrokerIdChanged boolean = false
enableControllerInNamesrv boolean = false
needWaitForService boolean = false
waitSecondsForService int = 45
deleteTopicWithBrokerRegistration boolean = false
configBlackList string = configBlackList;configStorePath;kvConfigPath
`

/** Java: NettyServerConfig, besides what a broker has too. */
export const namesrvNettyKeys = `
listenPort int = 0
`

/** Java: ControllerConfig, which reads the same file where the controller is in the nameserver. */
export const controllerConfigKeys = `
controllerType string = DLedger
controllerThreadPoolNums int = 16
controllerRequestThreadPoolQueueCapacity int = 50000
controllerDLegerGroup string
controllerDLegerPeers string
controllerDLegerSelfId string
controllerStorePath string
mappedFileSize int = 1073741824
electMasterMaxRetryCount int = 3
enableElectUncleanMaster boolean = false
processReadEvent boolean = false
notifyBrokerRoleChanged boolean = true
scanInactiveMasterInterval long = 5000
`
