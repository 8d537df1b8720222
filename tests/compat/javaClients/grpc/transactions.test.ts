import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Driver, Row } from '../driver'
import { stockServer } from '../lines'
import { bodies, numbered, of, sorted } from './rows'
import { type GrpcRig, startGrpcRig } from './rig'

/** Longer than idle connections and silent clients are kept: 120 s. */
const PATIENCE_MS = 130_000

describe.skipIf(inject('hindrance'))('transactions of the official Java gRPC client', () => {
  let rig: GrpcRig
  let driver: Driver
  let rows: Row[]

  beforeAll(async () => {
    rig = await startGrpcRig({
      ...{ transactionTimeOut: '1000', transactionCheckInterval: '1000' },
      // A stock broker writes down three seconds late what has ended, and asks about it meanwhile.
      ...(stockServer() !== undefined && { transactionOpBatchInterval: '100' })
    })
    for (const kind of ['transactions', 'patience'])
      await rig.topic(`java_${kind}`, { type: 'TRANSACTION', queues: 2 })
    for (const kind of ['transactionReaders', 'patients']) await rig.group(`java_${kind}`)
    driver = rig.drive({
      prefix: 'java',
      scenarios: ['transactions', 'patience'],
      properties: { patienceMs: String(PATIENCE_MS) }
    })
    rows = await driver.rows('transactions')
  })

  afterAll(() => rig?.stop())

  test('what is committed arrives once, what is rolled back never', () => {
    const visible = [...numbered('commit', 5), ...numbered('checkCommit', 3), ...numbered('checkTwice', 3), 'checkTwice 99'] // prettier-ignore
    expect(sorted(bodies(of(rows, 'received')))).toEqual(sorted(visible))
  })

  test('they keep tag, key, properties and id', () => {
    const sent = new Map(of(rows, 'sent').map((row) => [row['body'], row['msgId']]))
    for (const row of of(rows, 'received')) {
      const [fate, number] = String(row['body']).split(' ')
      const msgId = sent.get(row['body'] ?? '')
      expect(row).toMatchObject({ tag: fate, keys: `key-${number}`, msgId, attempt: 1 })
      // RocketMQ does not count what it adds here as its own.
      const checks = fate === 'commit' ? '' : `TRANSACTION_CHECK_TIMES=${fate === 'checkTwice' ? 2 : 1}, ` // prettier-ignore
      expect(row['properties']).toBe(`{${checks}__transactionId__=${msgId}, colour=红色}`)
    }
  })

  test('the producer is asked about those in doubt, with the message as it was sent', () => {
    const checked = of(rows, 'checked')
    const times = (body: string) => checked.filter((row) => row['body'] === body).length
    for (const body of [...numbered('commit', 5), ...numbered('rollback', 5)])
      expect(times(body), body).toBe(0)
    for (const body of [...numbered('checkCommit', 3), ...numbered('checkRollback', 3)])
      expect(times(body), body).toBeGreaterThanOrEqual(1)
    for (const body of numbered('checkTwice', 3))
      expect(times(body), body).toBeGreaterThanOrEqual(2)
    const sent = new Map(of(rows, 'sent').map((row) => [row['body'], row['msgId']]))
    for (const row of checked) {
      const [fate, number] = String(row['body']).split(' ')
      expect(row).toMatchObject({ tag: fate, keys: `key-${number}`, colour: '红色' })
      expect(row).toMatchObject({ topic: 'java_transactions', msgId: sent.get(row['body'] ?? '') })
    }
  })

  test('a producer that was silent for two minutes is still asked', async () => {
    const patient = await driver.rows('patience')
    expect(bodies(of(patient, 'checked'))).toContain('checkCommit 0')
    expect(bodies(of(patient, 'received'))).toEqual(['checkCommit 0'])
  })
})
