/** Cause and cure of what goes wrong with connections to other clusters and with access control. */
export const accessErrors = {
  ACL_PARTIAL: {
    cause: 'It was not done on every broker. Missing on: {brokers}.',
    cure: 'The details say what the first of them answered. Correct that and try again, or make the brokers equal.'
  },
  ACL_SECRET_NOT_TOLD: {
    cause: '{broker} does not tell the password of {username}, so the user cannot be copied.',
    cure: 'Sign as a super user, or edit the user and enter the password: it is then saved on every broker.'
  },
  CONNECTION_LOST: {
    cause: 'The connection to the engine was lost before the answer came.',
    cure: 'Wait until the window is connected again and repeat what you did; it may already have happened.'
  },
  LOCAL_ONLY: {
    cause:
      'This is done with the cluster of this machine only, and the console looks at another one.',
    cure: 'Switch to “This machine” at the top, and try again.'
  },
  CONNECTION_NOT_FOUND: {
    cause: 'There is no connection with this number.',
    cure: 'It was deleted, perhaps in another window. Choose another one on the Connections page.'
  },
  CONNECTION_NAME_TAKEN: {
    cause: 'A connection is called {name} already.',
    cure: 'Choose another name.'
  },
  TOO_MANY_CONNECTIONS: {
    cause: 'No more than {max} connections are kept.',
    cure: 'Delete one that is no longer needed.'
  },
  SECRET_MISSING: {
    cause: 'There is an access key without its secret key.',
    cure: 'Type the secret key, or leave both empty where the cluster asks for none.'
  },
  ACL_REFUSED: {
    cause: '{address} does not accept these credentials.',
    cure: 'Check access key and secret key, and that the user may read the cluster (resource Cluster, action Get).'
  },
  CONNECTION_CLOSED: {
    cause: '{address} hung up without an answer.',
    cure: 'It may take TLS only: turn TLS on. Check also that this is the port of a RocketMQ nameserver (9876) and no gRPC or web port.'
  },
  HOST_UNKNOWN: {
    cause: 'The name in {address} is not known.',
    cure: 'Check the spelling; this machine’s name service must know the host.'
  },
  TLS_UNTRUSTED: {
    cause: 'The certificate of {address} is not signed by anybody this machine trusts.',
    cure: 'Add its authority to this machine, or choose “Any certificate” if you are sure who answers there.'
  },
  TLS_EXPIRED: {
    cause: 'The certificate of {address} is not valid at this time.',
    cure: 'Renew it, check this machine’s clock, or choose “Any certificate”.'
  },
  TLS_OTHER_NAME: {
    cause: 'The certificate of {address} is for another name.',
    cure: 'Use the name the certificate has, or choose “Any certificate”.'
  },
  TLS_FAILED: {
    cause: '{address} does not speak TLS.',
    cure: 'Turn TLS off, or turn it on there (tls.server.mode). Nameservers and brokers must both speak it.'
  }
}
