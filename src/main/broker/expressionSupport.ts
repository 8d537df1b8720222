/** Does this broker filter by such an expression, and what to do where it does not. */
import { isTagType } from '../protocol/bodies/heartbeat'
import { ResponseCode } from '../protocol/codes/responseCode'
import { RemotingError } from '../protocol/remotingCommand'
import type { BrokerConfig } from './brokerConfig'
import type { BrokerIdentity } from './brokerIdentity'

interface Deps {
  config: Pick<BrokerConfig, 'enablePropertyFilter'>
  identity: Pick<BrokerIdentity, 'name' | 'address'>
}

/** @throws RemotingError SYSTEM_ERROR while enablePropertyFilter is off, as stock brokers do. */
export const mustSupport = (expressionType: string, { config, identity }: Deps): void => {
  if (isTagType(expressionType) || config.enablePropertyFilter) return
  throw new RemotingError(
    ResponseCode.SYSTEM_ERROR,
    `The broker does not support consumer to filter message by ${expressionType}: enablePropertyFilter is false on ${identity.name}. ` +
      `Set it to true in the console (Cluster, the broker's Properties) or with mqadmin updateBrokerConfig -b ${identity.address} -k enablePropertyFilter -v true; it takes effect at once`
  )
}

/** @throws RemotingError SUBSCRIPTION_PARSE_FAILED where the expression has a problem. */
export const mustBeUnderstood = (subString: string, problem: string | undefined): void => {
  if (problem === undefined) return
  throw new RemotingError(ResponseCode.SUBSCRIPTION_PARSE_FAILED, parseFailure(subString, problem))
}

/** Characters of an expression shown in a remark. */
const SHOWN_LENGTH = 200

export const parseFailure = (subString: string, problem: string): string => {
  const shown = subString.length > SHOWN_LENGTH ? `${subString.slice(0, SHOWN_LENGTH)}…` : subString
  return `the expression cannot be understood ${problem} (${shown})`
}
