/** Brokers and nameservers as the wire shows them, of whichever cluster the console looks at. */
import { z } from 'zod'
import type { Problem } from './views'

/** One instance, as RocketMQ's dashboard lists it. */
export interface BrokerRow {
  cluster: string
  brokerName: string
  /** 0: the master. */
  brokerId: number
  address: string
  /** Absent where it did not answer. */
  version?: string
  produceTps: number
  consumeTps: number
  producedYesterday: number
  consumedYesterday: number
  producedToday: number
  consumedToday: number
  /** Of a broker name, told with its master: producers are kept away from it. */
  isWithdrawn?: boolean
  problem?: Problem
}

export interface BrokersView {
  /** By cluster, name and id. */
  brokers: BrokerRow[]
  nameservers: string[]
}

const brokerName = z.string().min(1).max(255)
/** Of a table someone looks at; more is cut by nobody, a broker has some 400 keys. */
const propertyName = z.string().min(1).max(255)

export const BrokerInstanceRef = z.strictObject({ brokerName, brokerId: z.int().min(0) })
export type BrokerInstanceRef = z.infer<typeof BrokerInstanceRef>

/** Largest change of properties sent at once. */
export const MAX_CHANGED_PROPERTIES = 100

const properties = z
  .array(z.tuple([propertyName, z.string().max(8192)]))
  .min(1)
  .max(MAX_CHANGED_PROPERTIES)

export const BrokerPropertiesDraft = BrokerInstanceRef.extend({ properties })
export type BrokerPropertiesDraft = z.infer<typeof BrokerPropertiesDraft>

export const BrokerWritePermDraft = z.strictObject({ brokerName, isGiven: z.boolean() })
export type BrokerWritePermDraft = z.infer<typeof BrokerWritePermDraft>

/** One of the nameservers of the cluster in use. */
export const NamesrvRef = z.strictObject({ address: z.string().min(1).max(300) })
export type NamesrvRef = z.infer<typeof NamesrvRef>

export const NamesrvPropertiesDraft = NamesrvRef.extend({ properties })
export type NamesrvPropertiesDraft = z.infer<typeof NamesrvPropertiesDraft>

const namespace = z.string().min(1).max(255)
const key = z.string().min(1).max(255)

export const KVQuery = NamesrvRef.extend({ namespace })
export type KVQuery = z.infer<typeof KVQuery>

export const KVDraft = z.strictObject({ namespace, key, value: z.string().max(65_536) })
export type KVDraft = z.infer<typeof KVDraft>

export const KVRef = z.strictObject({ namespace, key })
export type KVRef = z.infer<typeof KVRef>

/** Names and values, in the order of the names. */
export type PropertyPairs = [string, string][]
