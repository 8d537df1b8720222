// Official Java consumers that filter by SQL92 and by tags, on one topic.
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Cluster, startCluster } from './cluster'
import { type Driver, type Row, startDriver } from './driver'
import { clientLines, isAnswered, stockServer } from './lines'

const canRetry = isAnswered('CONSUMER_SEND_MSG_BACK')
const scenarios = ['sql', 'sqlWrong', 'strict.sqlOff', ...(canRetry ? ['sqlRetry'] : [])]

const of = (rows: Row[], event: string) => rows.filter((row) => row.event === event)
const by = (rows: Row[], who: string) => of(rows, 'received').filter((row) => row['who'] === who)
const bodies = (rows: Row[]) => rows.map((row) => String(row['body']))
const numbersTo = (end: number) => Array.from({ length: end }, (_, i) => i)

describe.skipIf(inject('hindrance')).each(clientLines)('official Java %s', (line) => {
  let cluster: Cluster
  let strict: Cluster
  let driver: Driver

  beforeAll(async () => {
    cluster = await startCluster({ enablePropertyFilter: 'true' })
    strict = await startCluster()
    driver = startDriver({ line, cluster, strict, scenarios, prefix: 'filter' })
  })

  afterAll(async () => {
    await driver?.stop()
    await cluster?.stop()
    await strict?.stop()
  })

  test.each([
    ['sqlReaders', 27, (i: number) => i % 6 === 0 && i >= 20 && i <= 160],
    ['tagReaders2', 104, (i: number) => i % 2 === 0]
  ])('%s get what matches and nothing else, in order', async (who, total, matches) => {
    const received = by(await driver.rows('sql'), who)
    expect(received).toHaveLength(total)
    for (const queue of numbersTo(4)) {
      const wanted = numbersTo(200).filter((i) => i % 4 === queue && matches(i))
      const here = received.filter((row) => row['queueId'] === queue)
      expect(bodies(here)).toEqual([...wanted.map((i) => `message ${i}`), `last ${queue}`])
      const offsets = here.map((row) => Number(row['queueOffset']))
      expect(offsets).toEqual([...wanted.map((i) => Math.floor(i / 4)), 50])
    }
  })

  test('a consumer with a wrong expression does not start, and reads where it is wrong', async () => {
    const rows = await driver.rows('sqlWrong')
    expect(of(rows, 'started').map((row) => row['expression'])).toEqual(['number = 5'])
    expect(of(rows, 'refused').map((row) => row['code'])).toEqual([23, 23])
    if (stockServer()) return
    const [text, between] = of(rows, 'refused').map((row) => String(row['text']))
    expect(text).toMatch(/CODE: 23 +DESC: .*at 10: a text cannot be compared by >/)
    expect(between).toMatch(/CODE: 23 +DESC: .*at 21: expected a property, a literal or \(/)
  })

  test('where SQL92 is off a consumer does not start, and reads how to switch it on', async () => {
    const [refused] = of(await driver.rows('strict.sqlOff'), 'refused')
    expect(refused?.['code']).toBe(1)
    expect(refused?.['text']).toContain('The broker does not support consumer to filter message by SQL92') // prettier-ignore
    if (!stockServer()) expect(refused?.['text']).toContain('-k enablePropertyFilter -v true')
  })

  test.skipIf(!canRetry)('a message that failed comes back, whatever the filter', async () => {
    const rows = await driver.rows('sqlRetry')
    const seen = (who: string) =>
      by(rows, who)
        .map((row) => `${row['body']} (${row['reconsumeTimes']})`)
        .sort()
    const numbers = (...all: number[]) => all.map((i) => `message ${i} (0)`)
    expect(seen('sqlRetriers')).toEqual([...numbers(6, 7, 8, 9), 'message 7 (1)'].sort())
    expect(seen('tagRetriers')).toEqual([...numbers(1, 3, 5, 7, 9), 'message 7 (1)'].sort())
  })
})
