import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Cluster, startCluster } from './cluster'
import { type Driver, type Row, startDriver } from './driver'
import { clientLines, stockServer } from './lines'

const TIMEOUT_MS = 1000
const INTERVAL_MS = 1000

const sorted = (texts: string[]) => [...texts].sort()
const numbered = (kind: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${kind} ${i}`)

const visible = [
  ...numbered('commit', 10),
  ...numbered('checkCommit', 3),
  ...numbered('checkTwice', 3),
  ...numbered('thrown', 3),
  'checkTwice 99'
]

describe.skipIf(inject('hindrance')).each(clientLines)(
  'transactions of official Java %s',
  (line) => {
    let cluster: Cluster
    let driver: Driver
    let rows: Row[]
    const of = (event: string) => rows.filter((row) => row.event === event)
    const bodiesOf = (event: string) => of(event).map((row) => String(row['body']))

    beforeAll(async () => {
      cluster = await startCluster({
        transactionTimeOut: String(TIMEOUT_MS),
        transactionCheckInterval: String(INTERVAL_MS),
        // A stock broker writes down three seconds late what has ended, and asks about it meanwhile.
        ...(stockServer() !== undefined && { transactionOpBatchInterval: '100' })
      })
      driver = startDriver({ line, cluster, scenarios: ['transactions'], prefix: 'json' })
      rows = await driver.rows('transactions')
    })

    afterAll(async () => {
      await driver?.stop()
      await cluster?.stop()
    })

    test('what is committed arrives once, what is rolled back never', () => {
      expect(sorted(bodiesOf('received'))).toEqual(sorted(visible))
    })

    test('messages committed at once arrive in the order of their commits', () => {
      const received = of('received').filter((row) => String(row['body']).startsWith('commit '))
      expect(received).toHaveLength(10)
      for (const queueId of [0, 1]) {
        const inQueue = received.filter((row) => row['queueId'] === queueId)
        const byOffset = [...inQueue].sort((a, b) => Number(a['queueOffset']) - Number(b['queueOffset'])) // prettier-ignore
        const numbers = byOffset.map((row) => Number(String(row['body']).split(' ')[1]))
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
      }
    })

    test('they keep queue, tag, key, flag, properties and id', () => {
      const sent = new Map(of('sent').map((row) => [row['body'], row]))
      for (const row of of('received')) {
        const before = sent.get(row['body'] ?? '')
        const fate = String(row['body']).split(' ')[0]
        expect(row).toMatchObject({ tags: fate, keys: `key-${String(row['body']).split(' ')[1]}` })
        expect(row).toMatchObject({ colour: '红色', reconsumeTimes: 0 })
        expect(row['msgId']).toBe(before?.['msgId'])
        expect(row['queueId']).toBe(before?.['queueId'])
        // A stock broker forgets the flag with the first check.
        if (stockServer() === undefined || fate === 'commit') expect(row['flag']).toBe(7)
      }
    })

    test('they show what consumers of a stock broker see of their transaction', () => {
      for (const row of of('as')) {
        const checks = { commit: null, checkTwice: '2' }[String(row['body']).split(' ')[0]!]
        expect(row).toMatchObject({
          ...{ sysFlag: 8, TRAN_MSG: 'true', PGROUP: 'json_transactionProducers' },
          ...{ REAL_TOPIC: 'json_transactions', checkTimes: checks === undefined ? '1' : checks }
        })
      }
    })

    test('the producer is asked about those in doubt only, with the message as it was sent', () => {
      const checked = of('checked')
      const inDoubt = ['checkCommit', 'checkRollback', 'thrown'].flatMap((kind) =>
        numbered(kind, 3)
      )
      const twice = [...numbered('checkTwice', 3), 'checkTwice 99'].flatMap((body) => [body, body])
      expect(sorted(bodiesOf('checked'))).toEqual(sorted([...inDoubt, ...twice]))
      const sent = new Map(of('sent').map((row) => [row['body'], row]))
      for (const row of checked) {
        expect(row['times']).toBe(Number(row['checkTimes']))
        expect(row).toMatchObject({ topic: 'json_transactions', colour: '红色' })
        expect(row['queueId']).toBe(sent.get(row['body'] ?? '')?.['queueId'])
        expect(row['transactionId']).toBe(sent.get(row['body'] ?? '')?.['transactionId'])
      }
    })

    test('no check comes before transactionTimeOut is over, and the second a round later', () => {
      for (const row of of('checked')) {
        // The producer's watch starts once it has its answer, some ms later than the broker's.
        const least = TIMEOUT_MS + (Number(row['times']) - 1) * INTERVAL_MS - 500
        expect(row['afterMs']).toBeGreaterThan(least)
      }
    })

    test('the outcome of each send is what the application decided', () => {
      for (const row of of('sent')) {
        const state = { commit: 'COMMIT_MESSAGE', rollback: 'ROLLBACK_MESSAGE' }[
          String(row['body']).split(' ')[0]!
        ]
        expect(row).toMatchObject({ status: 'SEND_OK', state: state ?? 'UNKNOW' })
        expect(row['transactionId']).toBe(row['msgId'])
      }
    })
  }
)
