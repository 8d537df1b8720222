/** Java: ControllerConfig; the keys are RocketMQ's, where it has them. Read at each use. */
export interface ControllerConfig {
  /** Milliseconds between looks for brokers that stopped beating. Java's default: 5000. */
  scanNotActiveBrokerInterval: number
  /** Milliseconds between looks for broker sets without master that could have one. Java's default: 5000. */
  scanInactiveMasterInterval: number
  /** An election that could not be written down is tried so often. */
  electMasterMaxRetryCount: number
  /** Also a broker that lacks acknowledged messages may become master. */
  enableElectUncleanMaster: boolean
  /** Off: brokers learn of a new master only when they ask. */
  notifyBrokerRoleChanged: boolean
  /** Milliseconds a master may take to be heard of after the controller started. */
  gantryControllerMasterGrace: number
}

export const defaultControllerConfig: Readonly<ControllerConfig> = {
  scanNotActiveBrokerInterval: 250,
  scanInactiveMasterInterval: 1000,
  electMasterMaxRetryCount: 3,
  enableElectUncleanMaster: false,
  notifyBrokerRoleChanged: true,
  gantryControllerMasterGrace: 5000
}
