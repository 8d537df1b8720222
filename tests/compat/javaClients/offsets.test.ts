// Official Java clients and mqadmin around offsets: seek, reset online and offline, skip, clone, query.
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type AdminShell, cells, startAdminShell } from './adminShell'
import { type Cluster, startCluster } from './cluster'
import { type Driver, type Row, startDriver } from './driver'
import { clientLines, knows5xRequests, stockServer } from './lines'

const of = (rows: Row[], event: string) => rows.filter((row) => row.event === event)

const topic = 'offsets_reset'
const group = 'offsets_resetters'
const ids = ['-g', group, '-t', topic]

/** A group that has consumed twenty messages of two queues, where the broker keeps resets or leaves them to the clients. */
interface Bed {
  cluster: Cluster
  driver: Driver
  admin: AdminShell
}

const from = (first: number) => Array.from({ length: 20 - first }, (_, i) => `m${first + i}`)

describe.skipIf(inject('hindrance')).each(clientLines)('offsets, official Java %s', (line) => {
  const beds: Bed[] = []
  const isOf5 = line === 'client-5.3'
  const open = async (settings: Record<string, string>, scenarios: string[]): Promise<Bed> => {
    const cluster = await startCluster(settings)
    const driver = startDriver({ line, cluster, scenarios, prefix: 'offsets' })
    const bed = { cluster, driver, admin: startAdminShell(line, cluster.namesrv) }
    beds.push(bed)
    return bed
  }
  let kept: Bed
  let pushed: Bed

  beforeAll(async () => {
    kept = await open({}, ['seeks', 'resettable'])
    pushed = await open({ useServerSideResetOffset: 'false' }, ['resettable'])
  })

  afterAll(async () => {
    for (const { cluster, driver, admin } of beds) {
      await admin.stop()
      await driver.stop()
      await cluster.stop()
    }
  })

  const resetToHalf = async ({ driver, admin }: Bed) => {
    const [half] = of(await driver.rows('resettable'), 'half')
    return admin.run('resetOffsetByTime', ...ids, '-s', String(half?.['at']))
  }

  /** Queue by queue what consumerProgress says: broker offset, consumer offset, difference. */
  const progress = async ({ admin }: Bed) =>
    cells(await admin.run('consumerProgress', '-g', group))
      .filter(([name]) => name === topic)
      .map((row) => row.slice(2, 6).map(Number))

  const queueRows = ({ cluster }: Bed, said: string) =>
    cells(said)
      .filter(([name]) => name === cluster.brokerName)
      .map((row) => row.slice(1).map(Number))
      .sort()

  const seekTest = test.skipIf(isOf5 && !knows5xRequests())

  seekTest('a lite pull consumer reads from where it seeks, and commits', async () => {
    const rows = await kept.driver.rows('seeks')
    const polled = of(rows, 'polled').map((row) => [row['where'], row['body']])
    // Queue 1 has the odd ones.
    expect(polled).toEqual([
      ['7', 'm15'],
      ['begin', 'm1'],
      ['half', 'm21'],
      ['end', 'm41']
    ])
    expect(of(rows, 'half')[0]?.['offset']).toBe(10)
    expect(of(rows, 'committed')[0]?.['offset']).toBe(of(rows, 'polled')[2]?.['next'])
    const [idle] = of(rows, 'idle')
    expect(idle?.['polled']).toBe(0)
    expect(idle?.['ms']).toBeGreaterThanOrEqual(690)
    expect(of(rows, 'seekTooFar')[0]?.['text']).toContain('Seek offset illegal')
  })

  test('the members say how far they are', async () => {
    const rows = await kept.driver.rows('resettable')
    const clientId = String(of(rows, 'online')[0]?.['clientId'])
    expect(of(rows, 'asked').map((row) => row['members'])).toEqual([1, 1, 0])
    const said = of(rows, 'status').map((row) => [row['asked'], row['who'], row['queueId'], row['offset']].join(' ')) // prettier-ignore
    const both = (asked: string) => [`${asked} ${clientId} 0 10`, `${asked} ${clientId} 1 10`]
    expect(said.sort()).toEqual([...both(''), ...both(clientId)].sort())
  })

  test('a reset by time while the group is online: it consumes again from there', async () => {
    const reads = (all: Row[]) => of(all, 'read').map((row) => String(row['body']))
    // The 4.9 client, and whoever a reset is pushed to, waits ten seconds: both at once.
    const resetOnline = async (bed: Bed) => {
      const said = await resetToHalf(bed)
      expect(said).toMatch(/group\[offsets_resetters\], topic\[offsets_reset\], force\[true\]/)
      expect(queueRows(bed, said)).toEqual([[0, 5], [1, 5]]) // prettier-ignore
      return reads(await bed.driver.heard('resettable', (all) => reads(all).length >= 30))
    }
    for (const again of await Promise.all([kept, pushed].map(resetOnline))) {
      expect(again.slice(0, 20).sort()).toEqual(from(0).sort())
      expect(again.slice(20).sort()).toEqual(from(10).sort())
    }
  })

  test('offline: by time, skipped to the end, and cloned', async () => {
    await Promise.all(beds.map(({ driver }) => driver.end()))
    const byTime = await resetToHalf(kept)
    if (knows5xRequests()) expect(queueRows(kept, byTime)).toEqual([[0, 5], [1, 5]]) // prettier-ignore
    expect(await progress(kept)).toEqual([[0, 10, 5, 5], [1, 10, 5, 5]]) // prettier-ignore
    // The tool itself sets the offsets where the broker says that nobody is online.
    const asOf4 = await resetToHalf(pushed)
    expect(queueRows(pushed, asOf4).map((row) => row.slice(0, 5))).toEqual([[0, 10, 10, 5, 5], [1, 10, 10, 5, 5]]) // prettier-ignore
    expect(await progress(pushed)).toEqual([[0, 10, 5, 5], [1, 10, 5, 5]]) // prettier-ignore

    await kept.admin.run('updateSubGroup', '-b', kept.cluster.broker, '-g', 'OffsetsCopy')
    const cloned = await kept.admin.run('cloneGroupOffset', '-s', group, '-d', 'OffsetsCopy', '-t', topic) // prettier-ignore
    expect(cloned).toContain(`clone group offset success. srcGroup[${group}], destGroup=[OffsetsCopy], topic[${topic}]`) // prettier-ignore
    const stats = cells(await kept.admin.run('brokerConsumeStats', '-b', kept.cluster.broker))
    const copies = stats.filter((row) => row[0] === topic && row[1] === 'OffsetsCopy')
    expect(copies.map((row) => row.slice(3, 7)).sort()).toEqual([['0', '10', '5', '5'], ['1', '10', '5', '5']]) // prettier-ignore

    const skipped = await kept.admin.run('skipAccumulatedMessage', ...ids)
    if (knows5xRequests()) expect(queueRows(kept, skipped)).toEqual([[0, 10], [1, 10]]) // prettier-ignore
    await pushed.admin.run('skipAccumulatedMessage', ...ids)
    for (const bed of beds) expect(await progress(bed)).toEqual([[0, 10, 10, 0], [1, 10, 10, 0]]) // prettier-ignore
  })

  test.skipIf(!isOf5 || stockServer() === 'server-4.9')(
    'offline: one queue, to an offset',
    async () => {
      const at = ['-b', kept.cluster.broker, '-q', '1', '-s', 'now', '-o', '3']
      const said = await kept.admin.run('resetOffsetByTime', ...ids, ...at)
      expect(said).toContain('reset consumer offset to 3')
      expect(await progress(kept)).toEqual([[0, 10, 10, 0], [1, 10, 3, 7]]) // prettier-ignore
    }
  )

  test('a group nobody knows is refused in words', async () => {
    const stranger = ['-g', 'OffsetsStranger', '-t', topic, '-s', 'now']
    const said = await kept.admin.run('resetOffsetByTime', ...stranger)
    expect(said).toMatch(/OffsetsStranger/)
    expect(said).toMatch(/CODE: \d+ +DESC: /)
  })
})
