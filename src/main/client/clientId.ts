/** Names a client gives itself. Java: ClientConfig.buildMQClientId. */
import { networkInterfaces } from 'node:os'
import type { Clock } from '../base/clock'
import type { Random } from '../base/random'
import { hostAddress } from '../protocol/message/host'
import { MessageClientIDSetter } from '../protocol/message/messageClientIDSetter'

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

/** Makes the UNIQ_KEY of this process's messages. */
export const messageIds = (clock: Pick<Clock, 'now'>, random: Random): MessageClientIDSetter =>
  new MessageClientIDSetter(clock, random, hostAddress(localAddress(), 0).ip, process.pid)
