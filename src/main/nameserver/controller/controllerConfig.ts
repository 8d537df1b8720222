/** The controller's part of the nameserver's properties. Java: ControllerConfig. */
import { flag, hot, int, long, ms, type ValuesOf } from '../../base/properties/property'

/** Milliseconds; what is looked for so often is never to be found late by much. */
const period = { ...ms, min: 10, max: 3_600_000 }

export const controllerSpec = {
  /** Also a broker that lacks acknowledged messages may become master. */
  enableElectUncleanMaster: flag('controller', false, hot),
  /** An election that could not be written down is tried so often. */
  electMasterMaxRetryCount: int('controller', 3, { ...hot, min: 1, max: 100 }),
  /** Off: brokers learn of a new master only when they ask. */
  notifyBrokerRoleChanged: flag('controller', true, hot),
  /** Between looks for broker sets without master that could have one. Java's default: 5000. */
  scanInactiveMasterInterval: long('controller', 1000, period),
  /** Between looks for brokers that stopped beating. Java: scanNotActiveBrokerInterval, 5000, which a nameserver has too. */
  gantryControllerScanInterval: int('controller', 250, period),
  /** So long a master may take to be heard of after the controller started. */
  gantryControllerMasterGrace: int('controller', 5000, { ...ms, max: 3_600_000 })
}

/** Read at each use, so that a change acts at once. */
export type ControllerConfig = ValuesOf<typeof controllerSpec>
