import { beforeEach, expect, test } from 'vitest'
import { ManualClock } from '../../base/clock'
import { silentLog } from '../../base/log'
import { RemotingError } from '../../protocol/remotingCommand'
import type { MasterInfo } from '../controllerApi'
import type { BrokerMetadata } from './brokerMetadata'
import { ReplicasManager, type DecidedRole } from './replicasManager'

let clock: ManualClock
let kept: BrokerMetadata | undefined
let calls: string[]
let info: MasterInfo
let elected: () => Promise<MasterInfo>
let isAway: boolean
let applied: () => Promise<void>
let roles: DecidedRole[]

const NOBODY: MasterInfo = { syncStateSet: [], syncStateSetEpoch: 0 }
const masterIs = (brokerId: number, epoch: number, syncStateSet = [brokerId]): MasterInfo => ({
  master: { brokerId, address: `host-${brokerId}`, epoch },
  syncStateSet,
  syncStateSetEpoch: epoch
})

beforeEach(() => {
  clock = new ManualClock()
  kept = undefined
  calls = []
  info = NOBODY
  elected = () => Promise.resolve(masterIs(1, 1))
  isAway = false
  applied = () => Promise.resolve()
  roles = []
})

const call = <T>(name: string, result: () => Promise<T>): Promise<T> => {
  calls.push(name)
  return isAway ? Promise.reject(new Error('away')) : result()
}

const manager = (brokerRole: 'SYNC_MASTER' | 'SLAVE' = 'SYNC_MASTER'): ReplicasManager => {
  const made = new ReplicasManager({
    ...{ clock, log: silentLog, address: '127.0.0.1:1' },
    api: {
      getNextBrokerId: () => call('next', () => Promise.resolve(1)),
      applyBrokerId: () => call('apply', applied),
      registerBroker: () => call('register', () => Promise.resolve(info)),
      heartbeat: () => call('beat', () => Promise.resolve()),
      replicaInfo: () => call('info', () => Promise.resolve(info)),
      electMaster: () => call('elect', elected)
    },
    config: {
      ...{ brokerClusterName: 'C', brokerName: 'b', brokerRole },
      ...{ brokerHeartbeatInterval: 300, sendHeartbeatTimeoutMillis: 1000 }
    },
    metadata: {
      get current() {
        return kept
      },
      keep: (metadata) => {
        kept = metadata
      }
    },
    figures: () => ({})
  })
  made.decided.on((role) => roles.push(role))
  return made
}

test('a new broker gets its id, says where it is, and is elected where nobody is master', async () => {
  await manager().beat()
  expect(calls).toEqual(['next', 'apply', 'register', 'beat', 'info', 'elect'])
  expect(kept).toEqual({ clusterName: 'C', brokerName: 'b', brokerId: 1 })
  expect(roles).toMatchObject([{ role: 'MASTER', epoch: 1 }])
})

test('an id that was applied for when it was stopped is applied for again with the same check code', async () => {
  kept = { clusterName: 'C', brokerName: 'b', brokerId: 1, registerCheckCode: 'mine' }
  const made = manager()
  expect(made.brokerId).toBeUndefined()
  await made.beat()
  expect(calls[0]).toBe('apply')
  expect(made.brokerId).toBe(1)
})

test('where another was quicker it asks for another id', async () => {
  applied = () => Promise.reject(new RemotingError(2012, 'taken'))
  const made = manager()
  await made.beat()
  expect(kept).toBeUndefined()
  applied = () => Promise.resolve()
  await made.beat()
  expect(calls.filter((name) => name === 'next')).toHaveLength(2)
})

test('one that was drawn as slave leaves the first election to the other for a second', async () => {
  const made = manager('SLAVE')
  await made.beat()
  clock.advance(900)
  await made.beat()
  expect(calls).not.toContain('elect')
  clock.advance(100)
  await made.beat()
  expect(calls).toContain('elect')
})

test('a newer epoch counts, an older one does not, the same one changes only the set', async () => {
  const made = manager()
  const sets: number[][] = []
  made.setChanged.on(({ syncStateSet }) => sets.push(syncStateSet))
  await made.beat()
  made.hear(masterIs(2, 0))
  made.hear({ ...masterIs(1, 1, [1, 2]), syncStateSetEpoch: 5 })
  made.hear({ ...masterIs(1, 1, [1]), syncStateSetEpoch: 4 })
  made.hear(masterIs(2, 2))
  made.hear(masterIs(2, 2))
  expect(roles.map(({ role, epoch }) => [role, epoch])).toEqual([
    ['MASTER', 1],
    ['SLAVE', 2]
  ])
  expect(sets).toEqual([[1, 2]])
})

test('roles stay while the controller is away, and it registers again when it is back', async () => {
  const made = manager()
  await made.beat()
  isAway = true
  clock.advance(5000)
  await made.beat()
  expect(made.silentForMs).toBe(5000)
  expect(roles).toHaveLength(1)
  isAway = false
  info = masterIs(1, 1)
  calls = []
  await made.beat()
  expect(calls).toEqual(['register', 'beat', 'info'])
  expect(made.silentForMs).toBe(0)
})
