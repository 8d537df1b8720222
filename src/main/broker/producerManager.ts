import type { RealTime } from '../base/clock'
import {
  MAX_GROUPS_PER_CONNECTION,
  type ClientChannelInfo,
  type ClientConnection
} from './clientChannelInfo'

/** Who produces in which group, as their heartbeats say. Java: ProducerManager. */
export class ProducerManager {
  private readonly table = new Map<string, Map<ClientConnection, ClientChannelInfo>>()
  private readonly groupsOf = new Map<ClientConnection, Set<string>>()

  private asked = 0

  constructor(private readonly clock: RealTime) {}

  groups(): IterableIterator<[string, ReadonlyMap<ClientConnection, ClientChannelInfo>]> {
    return this.table.entries()
  }

  channelsOf(group: string): ClientChannelInfo[] {
    return [...(this.table.get(group)?.values() ?? [])]
  }

  /** Of the member at that connection. */
  clientIdOf(group: string, connection: ClientConnection): string | undefined {
    return this.table.get(group)?.get(connection)?.clientId
  }

  /** Where a client is that produces, whatever its groups; the newest of several with one id. Java: findChannel. */
  findChannel(clientId: string): ClientChannelInfo | undefined {
    let found: ClientChannelInfo | undefined
    for (const members of this.table.values())
      for (const channel of members.values())
        if (
          channel.clientId === clientId &&
          channel.connection.isOpen &&
          channel.lastUpdateAt >= (found?.lastUpdateAt ?? 0)
        )
          found = channel
    return found
  }

  /** Every connection of a client, whatever its groups. */
  connectionsOf(clientId: string): ClientChannelInfo[] {
    return [...this.table.values()].flatMap((members) =>
      [...members.values()].filter((channel) => channel.clientId === clientId)
    )
  }

  /** A live member of the group, another one with each call. Java: getAvailableChannel. */
  availableChannel(group: string): ClientChannelInfo | undefined {
    const live = this.channelsOf(group).filter(({ connection }) => connection.isOpen)
    return live[this.asked++ % live.length]
  }

  registerProducer(group: string, channel: Omit<ClientChannelInfo, 'lastUpdateAt'>): void {
    let groups = this.groupsOf.get(channel.connection)
    if (!groups) this.groupsOf.set(channel.connection, (groups = new Set()))
    if (!groups.has(group) && groups.size >= MAX_GROUPS_PER_CONNECTION) return
    groups.add(group)
    let members = this.table.get(group)
    if (!members) {
      members = new Map<ClientConnection, ClientChannelInfo>()
      this.table.set(group, members)
    }
    members.set(channel.connection, { ...channel, lastUpdateAt: this.clock.monotonic() })
  }

  unregisterProducer(group: string, connection: ClientConnection, clientId: string): void {
    if (this.table.get(group)?.get(connection)?.clientId === clientId) this.leave(group, connection)
  }

  closeConnection(connection: ClientConnection): void {
    for (const group of this.groupsOf.get(connection) ?? []) this.leave(group, connection)
    this.groupsOf.delete(connection)
  }

  /** Connections without a heartbeat of some group for longer than `timeoutMs`; they leave that group. */
  removeExpired(timeoutMs: number): ClientChannelInfo[] {
    const deadline = this.clock.monotonic() - timeoutMs
    const expired: ClientChannelInfo[] = []
    for (const [group, members] of this.table)
      for (const channel of members.values())
        if (channel.lastUpdateAt < deadline) {
          expired.push(channel)
          this.leave(group, channel.connection)
        }
    return expired
  }

  private leave(group: string, connection: ClientConnection): void {
    const members = this.table.get(group)
    members?.delete(connection)
    if (members?.size === 0) this.table.delete(group)
    this.groupsOf.get(connection)?.delete(group)
  }
}
