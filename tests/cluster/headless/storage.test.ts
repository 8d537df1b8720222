/** What the console tells of a broker's store, and deleting what expired, against a real broker. */
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startHeadless, type Headless } from '../../headless'
import { until } from '../client/cluster'
import { ConsoleSocket } from './consoleSocket'

const BROKER = 'broker-a:0'
const BODY_BYTES = 600_000
const MESSAGES = 5
let headless: Headless
let window: ConsoleSocket

/** A segment a message; everything has expired at once, but is deleted on request only. */
beforeAll(async () => {
  const deleteWhen = (new Date().getHours() + 5) % 24
  const properties = [
    ...['mappedFileSizeCommitLog=1048576', 'fileReservedTime=0', `deleteWhen=${deleteWhen}`]
  ]
  headless = await startHeadless({ args: properties.flatMap((property) => ['--set', property]) })
  window = await ConsoleSocket.open(headless.ready.console)
})
afterAll(() => headless.stop())

const storage = async () => (await window.call('cluster.view')).brokers[0]?.storage

test('the store is told with its quota, its retention and its oldest message', async () => {
  const empty = await until(storage, (view) => view !== undefined)
  expect(empty).toMatchObject({
    quotaBytes: 2 ** 31,
    minFreeBytes: 2 ** 28,
    retention: {
      fileReservedTime: 0,
      diskMaxUsedSpaceRatio: 75,
      diskSpaceCleanForciblyRatio: 85,
      cleanFileForciblyEnable: true
    }
  })
  expect(empty).not.toHaveProperty('earliestStoreTimestamp')
  expect(empty).not.toHaveProperty('refusal')
  const before = Date.now()
  await window.call('topic.save', { topic: 'T', readQueueNums: 1, writeQueueNums: 1, perm: 6 })
  for (let i = 0; i < MESSAGES; i++)
    await window.call('message.send', { topic: 'T', body: 'x'.repeat(BODY_BYTES) })
  const full = await until(storage, (view) => (view?.usedBytes ?? 0) > MESSAGES * BODY_BYTES)
  expect(full?.earliestStoreTimestamp).toBeGreaterThanOrEqual(before)
})

test('expired messages go when they are told to, and only those', async () => {
  const { deletedBytes, isGoingOn } = await window.call('broker.deleteExpired', { id: BROKER })
  expect(isGoingOn).toBe(false)
  expect(deletedBytes).toBeGreaterThan((MESSAGES - 1) * BODY_BYTES)
  const [queue] = (await window.call('topic.detail', { topic: 'T' })).queues
  expect(queue).toMatchObject({ minOffset: MESSAGES - 1, maxOffset: MESSAGES })
  expect(await window.call('broker.deleteExpired', { id: BROKER })).toEqual({
    deletedBytes: 0,
    isGoingOn: false
  })
})

test('a broker that does not run, or is unknown, is a problem with a name', async () => {
  await window.call('node.stop', { id: BROKER })
  expect(await window.ask('broker.deleteExpired', { id: BROKER })).toMatchObject({
    error: { code: 'NODE_NOT_RUNNING', params: { id: BROKER } }
  })
  expect(await window.ask('broker.deleteExpired', { id: 'nobody:0' })).toMatchObject({
    error: { code: 'NODE_NOT_FOUND' }
  })
})

test('a store of an older format and the end of its backup are notices', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'gantry-'))
  const fixture = resolve(import.meta.dirname, '../../fixtures/stores/v1/clean')
  cpSync(fixture, join(dataDir, 'nodes', 'broker-0', 'store'), { recursive: true })
  const migrated = await startHeadless({ dataDir })
  const console = await ConsoleSocket.open(migrated.ready.console)
  const notices = async () =>
    (await console.call('notice.list')).filter(({ code }) => /MIGRATED|BACKUP/.test(code))
  const [told] = await notices()
  expect(told).toMatchObject({ code: 'STORE_MIGRATED', params: { broker: 'broker-a', version: 1 } })
  const backup = String(told?.params['backup'])
  expect(existsSync(backup)).toBe(true)
  await console.call('node.stop', { id: BROKER })
  expect(existsSync(backup)).toBe(false)
  expect((await notices())[0]).toMatchObject({ code: 'BACKUP_REMOVED', params: { backup } })
  await migrated.stop()
  rmSync(dataDir, { recursive: true })
})
