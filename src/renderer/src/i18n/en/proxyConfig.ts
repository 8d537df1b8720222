/** What each property of the proxy does, by its RocketMQ name; those it shares with brokers are told there. */
export const proxyConfig = {
  grpcServerPort: 'Port the proxy listens on for gRPC clients.',
  tlsTestModeEnable:
    'Also speaks TLS where no certificate is given, with one made on this machine. Nobody trusts it.',
  tlsKeyPath:
    'File with the private key of the certificate, as PEM. Empty: the one made on this machine.',
  tlsKeyPassword: 'Password of the private key.',
  tlsCertPath: 'File with the certificate, as PEM. Empty: the one made on this machine.',
  authenticationEnabled:
    'Checks the signature of every request. Unsigned and wrongly signed ones are refused.',
  authenticationWhitelist:
    'Request codes, separated by commas, that need no signature; for the proxy names of calls.',
  authorizationEnabled:
    'Asks the policies whether the user of a request may do what it wants. Super users may do everything.',
  authorizationWhitelist:
    'Request codes, separated by commas, that need no policy; for the proxy names of calls.',
  initAuthenticationUser:
    'A super user, as a JSON object with username (the access key) and password (the secret key). A broker makes it at its start where there is none of that name.',
  innerClientAuthenticationCredentials:
    'With what this node signs its own requests, as a JSON object with accessKey and secretKey. A broker makes it a super user. Nodes of this cluster need none among themselves.',
  maxUserPropertySize:
    'Most bytes of all properties, tag and keys of a message together. 0: no limit.',
  userPropertyMaxNum: 'Most properties of a message. 0: no limit.',
  maxMessageGroupSize: 'Longest message group. 0: no limit.',
  enableMessageBodyEmptyCheck: 'Refuses messages without a body.',
  enableTopicMessageTypeCheck: 'Refuses messages of another type than their topic has.',
  maxDelayTimeMills: 'A message may be delivered at most so much later. 0: no limit.',
  maxTransactionRecoverySecond:
    'Longest time a producer may ask for before its transaction is checked.',
  grpcMaxInboundMessageSize: 'Largest request of a client.',
  grpcClientProducerMaxAttempts:
    'How often producers try to send a message; they are told when they connect.',
  grpcClientProducerBackoffInitialMillis:
    'How long producers wait before the second attempt, where they are told to slow down.',
  grpcClientProducerBackoffMaxMillis: 'How long they wait at most.',
  grpcClientProducerBackoffMultiplier: 'How many times longer each wait is than the one before.',
  defaultInvisibleTimeMills:
    'A received message is invisible to others for so long where the client names no time.',
  minInvisibleTimeMillsForRecv: 'Shortest invisible time a client may name when it receives.',
  maxInvisibleTimeMills: 'Longest invisible time a client may name.',
  grpcClientConsumerMaxLongPollingTimeoutMillis:
    'A receive that finds nothing waits at most so long.',
  gantryLongPollingTimeoutMillis:
    'How long push consumers are told to wait for messages. Their shutdown takes as long.',
  grpcClientConsumerLongPollingBatchSize: 'Most messages of one receive.',
  longPollingReserveTimeInMillis: 'A receive answers so long before the client gives up.',
  enableProxyAutoRenew:
    'Keeps the messages of push consumers invisible while they are being consumed.',
  renewAheadTimeMillis: 'Renews the invisible time when less than this is left of it.',
  renewSchedulePeriodMillis: 'How often the messages that are being consumed are looked at.',
  renewMaxTimeMillis: 'A message is kept invisible for so long at most; then others get it.',
  maxRenewRetryTimes: 'How often a renewal that failed is tried again.',
  invisibleTimeMillisWhenClear:
    'What a client that is gone had received is delivered again after this.'
}
