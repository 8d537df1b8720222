// Official Java producers that delay messages by level and by time, and take them back.
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Cluster, startCluster } from './cluster'
import { type Driver, type Row, startDriver } from './driver'
import { clientLines, stockServer } from './lines'

const of = (rows: Row[], event: string) => rows.filter((row) => row.event === event)
const bodies = (rows: Row[]) => rows.map((row) => String(row['body']))

/** Levels as they are, but short: the third is what RocketMQ's second is. */
const LEVELS = '1s 2s 5s'
const levelMs: Readonly<Record<string, number>> = { '1': 1000, '2': 2000, '3': 5000 }

/** A stock 4.9 broker delivers timer messages at once. */
const knowsTimers = stockServer() !== 'server-4.9'

describe.skipIf(inject('hindrance')).each(clientLines)('official Java %s', (line) => {
  const has5x = line === 'client-5.3' && knowsTimers
  const scenarios = ['levels', ...(has5x ? ['timers', 'recall', 'strict.recallOff'] : [])]
  let cluster: Cluster
  let strict: Cluster
  let driver: Driver

  beforeAll(async () => {
    cluster = await startCluster({ messageDelayLevel: LEVELS, recallMessageEnable: 'true' })
    strict = await startCluster()
    driver = startDriver({ line, cluster, strict, scenarios, prefix: 'delay' })
  })

  afterAll(async () => {
    await driver?.stop()
    await cluster?.stop()
    await strict?.stop()
  })

  test('messages of delay levels come whole, each level in its order, never before its time', async () => {
    const rows = await driver.rows('levels')
    expect(of(rows, 'sent').map((row) => row['status'])).toEqual(Array(10).fill('SEND_OK'))
    const received = of(rows, 'received')
    expect(received.map((row) => row['queueOffset'])).toEqual(received.map((_, i) => i))
    expect(bodies(received)[0]).toBe('at once')
    for (const level of ['1', '2', '3']) {
      const mine = received.filter((row) => row['delay'] === level)
      const numbers = [0, 1, 2].map((i) => i * 3 + 3 - Number(level))
      expect(bodies(mine)).toEqual(numbers.map((i) => `level ${level}/${i}`))
      expect(mine.map((row) => row['keys'])).toEqual(numbers.map((i) => `key-${i}`))
      for (const row of mine) {
        expect(row).toMatchObject({ tags: 'TagA', flag: 7, colour: 'red', reconsumeTimes: 0 })
        expect(row).toMatchObject({ realTopic: 'delay_levels', realQid: '0' })
        expect(row['waited']).toBeGreaterThanOrEqual(levelMs[level]!)
      }
    }
    expect(bodies(received).map((body) => body.split('/')[0])).toEqual([
      'at once',
      ...[1, 1, 1, 2, 2, 2, 3, 3, 3].map((level) => `level ${level}`)
    ])
    expect(of(rows, 'progress').map((row) => row['offsets'])).toEqual(['3,3', '3,3', '3,3'])
  })

  describe.skipIf(!has5x)('timers', () => {
    test('come whole, in the order of their time and never before it', async () => {
      const rows = await driver.rows('timers')
      const received = of(rows, 'received')
      const asked = new Map(of(rows, 'asked').map((row) => [String(row['body']), row]))
      expect(bodies(received)).toEqual(['past', 'setDelayTimeMs', 'setDelayTimeSec', 'setDeliverTimeMs']) // prettier-ignore
      for (const row of received) {
        const { notBefore, hasHandle } = asked.get(String(row['body']))!
        expect(row['stored']).toBeGreaterThanOrEqual(Number(notBefore))
        expect(hasHandle).toBe(row['body'] !== 'past')
        if (row['body'] === 'past') continue
        expect(row).toMatchObject({ tags: 'TagT', colour: 'blue', realTopic: 'delay_timers' })
        const slot = Number(row['outMs'])
        expect(slot % 1000).toBe(0)
        expect(Number(row['dequeueMs'])).toBeGreaterThan(slot)
        expect(Number(row['enqueueMs'])).toBeLessThanOrEqual(slot)
      }
      const [far] = of(rows, 'refused')
      expect(far?.['text']).toMatch(/CODE: 13 +DESC: timer message illegal, the delay time should not be bigger than the max delay 259200000ms/) // prettier-ignore
    })

    test('a recalled message does not come; one that is due cannot be recalled', async () => {
      const rows = await driver.rows('recall')
      const id = of(rows, 'sent').find((row) => row['body'] === 'goes')?.['msgId']
      expect(of(rows, 'recalled')).toMatchObject([{ what: 'goes', id }])
      expect(bodies(of(rows, 'received')).sort()).toEqual(['last', 'stays', 'stays too'])
      expect(of(rows, 'refused')).toMatchObject([
        { what: 'late', text: expect.stringMatching(/604.*timestamp invalid/) as string }
      ])
    })

    test('recalling is off by default', async () => {
      const [off] = of(await driver.rows('strict.recallOff'), 'refused')
      expect(off?.['text']).toMatch(/CODE: 16 +DESC: recall failed, operation is forbidden/)
    })
  })
})
