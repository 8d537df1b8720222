// Official Java clients whose messages fail, which ask and answer, and which send large bodies.
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Cluster, startCluster } from './cluster'
import { type Driver, type Row, startDriver } from './driver'
import { clientLines, stockServer } from './lines'

const scenarios = ['retryTwice', 'retryDead', 'retryOrderly', 'reply', 'bigBodies', 'bigBatch']
/** Level 3, of the first return, is a second, level 4 two: the ladder itself is `sendBack.test.ts`'s. */
const DELAYS = '1s 1s 1s 2s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s'

const of = (rows: Row[], event: string) => rows.filter((row) => row.event === event)
const bodies = (rows: Row[]) => rows.map((row) => String(row['body']))
const sentIds = (rows: Row[]) =>
  new Map(of(rows, 'sent').map((row) => [String(row['body']), row['offsetMsgId']]))

describe.skipIf(inject('hindrance')).each(clientLines)('official Java %s', (line) => {
  let cluster: Cluster
  let driver: Driver

  beforeAll(async () => {
    cluster = await startCluster({ messageDelayLevel: DELAYS })
    driver = startDriver({ line, cluster, scenarios, prefix: 'retry' })
  })

  afterAll(async () => {
    await driver?.stop()
    await cluster?.stop()
  })

  test('a message that fails twice comes a third time, as it was', async () => {
    const rows = await driver.rows('retryTwice')
    const delivered = of(rows, 'delivered')
    expect(delivered).toHaveLength(9)
    for (const sent of of(rows, 'sent')) {
      const mine = delivered.filter((row) => row['body'] === sent['body'])
      expect(mine.map((row) => row['reconsumeTimes'])).toEqual([0, 1, 2])
      for (const row of mine)
        expect(row).toMatchObject({
          ...{ topic: 'retry_retryTwice', tags: 'TagA', keys: `key-${sent['body']}` },
          ...{ colour: '红色', flag: 7, msgId: sent['msgId'], born: mine[0]!['born']! }
        })
      const [, second, third] = mine
      expect([second!['delay'], third!['delay']]).toEqual(['3', '4'])
      expect(third).toMatchObject({
        ...{ retryTopic: 'retry_retryTwice', origin: sent['offsetMsgId'] },
        realTopic: '%RETRY%retry_twice'
      })
      const at = mine.map((row) => Number(row['at']))
      expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(990)
      expect(at[2]! - at[1]!).toBeGreaterThanOrEqual(1990)
    }
  })

  test('beyond its limit it lies with the dead letters, readable, with where it came from', async () => {
    const rows = await driver.rows('retryDead')
    expect(bodies(of(rows, 'delivered')).sort()).toEqual(['at once', 'twice', 'twice'])
    expect(of(rows, 'dlqTopic')).toMatchObject([{ perm: 6, read: 1, write: 1 }])
    const dead = of(rows, 'dead').sort((a, b) => (bodies([a])[0]! < bodies([b])[0]! ? -1 : 1))
    const ids = sentIds(rows)
    const common = { tags: 'TagA', colour: '红色', flag: 7, retryTopic: 'retry_retryDead' }
    expect(dead).toMatchObject([
      { ...common, body: 'at once', reconsumeTimes: 1, origin: ids.get('at once') },
      { ...common, body: 'twice', reconsumeTimes: 2, origin: ids.get('twice') }
    ])
    for (const row of dead) expect(row).toMatchObject({ queueId: 0, delay: '0' })
  })

  test('in order, the queue waits for the failing message, gives it up and goes on', async () => {
    const rows = await driver.rows('retryOrderly')
    const delivered = of(rows, 'delivered')
    expect(bodies(delivered)).toEqual(['first', 'bad', 'bad', 'bad', 'last'])
    expect(delivered.map((row) => row['reconsumeTimes'])).toEqual([0, 0, 1, 2, 0])
    const at = delivered.map((row) => Number(row['at']))
    expect(at[3]! - at[1]!).toBeGreaterThanOrEqual(390)
    expect(of(rows, 'dead')).toMatchObject([
      // 5.x counts the failure that gave it up, 4.9 does not.
      {
        body: 'bad',
        reconsumeTimes: line === 'client-4.9' ? 2 : 3,
        delay: '-1',
        retryTopic: 'retry_retryOrderly',
        queueId: 0
      }
    ])
  })

  test('a request gets its answer, waiting or called back; without one it times out', async () => {
    const rows = await driver.rows('reply')
    expect(of(rows, 'answerFailed')).toEqual([])
    expect(of(rows, 'asyncFailed')).toEqual([])
    const got = of(rows, 'got')
    const begins = (kind: string) =>
      got
        .filter((row) => row['kind'] === kind)
        .map((row) => row['begin'])
        .sort()
    const expected = (kind: string) => Array.from({ length: 5 }, (_, i) => `${kind}-${i}`)
    // A synchronous request of 5.3.3 ends when its send is answered, reply or not; against stock too.
    const tooSoon = line === 'client-5.3' ? bodies(of(rows, 'tooSoon')) : []
    expect([...begins('sync'), ...tooSoon].sort()).toEqual(expected('sync'))
    expect(begins('async')).toEqual(expected('async'))
    for (const row of got)
      expect(row).toMatchObject({
        ...{ colour: '红色', type: 'reply', pushed: true, arrived: true },
        ...{ topic: 'DefaultCluster_REPLY_TOPIC', length: String(row['begin']).length + 7000 }
      })
    const answered = of(rows, 'answered')
    expect(answered.filter((row) => row['status'] === 'SEND_OK')).toHaveLength(10)
    if (line === 'client-4.9')
      expect(Number(of(rows, 'timeout')[0]!['ms'])).toBeGreaterThanOrEqual(1490)
    expect(of(rows, 'asyncTimeout')).toMatchObject([{ error: 'RequestTimeoutException' }])
    expect(of(rows, 'orphanSent')).toEqual([])
    expect(of(rows, 'orphan')[0]!['text']).toContain('channel of <10.0.0.9@gone> not found')
    // The orphan too: that nobody is there to take it does not lose it.
    const stored = of(rows, 'stored').map((row) => row['colour'])
    expect(stored.filter((colour) => colour === '红色').length).toBeGreaterThanOrEqual(9)
  })

  test('bodies of 4 MiB travel in every compression and arrive whole', async () => {
    const rows = await driver.rows('bigBodies')
    const [sent, read] = [of(rows, 'big'), of(rows, 'read')]
    const types = line === 'client-4.9' ? ['ZLIB'] : ['ZLIB', 'LZ4', 'ZSTD']
    expect(sent.map((row) => row['type'])).toEqual(types)
    expect(read.map((row) => row['type'])).toEqual(types)
    expect(new Set(sent.map((row) => row['status']))).toEqual(new Set(['SEND_OK']))
    for (const row of read)
      expect(row).toMatchObject({ crc: sent[0]!['crc'], length: 4 * 1024 * 1024, isSmaller: true })
    const compressions = read.map((row) => Number(row['sysFlag']) & 0x700)
    if (line === 'client-5.3') expect(compressions).toEqual([0x300, 0x100, 0x200])
  })

  test('a batch of a hundred has a hundred ids and places', async () => {
    const rows = await driver.rows('bigBatch')
    const received = of(rows, 'received')
    expect(bodies(received)).toEqual(Array.from({ length: 100 }, (_, i) => `batch ${i}`))
    expect(received.map((row) => row['queueOffset'])).toEqual(Array.from({ length: 100 }, (_, i) => i)) // prettier-ignore
    const [sent] = of(rows, 'sent')
    expect(sent).toMatchObject({ status: 'SEND_OK', queueOffset: 0 })
    expect(new Set(String(sent!['offsetMsgId']).split(',')).size).toBe(100)
    // Stock 5.3.3 gives each the id of the batch.
    if (!stockServer())
      expect(String(sent!['msgId']).split(',')).toEqual(received.map((row) => row['msgId']))
  })
})
