// Official Java clients as members of a group: who gets which queues, broadcasting, where a group begins.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Cluster, startCluster } from './cluster'
import { type Driver, type Row, startDriver } from './driver'
import { clientLines, stockServer } from './lines'
import { type Member, type Members, queuesOf, startMembers } from './members'

const scenarios = ['broadcasting', 'fromWhere', 'strict.fromWhereYoung']

const numbered = (kind: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${kind} ${i}`)

const bodiesOf = (rows: Row[], who: string) =>
  rows.filter((row) => row['who'] === who).map((row) => String(row['body'])).sort() // prettier-ignore

describe.skipIf(inject('hindrance')).each(clientLines)('official Java %s, in groups', (line) => {
  const offsetFolder = mkdtempSync(join(tmpdir(), 'gantry-offsets-'))
  let cluster: Cluster
  let strict: Cluster
  let driver: Driver
  let members: Members

  beforeAll(async () => {
    // Every backlog is old here, none is at the other.
    cluster = await startCluster({ accessMessageInMemoryMaxRatio: '0' })
    strict = await startCluster()
    driver = startDriver({
      ...{ line, cluster, strict, scenarios, prefix: 'groups' },
      properties: {
        'rocketmq.client.localOffsetStoreDir': offsetFolder,
        // A stock broker looks into the page cache, whatever it is told.
        allYoung: String(stockServer() !== undefined)
      }
    })
  })

  afterAll(async () => {
    await members?.stopAll()
    await driver?.stop()
    await cluster?.stop()
    await strict?.stop()
    rmSync(offsetFolder, { recursive: true, force: true })
  })

  test('in broadcasting each member gets everything, and goes on at its own offsets', async () => {
    const rows = await driver.rows('broadcasting')
    const [both, meanwhile, last] = [numbered('both', 40), numbered('meanwhile', 20), numbered('last', 4)] // prettier-ignore
    expect(bodiesOf(rows, 'one')).toEqual([...both, ...meanwhile, ...last].sort())
    expect(bodiesOf(rows, 'two')).toEqual([...both].sort())
    expect(bodiesOf(rows, 'back')).toEqual([...meanwhile, ...last].sort())
  })

  test('a new group begins at the first, at the last or at a time, beside an old backlog', async () => {
    const rows = await driver.rows('fromWhere')
    const recent = [...numbered('recent', 20), ...numbered('new', 20), ...numbered('end', 4)]
    const all = [...numbered('old', 20), ...recent].sort()
    const latest = [...numbered('new', 20), ...numbered('end', 4)].sort()
    const isYoung = stockServer() !== undefined
    expect(bodiesOf(rows, 'first')).toEqual(all)
    expect(bodiesOf(rows, 'timestamp')).toEqual(isYoung ? all : recent.sort())
    expect(bodiesOf(rows, 'last')).toEqual(isYoung ? all : latest)
    expect(bodiesOf(rows, 'lastBroadcast')).toEqual(latest)
  })

  test('a new group begins a young queue at its first message, whatever it asks for', async () => {
    const rows = await driver.rows('strict.fromWhereYoung')
    expect(bodiesOf(rows, 'young')).toEqual(numbered('young', 20).sort())
  })

  test('eight queues are shared anew at once when members come, leave and are killed', async () => {
    // So long that nobody would look by itself: what they hear from the broker must do.
    const properties = { 'rocketmq.client.rebalance.waitInterval': '3600000' }
    members = await startMembers(line, strict, { scenario: 'member', properties })
    const shares = async (...all: [Member, number][]) => {
      const rows = await Promise.all(all.map(([member, queues]) => member.works(queues)))
      return rows.flatMap((each) => queuesOf(each.findLast(({ event }) => event === 'assigned')!)).sort() // prettier-ignore
    }
    const every = [0, 1, 2, 3, 4, 5, 6, 7]
    const one = await members.join('one', 8)
    const two = await members.join('two', 4)
    expect(await shares([one, 4], [two, 4])).toEqual(every)
    // Sorted by client id: one, three, two.
    const three = await members.join('three', 3)
    expect(await shares([one, 3], [three, 3], [two, 2])).toEqual(every)
    await three.driver.stop()
    expect(await shares([one, 4], [two, 4])).toEqual(every)
    await two.driver.end()
    expect(await shares([one, 8])).toEqual(every)
    await members.feeder.end()
    const sent = (await members.feeder.rows('feeder')).filter(({ event }) => event === 'sent')
    const others = (await Promise.all([two, three].map((member) => member.rows()))).flat()
    const hasAll = (rows: Row[]) => {
      const got = new Set([...others, ...rows].map((row) => row['body']))
      return sent.every((row) => got.has(row['body']))
    }
    await one.driver.heard('member', hasAll)
  })
})
