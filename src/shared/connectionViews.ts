/** Clusters of others the console can look at, and what a try to reach one came to. */
import type { Problem } from './views'

/** The cluster of this machine, in the place of a connection's number. */
export const THIS_MACHINE = 0

/** `verified`: an authority this machine trusts signed the certificate; `any`: whoever did. */
export const tlsModes = ['off', 'verified', 'any'] as const
export type TlsMode = (typeof tlsModes)[number]

export interface ConnectionView {
  /** From 1. */
  number: number
  name: string
  namesrvAddresses: string[]
  tls: TlsMode
  /** Empty where requests are not signed. */
  accessKey: string
  /** A secret key is kept; it never comes back to the window. */
  hasSecret: boolean
  /** Brokers are asked at their port minus 2. */
  vipChannel: boolean
}

export interface ConnectionsView {
  /** By name. */
  connections: ConnectionView[]
  /** Of the one all pages show; THIS_MACHINE for the cluster of this machine. */
  current: number
  /** Why the one in use cannot be reached at the moment. */
  problem?: Problem
}

export interface NameserverTest {
  address: string
  /** Brokers it knows; absent where it did not answer. */
  brokers?: number
  /** As it announces itself, `V5_3_3`. */
  version?: string
  tookMs?: number
  problem?: Problem
}

export interface BrokerTest {
  cluster: string
  brokerName: string
  brokerId: number
  address: string
  version?: string
  tookMs?: number
  problem?: Problem
}

export interface ConnectionTest {
  nameservers: NameserverTest[]
  /** The first MAX_TESTED_BROKERS of them. */
  brokers: BrokerTest[]
  /** Brokers that were not asked. */
  notAsked: number
}
