/** What the window sees of nodes' configuration. */
import type { NodeState } from './views'

export type ConfigValueType = 'string' | 'int' | 'long' | 'double' | 'boolean' | 'enum'

export type ConfigUnit = 'ms' | 'bytes' | 'hours' | 'percent' | 'count'

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
