import type { en } from '../en'
import { addresses } from './addresses'
import { app } from './app'
import { brokers } from './brokers'
import { clock } from './clock'
import { cluster, properties } from './cluster'
import { common } from './common'
import { config } from './config'
import { configPage } from './configPage'
import { connections } from './connections'
import { design } from './design'
import { errors } from './errors'
import { exportPage } from './exportPage'
import { faults } from './faults'
import { groups } from './groups'
import { grpc } from './grpc'
import { messages } from './messages'
import { notices } from './notices'
import { settings } from './settings'
import { snapshots } from './snapshots'
import { storage } from './storage'
import { topics } from './topics'
import { traffic } from './traffic'
import { users } from './users'

export const zhCN: typeof en = {
  addresses,
  app,
  brokers,
  clock,
  cluster,
  common,
  config,
  configPage,
  connections,
  design,
  errors,
  exportPage,
  faults,
  groups,
  grpc,
  messages,
  notices,
  properties,
  settings,
  snapshots,
  storage,
  topics,
  traffic,
  users
}
