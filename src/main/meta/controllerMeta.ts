import type { StoredCollection } from './collection'
import { openIn, type MetaFolderOptions } from './metaFolder'
import { int, listOf, shape, str, withDefault, type Shaped } from './shape'

const brokerReplica = shape({ brokerId: int, brokerAddress: str, registerCheckCode: str })
export type BrokerReplicaDoc = Shaped<typeof brokerReplica>

/** One document holds all of a broker set: a decision is one line of the file, whole or not there. */
const brokerSet = shape({
  clusterName: str,
  brokerName: str,
  nextAssignBrokerId: int,
  brokers: listOf(brokerReplica),
  masterBrokerId: withDefault<number | undefined>(int, undefined),
  masterEpoch: int,
  syncStateSet: listOf(int),
  syncStateSetEpoch: int
})
export type BrokerSetDoc = Shaped<typeof brokerSet>

const NAME = 'brokerSets'
export const CONTROLLER_FILE = `${NAME}.db`

/** By broker name: ids, master and sync-state set as the controller decided last. */
export const openControllerMeta = (
  options: MetaFolderOptions
): Promise<StoredCollection<BrokerSetDoc>> => openIn(options, NAME, brokerSet)
