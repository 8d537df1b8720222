/** Where the cluster listens, what clients are told, and what the self-test found. */
import { z } from 'zod'

/** What an interface most likely is, by its name and its addresses. */
export const interfaceKinds = [
  'loopback',
  'ethernet',
  'wifi',
  'lan',
  'docker',
  'wsl',
  'vpn',
  'virtual',
  'linkLocal',
  'other'
] as const
export type InterfaceKind = (typeof interfaceKinds)[number]

export interface InterfaceView {
  /** As the system calls it: `eth0`, `Wi-Fi`. */
  name: string
  address: string
  family: 'IPv4' | 'IPv6'
  kind: InterfaceKind
  /** Packets to the outside leave by it, as far as the system tells. */
  isDefault: boolean
  /** Nodes that run listen at it. */
  isListening: boolean
  /** For clients that come from there: `192.168.1.5:9876`, separated by `;`. */
  namesrvAddr: string
}

export interface AddressSetting {
  /** An IP address of this machine, 0.0.0.0 or :: for all; loopback is always listened at. */
  host: string
  /** What brokers call themselves: an IP address, or `auto` for the one a client came to. */
  advertise: string
}

export interface AddressView extends AddressSetting {
  /** From flags of this run: not kept for the next one. */
  isGiven: boolean
  /** Ids of running nodes that were started with another setting. */
  stale: string[]
  /** The address to listen at is none of this machine now, so that it is loopback until it is back. */
  isHostGone: boolean
  /** The advertised address is none of this machine. */
  isAdvertisedForeign: boolean
  interfaces: InterfaceView[]
  surroundings: { isContainer: boolean; isWsl: boolean; platform: string }
}

/**
 * `refused`: nothing listens there. `filtered`: no answer in time, something drops packets. `unreachable`: no way there.
 * `foreign`: somebody else answers.
 */
export const probeOutcomes = ['reachable', 'refused', 'filtered', 'unreachable', 'foreign'] as const
export type ProbeOutcome = (typeof probeOutcomes)[number]

export type PortPurpose = 'namesrv' | 'broker' | 'vip' | 'ha' | 'grpc'

/** What helps against an outcome, in the order of likelihood. */
export type ProbeReason =
  | 'ok'
  | 'nodeDown'
  | 'loopbackOnly'
  | 'restartNeeded'
  | 'haIsShut'
  | 'nothingListens'
  | 'vipOff'
  | 'firewall'
  | 'noWay'
  | 'foreign'

export interface PortProbe {
  nodeId: string
  purpose: PortPurpose
  port: number
  outcome: ProbeOutcome
  reason: ProbeReason
  /** Until the answer, or until it was given up. */
  tookMs: number
  /** In the system's own words. */
  detail?: string
}

/** What a client that comes to an address is told, and whether it can go there. */
export interface ToldAddress {
  brokerName: string
  brokerId: number
  address: string
  outcome: ProbeOutcome
}

export interface AddressProbe {
  address: string
  ports: PortProbe[]
  told: ToldAddress[]
}

/** From this machine to itself: what a firewall does with others cannot be seen from here. */
export interface AddressTest {
  at: number
  addresses: AddressProbe[]
  /** Addresses beyond the limit, not tested. */
  left: number
}

const address = z.union([z.ipv4(), z.ipv6()])

export const AddressDraft = z.strictObject({
  host: address,
  advertise: z.union([z.literal('auto'), address])
})
export type AddressDraft = z.infer<typeof AddressDraft>
