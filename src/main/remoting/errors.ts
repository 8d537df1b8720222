/** Failures of the line itself; what the peer answered is a `RemotingError`. */

/** Nobody listens there, or the connection broke before an answer came. Java: RemotingConnectException, RemotingSendRequestException. */
export class RemotingConnectError extends Error {
  constructor(
    readonly address: string,
    options?: ErrorOptions
  ) {
    super(`cannot reach ${address}`, options)
    this.name = 'RemotingConnectError'
  }
}

/** Java: RemotingTimeoutException. */
export class RemotingTimeoutError extends Error {
  constructor(
    readonly address: string,
    readonly timeoutMs: number,
    what: string
  ) {
    super(`${address} did not answer ${what} within ${timeoutMs} ms`)
    this.name = 'RemotingTimeoutError'
  }
}
