import { formatPropertiesText, parsePropertiesText } from '../protocol/bodies/propertiesText'
import { RequestCode } from '../protocol/codes/requestCode'
import { callBroker, type AdminDeps } from './adminCall'

/** A running node's properties, and cleaning its store on request. */
export const brokerAdmin = (deps: AdminDeps) => ({
  /** Java: getBrokerConfig. */
  getBrokerConfig: async (address: string): Promise<Map<string, string>> => {
    const { body } = await callBroker(deps, address, { code: RequestCode.GET_BROKER_CONFIG })
    return parsePropertiesText(body?.toString('utf8') ?? '')
  },
  /** Only the keys given; not all take effect before the next start. Java: updateBrokerConfig. */
  updateBrokerConfig: async (
    address: string,
    properties: Iterable<readonly [string, string]>
  ): Promise<void> => {
    const body = Buffer.from(formatPropertiesText(properties))
    await callBroker(deps, address, { code: RequestCode.UPDATE_BROKER_CONFIG, body })
  },
  /** Java: updateNameServerConfig, of one nameserver. */
  updateNamesrvConfig: async (
    address: string,
    properties: Iterable<readonly [string, string]>
  ): Promise<void> => {
    const body = Buffer.from(formatPropertiesText(properties))
    await callBroker(deps, address, { code: RequestCode.UPDATE_NAMESRV_CONFIG, body })
  },
  /** Begins to delete what expired, whatever the hour; answers at once. Java: deleteExpiredCommitLogByAddr. */
  deleteExpiredCommitLogByAddr: async (address: string): Promise<void> => {
    await callBroker(deps, address, { code: RequestCode.DELETE_EXPIRED_COMMITLOG })
  },
  /** Answers when what consume queues hold of deleted messages is gone. Java: cleanExpiredConsumerQueueByAddr. */
  cleanExpiredConsumerQueueByAddr: async (address: string): Promise<void> => {
    await callBroker(deps, address, { code: RequestCode.CLEAN_EXPIRED_CONSUMEQUEUE })
  }
})
