/** Ready-made clusters. A preset says which nodes there are; ports and folders are given elsewhere. */
import type { BrokerRole } from '../../shared/views'
import { ProblemError } from './problem'

export interface PresetBroker {
  cluster: string
  name: string
  brokerId: number
  role: BrokerRole
}

export interface Preset {
  name: string
  nameservers: number
  brokers: readonly PresetBroker[]
}

const presets: readonly Preset[] = [
  {
    name: 'single',
    nameservers: 1,
    brokers: [{ cluster: 'DefaultCluster', name: 'broker-a', brokerId: 0, role: 'ASYNC_MASTER' }]
  }
]

export const DEFAULT_PRESET = 'single'

/** @throws ProblemError UNKNOWN_PRESET listing the known ones. */
export const presetNamed = (name: string): Preset => {
  const preset = presets.find((p) => p.name === name)
  if (preset) return preset
  const known = presets.map((p) => p.name).join(', ')
  throw new ProblemError(
    'UNKNOWN_PRESET',
    { name, known },
    `there is no preset "${name}"; known presets: ${known}`
  )
}
