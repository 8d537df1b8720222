/** What a snapshot is: one line of JSON and its CRC-32 in hexadecimal, written last, so that half a snapshot has none. */
import { crc32 } from 'node:zlib'
import type { ClusterSpec } from '../../../shared/clusterSpec'
import type { CopiedFile } from '../../store/storeSnapshot'

export const MANIFEST_VERSION = 1

export interface NodeInSnapshot {
  /** `nodeKey`: its folder. */
  key: string
  files: readonly CopiedFile[]
  /** Of files a start can make anew; they are not listed. */
  derivedBytes: number
}

/** The properties that were chosen, by the name they are saved under. */
export type SavedOfNodes = readonly (readonly [
  id: string,
  properties: readonly (readonly [string, string])[]
])[]

/** The proxy keeps nothing that belongs to a point in time. */
export type KeptKind = 'broker' | 'namesrv'

/** What of a cluster lies outside its nodes' folders. */
export interface ClusterParts {
  spec: ClusterSpec
  properties: Readonly<Record<KeptKind, SavedOfNodes>>
  /** How far ahead its clock was, in ms. */
  aheadMs: number
}

export interface Manifest extends ClusterParts {
  name: string
  note: string
  /** By the machine's clock, in ms since the epoch. */
  at: number
  /** Version of Gantry that made it. */
  gantry: string
  /** Number of the saved cluster. */
  cluster: number
  nodes: readonly NodeInSnapshot[]
}

const crcLine = (text: string): string => crc32(text).toString(16).padStart(8, '0')

export const sealed = (value: object): string => {
  const text = JSON.stringify(value)
  return `${text}\n${crcLine(text)}\n`
}

export const unsealed = (content: Buffer): unknown => {
  const [text = '', crc] = content.toString('utf8').split('\n')
  // Its CRC holds, so it is what a version of ours wrote.
  return crcLine(text) === crc ? (JSON.parse(text) as unknown) : 'damaged'
}

export const encodeManifest = (manifest: Manifest): string =>
  sealed({ version: MANIFEST_VERSION, ...manifest })

export const decodeManifest = (content: Buffer): Manifest | 'damaged' | 'newer' => {
  const value = unsealed(content)
  if (value === 'damaged') return 'damaged'
  const { version, ...manifest } = value as Manifest & { version: number }
  return version > MANIFEST_VERSION ? 'newer' : manifest
}

export const encodeParts = (parts: ClusterParts): string =>
  sealed({ version: MANIFEST_VERSION, ...parts })

/** Undefined where it is damaged. */
export const decodeParts = (content: Buffer): ClusterParts | undefined => {
  const value = unsealed(content)
  return value === 'damaged' ? undefined : (value as ClusterParts)
}

/** What is in a snapshot, in bytes. */
export const bytesOf = ({ nodes }: Pick<Manifest, 'nodes'>): number =>
  nodes.reduce(
    (sum, { files, derivedBytes }) =>
      files.reduce((all, { bytes }) => all + bytes, sum + derivedBytes),
    0
  )
