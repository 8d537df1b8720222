import type { en } from '../en'
import { addresses } from './addresses'
import { alarms } from './alarms'
import { app } from './app'
import { brokers } from './brokers'
import { clients } from './clients'
import { clock } from './clock'
import { cluster, properties } from './cluster'
import { common } from './common'
import { compose } from './compose'
import { config } from './config'
import { configPage } from './configPage'
import { consume } from './consume'
import { connections } from './connections'
import { deadLetters } from './deadLetters'
import { design } from './design'
import { errors } from './errors'
import { exportPage } from './exportPage'
import { faults } from './faults'
import { groups } from './groups'
import { grpc } from './grpc'
import { messageWork } from './messageWork'
import { messages } from './messages'
import { notices } from './notices'
import { palette } from './palette'
import { scheduled } from './scheduled'
import { offsets } from './offsets'
import { settings } from './settings'
import { snapshots } from './snapshots'
import { statistics } from './statistics'
import { storage } from './storage'
import { topics } from './topics'
import { traffic } from './traffic'
import { users } from './users'

export const zhCN: typeof en = {
  addresses,
  alarms,
  app,
  brokers,
  clients,
  clock,
  cluster,
  common,
  compose,
  config,
  configPage,
  consume,
  connections,
  deadLetters,
  design,
  errors,
  exportPage,
  faults,
  groups,
  grpc,
  messages,
  messageWork,
  notices,
  palette,
  offsets,
  properties,
  scheduled,
  settings,
  snapshots,
  statistics,
  storage,
  topics,
  traffic,
  users
}
