import { defaultControllerConfig, type ControllerConfig } from './controller/controllerConfig'
import type { Collection } from '../meta/collection'
import { formatPropertiesText, parsePropertiesText } from '../protocol/bodies/propertiesText'
import { ResponseCode } from '../protocol/codes/responseCode'
import { RemotingError } from '../protocol/remotingCommand'

/** Java: NamesrvConfig; the keys are the wire's. Read at each use, so that a change acts at once. */
export interface NamesrvConfig extends ControllerConfig {
  /** Routes of order topics carry ORDER_TOPIC_CONFIG. */
  orderMessageEnable: boolean
  /** Brokers are told ORDER_TOPIC_CONFIG when they register. */
  returnOrderTopicConfigToBroker: boolean
  /** Topics absent from a registration are forgotten. */
  deleteTopicWithBrokerRegistration: boolean
  /** The slave with the lowest id stands in for a missing master where it registered so. */
  supportActingMaster: boolean
  enableAllTopicList: boolean
  enableTopicList: boolean
  /** Routes are refused for `waitSecondsForService` after the start. */
  needWaitForService: boolean
  waitSecondsForService: number
  /** This nameserver is also the controller of its brokers; from the next start on. */
  enableControllerInNamesrv: boolean
}

export const defaultNamesrvConfig: Readonly<NamesrvConfig> = {
  orderMessageEnable: false,
  returnOrderTopicConfigToBroker: true,
  deleteTopicWithBrokerRegistration: false,
  supportActingMaster: false,
  enableAllTopicList: true,
  enableTopicList: true,
  needWaitForService: false,
  waitSecondsForService: 45,
  enableControllerInNamesrv: false,
  ...defaultControllerConfig
}

/** A changed value, under its key. */
export interface NamesrvConfigDoc {
  readonly value: string
}

const isKey = (key: string): key is keyof NamesrvConfig => Object.hasOwn(defaultNamesrvConfig, key)

/** Paths and ports a running nameserver cannot change. Java: configBlackList. */
const configBlackList = ['configBlackList', 'configStorePath', 'kvConfigPath', 'listenPort']

const parseValue = (key: keyof NamesrvConfig, text: string): boolean | number | undefined => {
  if (typeof defaultNamesrvConfig[key] === 'boolean') {
    if (text === 'true') return true
    return text === 'false' ? false : undefined
  }
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

/** UPDATE_NAMESRV_CONFIG, GET_NAMESRV_CONFIG. Changed values outlive a restart. */
export class NamesrvConfigManager {
  readonly config: NamesrvConfig = { ...defaultNamesrvConfig }

  constructor(
    private readonly stored: Pick<Collection<NamesrvConfigDoc>, 'all' | 'put'>,
    /** Shown, never changed: where it listens. */
    private readonly fixed: () => Record<string, string | number>
  ) {
    for (const [key, { value }] of stored.all()) this.apply(key, value)
  }

  text(): string {
    return formatPropertiesText([...Object.entries(this.fixed()), ...Object.entries(this.config)])
  }

  /**
   * Unknown keys are dropped, as the Java servers do.
   * @throws RemotingError NO_PERMISSION for a black-listed key, SYSTEM_ERROR for a value of the wrong type.
   */
  async update(text: string): Promise<void> {
    const properties = parsePropertiesText(text)
    for (const key of configBlackList)
      if (properties.has(key))
        throw new RemotingError(
          ResponseCode.NO_PERMISSION,
          `${key} cannot be changed while the nameserver runs; leave it out of the update`
        )
    for (const [key, value] of properties)
      if (isKey(key) && parseValue(key, value) === undefined)
        throw new RemotingError(
          ResponseCode.SYSTEM_ERROR,
          `${key} must be a ${typeof defaultNamesrvConfig[key]}, not "${value.slice(0, 64)}"; nothing was changed`
        )
    for (const [key, value] of properties) {
      if (!isKey(key)) continue
      await this.stored.put(key, { value })
      this.apply(key, value)
    }
  }

  private apply(key: string, text: string): void {
    if (!isKey(key)) return
    const value = parseValue(key, text)
    if (value !== undefined) Object.assign(this.config, { [key]: value })
  }
}
