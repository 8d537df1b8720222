/** `--cluster FILE`: a cluster written down as JSON or YAML, with the line of whatever is wrong in it. */
import { basename, extname } from 'node:path'
import { isNode, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import {
  BrokerSpecSchema,
  ClusterSpecSchema,
  NameserverSpecSchema,
  ProxySpecSchema
} from '../../shared/clusterDrafts'
import { BROKER_PORT_STEP, DEFAULT_CLUSTER, DEFAULT_PORTS } from '../../shared/clusterPresets'
import { MASTER_ID, nodeKey, specProblems, type SpecProblem } from '../../shared/clusterSpec'
import type { Disk } from '../base/disk'
import { refuseBadProperty } from './config/nodeSettings'
import { ProblemError } from './problem'
import { describeSpecProblem } from './specProblem'

/** Largest file that is read, in bytes. */
const MAX_FILE_BYTES = 1024 * 1024

const FileNameserver = NameserverSpecSchema.partial()
const FileBrokerSchema = BrokerSpecSchema.partial().extend({
  properties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional()
})
const FileSchema = ClusterSpecSchema.partial({ name: true }).extend({
  nameservers: z.array(FileNameserver),
  brokers: z.array(FileBrokerSchema),
  proxy: ProxySpecSchema.partial().optional()
})
type File = z.output<typeof FileSchema>

export interface FileBroker extends Omit<z.output<typeof BrokerSpecSchema>, 'id'> {
  id?: number | undefined
  /** As the broker reads them; absent where the file says nothing of them. */
  properties?: Record<string, string> | undefined
}

/** What a file says, with everything it leaves out but the folder numbers. */
export interface FileCluster {
  name: string
  nameservers: { id?: number | undefined; port: number }[]
  brokers: FileBroker[]
  proxy?: { port: number } | undefined
}

type Path = readonly (string | number)[]

const pathText = (path: Path): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '')

/** The document as values, and where a field stands in it. */
const parse = (name: string, text: string) => {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [error] = document.errors
  if (error) {
    const { line } = lines.linePos(error.pos[0])
    throw refused(name, line, '', error.message)
  }
  const lineOf = (path: Path): number | undefined => {
    for (let depth = path.length; depth >= 0; depth--) {
      const node = document.getIn(path.slice(0, depth), true)
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
    }
    return undefined
  }
  return { value: valueOf(name, document), lineOf }
}

const valueOf = (name: string, document: ReturnType<typeof parseDocument>): unknown => {
  try {
    return document.toJS()
  } catch (error) {
    throw refused(name, undefined, '', error instanceof Error ? error.message : String(error))
  }
}

const refused = (
  file: string,
  line: number | undefined,
  field: string,
  message: string
): ProblemError =>
  new ProblemError(
    'INVALID_INPUT',
    { field: field || 'cluster', ...(line !== undefined && { line }) },
    `--cluster ${file}${line === undefined ? '' : `:${line}`}: ${field ? `${field}: ` : ''}${message}`
  )

const completed = (file: File, defaultName: string): FileCluster => ({
  name: file.name ?? defaultName,
  nameservers: file.nameservers.map(({ id, port }, index) => ({
    ...(id !== undefined && { id }),
    port: port ?? DEFAULT_PORTS.namesrv + index
  })),
  brokers: file.brokers.map(({ id, properties, promotion, ...broker }, index) => {
    const brokerId = broker.brokerId ?? (broker.role === 'SLAVE' ? 1 : MASTER_ID)
    return {
      ...(id !== undefined && { id }),
      cluster: broker.cluster ?? DEFAULT_CLUSTER,
      name: broker.name ?? 'broker-a',
      brokerId,
      role: broker.role ?? (brokerId === MASTER_ID ? 'ASYNC_MASTER' : 'SLAVE'),
      port: broker.port ?? DEFAULT_PORTS.broker + index * BROKER_PORT_STEP,
      ...(promotion !== undefined && { promotion }),
      ...(properties && {
        properties: Object.fromEntries(
          Object.entries(properties).map(([key, value]) => [key, String(value)])
        )
      })
    }
  }),
  ...(file.proxy && { proxy: { port: file.proxy.port ?? DEFAULT_PORTS.grpc } })
})

/** Where in the file the node of a problem stands. */
const pathOf = ({ node }: SpecProblem, file: FileCluster): Path => {
  const nameserver = file.nameservers.findIndex((_, id) => nodeKey.nameserver({ id }) === node)
  if (nameserver >= 0) return ['nameservers', nameserver]
  const broker = file.brokers.findIndex((_, id) => nodeKey.broker({ id }) === node)
  return broker >= 0 ? ['brokers', broker] : node === nodeKey.proxy ? ['proxy'] : []
}

/** @throws ProblemError INVALID_INPUT with file, line and field. */
export const parseClusterFile = (path: string, text: string): FileCluster => {
  const name = basename(path)
  const { value, lineOf } = parse(name, text)
  const read = FileSchema.safeParse(value)
  if (!read.success) {
    const [issue] = read.error.issues
    const at = (issue?.path ?? []).filter((part) => typeof part !== 'symbol')
    throw refused(name, lineOf(at), pathText(at), issue?.message ?? 'not acceptable')
  }
  const file = completed(read.data, basename(path, extname(path)))
  // Judged by position: what stands where must be told, not which folder it will have.
  const { nameservers, brokers } = file
  const [problem] = specProblems({
    ...file,
    nameservers: nameservers.map((node, id) => ({ ...node, id })),
    brokers: brokers.map((node, id) => ({ ...node, id }))
  })
  if (problem) {
    const at = pathOf(problem, file)
    throw refused(name, lineOf(at), pathText(at), describeSpecProblem(problem))
  }
  for (const [index, { properties = {} }] of brokers.entries()) {
    for (const [key, text] of Object.entries(properties)) {
      const at = ['brokers', index, 'properties', key]
      try {
        refuseBadProperty(key, text)
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error
        throw refused(name, lineOf(at), pathText(at), error.message)
      }
    }
  }
  return file
}

/** @throws ProblemError INVALID_INPUT where it cannot be read or says nothing that can be run. */
export const readClusterFile = (
  disk: Pick<Disk, 'size' | 'readFile'>,
  path: string
): FileCluster => {
  const size = disk.size(path)
  if (size === undefined) throw refused(path, undefined, '', 'there is no such file')
  if (size > MAX_FILE_BYTES)
    throw refused(path, undefined, '', `larger than ${MAX_FILE_BYTES} bytes; this is no cluster`)
  return parseClusterFile(path, disk.readFile(path).toString('utf8'))
}
