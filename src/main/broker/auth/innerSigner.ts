import { signedWith } from '../../protocol/aclSignature'
import type { RemotingRequest } from '../../protocol/remotingCommand'
import { credentialsOf, type SessionCredentials } from '../../protocol/sessionCredentials'
import type { BrokerConfig } from '../brokerConfig'

/** How this broker signs what it asks others: as it was told, or as a node of its cluster. Java: BrokerOuterAPI.newAclRPCHook. */
export const innerSigner = (
  config: Pick<BrokerConfig, 'innerClientAuthenticationCredentials'>,
  inner: SessionCredentials | undefined
): ((request: RemotingRequest) => RemotingRequest) =>
  signedWith(credentialsOf(config.innerClientAuthenticationCredentials) ?? inner)
