/** What the window sees of nodes' configuration. */
import type { NodeState } from './views'

export type ConfigValueType = 'string' | 'int' | 'long' | 'double' | 'boolean' | 'enum'

export type ConfigUnit = 'ms' | 'seconds' | 'bytes' | 'hours' | 'percent' | 'count'

export interface ConfigPropertyView {
  key: string
  type: ConfigValueType
  /** `identity`, `behaviour`, `client`, `store` … — how the form is divided. */
  section: string
  defaultValue: string
  /** Saved value, what the next start uses. */
  value: string
  /** What the node runs with now; absent while it is stopped. */
  runningValue?: string
  /** Takes effect without a restart. */
  hot: boolean
  /** The cluster decides it (ports, name, data folder): shown, not editable. */
  readOnly: boolean
  /** A key of RocketMQ without effect here: kept for export. */
  inert: boolean
  unit?: ConfigUnit
  min?: number
  max?: number
  options?: string[]
}

export type NodeKind = 'broker' | 'namesrv' | 'proxy'

/** Who changed a configuration: somebody with `mqadmin` (`wire`), a page of the window, or nobody yet. */
export type ConfigAuthor = 'start' | 'window' | 'import' | 'undo' | 'wire'

export interface ConfigView {
  id: string
  kind: NodeKind
  state: NodeState
  properties: ConfigPropertyView[]
  /** The file: comments, what is saved, and what the cluster decides. */
  text: string
  /** Some saved properties wait for the next start. */
  restartNeeded: boolean
}

/** What became of a save. */
export interface ConfigSaved {
  view: ConfigView
  /** Keys in effect since. */
  applied: string[]
  /** Keys that wait for the next start. */
  waiting: string[]
}

/** What a line of a file comes to. */
export type ConfigVerdict =
  | 'honoured'
  /** RocketMQ knows it; kept for export, without effect here. */
  | 'inert'
  /** The cluster decides it; a line that says otherwise is left out. */
  | 'decided'
  /** Never to be set by a file or a client. */
  | 'blackListed'
  /** A later line says it again. */
  | 'overridden'
  | 'unknown'
  | 'invalid'
  /** Java refuses the whole file for it. */
  | 'malformed'

export interface ConfigLine {
  /** From 1. */
  line: number
  endLine: number
  key: string
  verdict: ConfigVerdict
  /** Keeps the file from being saved. */
  isRefused: boolean
  /** What the cluster decided, of a `decided` line that says otherwise. */
  actual?: string
  /** What would be right, of an `invalid` one; in English, as the engine says it. */
  expected?: string
  /** A known key an `unknown` one may have been meant for. */
  nearest?: string
}

export interface ConfigChange {
  key: string
  /** Null: the default. */
  before: string | null
  after: string | null
  hot: boolean
}

/** What saving a text would do. */
export interface ConfigCheck {
  lines: ConfigLine[]
  changes: ConfigChange[]
}

export interface ConfigVersionView {
  version: number
  /** Milliseconds since the epoch. */
  at: number
  by: ConfigAuthor
  changes: ConfigChange[]
}

/** A configuration to compare with: every property that takes effect, and those set without effect. */
export interface ConfigListing {
  text: string
}
