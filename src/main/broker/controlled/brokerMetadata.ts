/** Which id the controller gave this broker: a file beside its data, read before anything else of it. Java: BrokerMetadata, TempBrokerMetadata. */
import type { Disk } from '../../base/disk'
import { asObject, numberOf, textOf } from '../../protocol/bodies/read'

export interface BrokerMetadata {
  readonly clusterName: string
  readonly brokerName: string
  readonly brokerId: number
  /** Present while the id is only applied for: the controller knows by it who asks again. */
  readonly registerCheckCode?: string
}

interface Deps {
  disk: Pick<Disk, 'exists' | 'readFile' | 'replaceFile' | 'mkdirp'>
  folder: string
  path: string
}

export class BrokerMetadataFile {
  private kept: BrokerMetadata | undefined

  /** @throws Error where the file is not readable as one. */
  constructor(private readonly deps: Deps) {
    const { disk, path } = deps
    if (disk.exists(path)) this.kept = read(disk.readFile(path), path)
  }

  get current(): BrokerMetadata | undefined {
    return this.kept
  }

  /** On disk when it returns; undefined: the id was another's. */
  keep(metadata: BrokerMetadata | undefined): void {
    const { disk, folder, path } = this.deps
    disk.mkdirp(folder)
    disk.replaceFile(path, JSON.stringify(metadata ?? {}))
    this.kept = metadata
  }
}

const read = (bytes: Buffer, path: string): BrokerMetadata | undefined => {
  let fields: Record<string, unknown> | undefined
  try {
    fields = asObject(JSON.parse(bytes.toString('utf8')))
  } catch (cause) {
    throw new Error(`${path} is damaged: it says which id of its broker set this broker has; put the right one back, or remove the file and clean the broker's id at the controller (mqadmin cleanBrokerMetadata)`, { cause }) // prettier-ignore
  }
  const brokerId = numberOf(fields?.brokerId, 0)
  if (!fields || brokerId <= 0) return undefined
  const registerCheckCode = textOf(fields.registerCheckCode)
  return {
    clusterName: textOf(fields.clusterName),
    brokerName: textOf(fields.brokerName),
    brokerId,
    ...(registerCheckCode !== '' && { registerCheckCode })
  }
}
