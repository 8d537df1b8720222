import {
  isPresetName,
  presetNames,
  presetSpec,
  type FirstPorts,
  type PresetName
} from '../../shared/clusterPresets'
import type { ClusterSpec } from '../../shared/clusterSpec'
import { ProblemError } from './problem'

/** @throws ProblemError UNKNOWN_PRESET listing the known ones. */
export const knownPreset = (name: string): PresetName => {
  if (isPresetName(name)) return name
  const known = presetNames.join(', ')
  throw new ProblemError(
    'UNKNOWN_PRESET',
    { name, known },
    `there is no preset "${name}"; known presets: ${known}`
  )
}

/** @throws ProblemError UNKNOWN_PRESET. */
export const presetNamed = (name: string, first?: FirstPorts): ClusterSpec =>
  presetSpec(knownPreset(name), first)
