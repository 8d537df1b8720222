/** What the flags of both hosts say of the cluster to run. */
import type { Disk } from './base/disk'
import type { ClusterChoice } from './cluster/clusterChoice'
import type { CommandLine } from './commandLine'
import type { EngineOptions } from './engine'

type Flags = Pick<CommandLine, 'preset' | 'clusterFile' | 'namesrvPort' | 'brokerPort' | 'grpcPort'>

/** @throws ProblemError INVALID_INPUT where the file cannot be read or says nothing that can be run. */
export const choiceOfFlags = async (
  { preset, clusterFile }: Flags,
  disk: Pick<Disk, 'size' | 'readFile'>
): Promise<ClusterChoice> => {
  if (preset !== undefined) return { kind: 'preset', name: preset }
  if (clusterFile === undefined) return { kind: 'last' }
  // YAML is loaded by those only who need it.
  const { readClusterFile } = await import('./cluster/clusterFile')
  return { kind: 'file', file: readClusterFile(disk, clusterFile) }
}

export const portsOfFlags = ({
  namesrvPort,
  brokerPort,
  grpcPort
}: Flags): EngineOptions['ports'] => ({
  ...(namesrvPort !== undefined && { namesrv: namesrvPort }),
  ...(brokerPort !== undefined && { broker: brokerPort }),
  ...(grpcPort !== undefined && { grpc: grpcPort })
})
