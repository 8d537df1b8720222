// Our proxy before a stock nameserver and broker, with the official Java gRPC client before it. The whole suite runs so with
// `COMPAT_SERVER=server-5.3 COMPAT_PROXY=gantry`.
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Driver } from '../driver'
import { stockServer } from '../lines'
import { fetchLine } from '../maven'
import { bodies, numbered, of, sorted } from './rows'
import { type GrpcRig, startGrpcRig } from './rig'

const server = 'server-5.3'
const hindrance = inject('hindrance') || (stockServer() ? 'the suite does it' : '')

describe.skipIf(hindrance)('before a stock broker, the proxy of Gantry', () => {
  let rig: GrpcRig
  let driver: Driver

  beforeAll(async () => {
    fetchLine(server)
    rig = await startGrpcRig(
      {
        ...{ transactionTimeOut: '1000', transactionCheckInterval: '1000' },
        // It writes down three seconds late what has ended, and asks about it meanwhile.
        transactionOpBatchInterval: '100'
      },
      server
    )
    for (const kind of ['normal', 'failing', 'online']) await rig.topic(`java_${kind}`)
    await rig.topic('java_delay', { type: 'DELAY' })
    await rig.topic('java_fifo', { type: 'FIFO' })
    await rig.topic('java_transactions', { type: 'TRANSACTION', queues: 2 })
    for (const kind of ['normals', 'delayReaders', 'members', 'undertakers', 'transactionReaders'])
      await rig.group(`java_${kind}`)
    await rig.group('java_failers', { retries: 2 })
    await rig.group('java_fifoReaders', { isOrderly: true, retries: 5 })
    const scenarios = ['normal', 'delay', 'failing', 'fifo', 'online', 'transactions']
    driver = rig.drive({ prefix: 'java', scenarios })
  })

  afterAll(() => rig?.stop())

  test('hands on what was sent, once and with its ids', async () => {
    const rows = await driver.rows('normal')
    const ids = new Map(of(rows, 'sent').map(({ body, msgId }) => [body, msgId]))
    const received = of(rows, 'received')
    expect(sorted(bodies(received))).toEqual(sorted(numbered('message', 60)))
    for (const { body, msgId } of received) expect(msgId).toBe(ids.get(body))
  })

  test('delays', async () => {
    const received = of(await driver.rows('delay'), 'received')
    expect(received).toHaveLength(5)
    for (const { at, due } of received) expect(Number(at)).toBeGreaterThanOrEqual(Number(due))
  })

  test('tries again what fails, and hands over to the dead letters', async () => {
    const rows = await driver.rows('failing')
    const never = of(rows, 'received').filter(({ body }) => body === 'never')
    expect(never.map(({ attempt }) => attempt)).toEqual([1, 2, 3])
    expect(bodies(of(rows, 'dead'))).toEqual(['never'])
  })

  test('keeps the order of message groups', async () => {
    const received = of(await driver.rows('fifo'), 'received')
    const mine = bodies(received.filter(({ group }) => group === 'g1'))
    expect(mine).toEqual(numbered('g1', 10))
  })

  test('ends transactions, and asks about those in doubt', async () => {
    const received = bodies(of(await driver.rows('transactions'), 'received'))
    const wanted = [...numbered('commit', 5), ...numbered('checkCommit', 3)]
    expect(received).toEqual(expect.arrayContaining(wanted))
    expect(received.filter((body) => body.startsWith('rollback'))).toEqual([])
  })

  test('has its clients seen by the broker as members of their group', async () => {
    await driver.rows('online')
    const said = await rig.admin.run('consumerConnection', '-g', 'java_members')
    expect(said).toMatch(/JAVA/)
    expect(said).toContain('java_online')
  })
})
