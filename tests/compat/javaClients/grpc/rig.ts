// A cluster that serves gRPC; its topics and groups are made by mqadmin, as a user would.
import { expect } from 'vitest'
import { type AdminShell, startAdminShell } from '../adminShell'
import { type Cluster, startCluster } from '../cluster'
import { type ServerLine, stockServer } from '../lines'
import { type Driver, type GrpcDriverOptions, startGrpcDriver } from '../driver'

export interface TopicSpec {
  type?: 'NORMAL' | 'FIFO' | 'DELAY' | 'TRANSACTION' | 'MIXED'
  queues?: number
}

export interface GroupSpec {
  isOrderly?: boolean
  /** Deliveries after the first. */
  retries?: number
}

export interface GrpcRig {
  cluster: Cluster
  /** Of its proxy. */
  endpoints: string
  admin: AdminShell
  topic(name: string, spec?: TopicSpec): Promise<void>
  group(name: string, spec?: GroupSpec): Promise<void>
  drive(options: Omit<GrpcDriverOptions, 'endpoints'>): Driver
  stop(): Promise<void>
}

export async function startGrpcRig(
  settings: Record<string, string> = {},
  server: ServerLine | undefined = stockServer()
): Promise<GrpcRig> {
  // A stock broker knows no MIXED topics unless it is told to.
  const mixed = server === undefined ? {} : { enableMixedMessageType: 'true' }
  const cluster = await startCluster({ ...mixed, ...settings }, { isServingGrpc: true, server })
  const endpoints = cluster.grpc
  if (endpoints === undefined) throw new Error('the cluster serves no gRPC')
  const admin = startAdminShell('client-5.3', cluster.namesrv)
  const drivers: Driver[] = []
  return {
    cluster,
    endpoints,
    admin,
    topic: async (name, { type = 'NORMAL', queues = 4 } = {}) => {
      const queueNums = ['-r', String(queues), '-w', String(queues)]
      const attributes = ['-a', `+message.type=${type}`]
      const args = ['-b', cluster.broker, '-t', name, ...queueNums, ...attributes]
      expect(await admin.run('updateTopic', ...args)).toContain('success')
    },
    group: async (name, { isOrderly = false, retries = 16 } = {}) => {
      const limits = ['-o', String(isOrderly), '-r', String(retries)]
      const args = ['-b', cluster.broker, '-g', name, ...limits]
      expect(await admin.run('updateSubGroup', ...args)).toContain('success')
    },
    drive: (options) => {
      const driver = startGrpcDriver({ ...options, endpoints })
      drivers.push(driver)
      return driver
    },
    stop: async () => {
      for (const driver of drivers) await driver.stop()
      await admin.stop()
      await cluster.stop()
    }
  }
}
