/** Stand-ins for what unit tests of the broker need: no disk, no socket. */
import type { Collection } from '../meta/collection'
import type { RemotingRequest } from '../protocol/remotingCommand'
import { RemotingConnectError } from '../remoting/errors'
import type { ClientConnection } from './clientChannelInfo'

/** A collection in memory whose writes can be made to fail. */
export class MemoryCollection<T extends object> implements Collection<T> {
  /** Rejects every write while set. */
  failure: Error | undefined
  /** Writes that reached "disk", one per call. */
  writes = 0
  private readonly values = new Map<string, T>()

  constructor(entries: readonly (readonly [string, T])[] = []) {
    for (const [key, value] of entries) this.values.set(key, value)
  }

  get size(): number {
    return this.values.size
  }

  all(): readonly (readonly [string, T])[] {
    return [...this.values]
  }

  get(key: string): T | undefined {
    return this.values.get(key)
  }

  put(key: string, value: T): Promise<void> {
    return this.putAll([[key, value]])
  }

  async putAll(entries: readonly (readonly [string, T])[]): Promise<void> {
    if (this.failure) throw this.failure
    for (const [key, value] of entries) this.values.set(key, value)
    await Promise.resolve()
    this.writes++
  }

  remove(key: string): Promise<void> {
    return this.removeAll([key])
  }

  async removeAll(keys: readonly string[]): Promise<void> {
    if (this.failure) throw this.failure
    for (const key of keys) this.values.delete(key)
    await Promise.resolve()
  }

  async close(): Promise<void> {
    // Nothing is open.
  }
}

/** A connection that remembers what it was asked to send. */
export class FakeConnection implements ClientConnection {
  isOpen = true
  readonly sent: RemotingRequest[] = []
  destroyedBecause: string | undefined

  constructor(readonly remoteAddress = '127.0.0.1:50000') {}

  oneway(request: RemotingRequest): void {
    this.sent.push(request)
  }

  /** Nobody is at the other end. */
  request(): Promise<never> {
    return Promise.reject(new RemotingConnectError(this.remoteAddress))
  }

  destroy(reason?: string): void {
    this.isOpen = false
    this.destroyedBecause = reason
  }
}
