/** Names a client gives itself and its messages. Java: ClientConfig.buildMQClientId, MessageClientIDSetter. */
import { networkInterfaces } from 'node:os'
import type { Clock } from '../base/clock'
import type { Random } from '../base/random'
import { hostAddress } from '../protocol/message/host'

/** This machine's first outward IPv4 address; loopback where there is none. Java: UtilAll.getIP. */
export const localAddress = (): string => {
  const outward = Object.values(networkInterfaces())
    .flat()
    .find((entry) => entry?.family === 'IPv4' && !entry.internal)
  return outward?.address ?? '127.0.0.1'
}

/** `10.0.0.5@4711#a1b2c3d4`: no two clients of a machine share it, or they would share queues. */
export const buildMQClientId = (random: Random, instanceName?: string): string =>
  `${localAddress()}@${instanceName ?? `${process.pid}#${random.bytes(8).toString('hex')}`}`

const COUNTER_LIMIT = 0x10000

/**
 * Makes UNIQ_KEY: address, process, random, milliseconds of this month, counter; 32 upper-case hexadecimal digits.
 * Unique also while the clock stands still or steps back.
 */
export class MessageClientIDSetter {
  private readonly prefix: Buffer
  private lastMs = -1
  private counter = 0

  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    random: Random
  ) {
    const pid = Buffer.alloc(2)
    pid.writeUInt16BE(process.pid & 0xffff)
    this.prefix = Buffer.concat([hostAddress(localAddress(), 0).ip, pid, random.bytes(4)])
  }

  createUniqID(): string {
    const now = this.clock.now()
    const date = new Date(now)
    const sinceMonth = now - new Date(date.getFullYear(), date.getMonth()).getTime()
    if (sinceMonth > this.lastMs || this.counter + 1 >= COUNTER_LIMIT) {
      this.lastMs = Math.max(sinceMonth, this.lastMs + 1)
      this.counter = 0
    } else this.counter++
    const tail = Buffer.alloc(6)
    tail.writeUInt32BE(this.lastMs >>> 0, 0)
    tail.writeUInt16BE(this.counter, 4)
    return Buffer.concat([this.prefix, tail]).toString('hex').toUpperCase()
  }
}
