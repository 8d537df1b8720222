/** What leaves for Apache RocketMQ, as files a person reads before using them. */
import { z } from 'zod'

/** Version of Apache RocketMQ the files are made for. */
export const EXPORT_VERSION = '5.3.3'

export type ExportKind = 'broker' | 'namesrv' | 'script' | 'compose' | 'proxy'

export interface ExportFile {
  /** As the compose file calls it: `conf/broker-a.conf`. */
  name: string
  kind: ExportKind
  text: string
}

export interface ExportView {
  files: ExportFile[]
  topics: number
  groups: number
  /** Brokers whose topics and groups could not be read; the script lacks what only they have. */
  missing: string[]
}

export const ExportQuery = z.strictObject({
  /** Where clients reach the brokers: an address of the other machine; left out, each broker finds its own. */
  brokerIP: z
    .string()
    .max(255)
    .regex(/^[\w.:-]*$/)
    .default('')
})
