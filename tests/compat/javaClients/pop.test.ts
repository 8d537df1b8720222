// Official Java clients of the 5.x line that pop, and RocketMQ's own calls below them.
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type AdminShell, startAdminShell } from './adminShell'
import { type Cluster, startCluster } from './cluster'
import { type Driver, type Row, startDriver } from './driver'
import { stockServer } from './lines'

const scenarios = ['popPush', 'popShare', 'popOrderly', 'popBatchAck']
const line = 'client-5.3'

const of = (rows: Row[], event: string) => rows.filter((row) => row.event === event)

describe.skipIf(inject('hindrance'))('official Java client-5.3, pop', () => {
  let cluster: Cluster
  let driver: Driver
  let admin: AdminShell

  beforeAll(async () => {
    cluster = await startCluster()
    admin = startAdminShell(line, cluster.namesrv)
    driver = startDriver({ line, cluster, scenarios, prefix: 'pop' })
  })

  afterAll(async () => {
    await admin?.stop()
    await driver?.stop()
    await cluster?.stop()
  })

  test('a push consumer of mode POP gets every message once; what fails comes back, counted', async () => {
    const rows = await driver.rows('popPush')
    const delivered = of(rows, 'delivered')
    const timesOf = new Map<string, unknown[]>()
    for (const row of delivered)
      timesOf.set(String(row['body']), [...(timesOf.get(String(row['body'])) ?? []), row['reconsumeTimes']]) // prettier-ignore
    expect(timesOf.size).toBe(200)
    const failing: Record<string, number[]> = { m0: [0, 1], m50: [0, 1], m100: [0, 1, 2], m150: [0, 1] } // prettier-ignore
    for (const [body, times] of timesOf) expect(times, body).toEqual(failing[body] ?? [0])
    for (const row of delivered) {
      const body = String(row['body'])
      expect(row).toMatchObject({
        ...{ topic: 'pop_popPush', keys: `key-${body.slice(1)}`, words: 8, firstPop: true },
        retry: Number(row['reconsumeTimes']) > 0 ? '1' : '0',
        tags: Number(body.slice(1)) % 2 === 0 ? 'Even' : 'Odd'
      })
    }
    for (const body of Object.keys(failing)) {
      const at = delivered.filter((row) => row['body'] === body).map((row) => Number(row['at']))
      expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(990)
      if (at.length > 2) expect(at[2]! - at[1]!).toBeGreaterThanOrEqual(1990)
    }
    expect(of(rows, 'progress')).toMatchObject([{ diff: 0, type: 'CONSUME_PASSIVELY' }])
  })

  test('queues are shared with as many members as the mode says', async () => {
    const rows = await driver.rows('popShare')
    // Four queues of three members, each with those of the one behind it too.
    const queues = of(rows, 'assigned').map((row) => row['queues'])
    expect(queues.sort()).toEqual([2, 3, 3])
    expect(of(rows, 'got')).toMatchObject([{ count: 40 }])
  })

  test('in order, a queue waits for its pop, and gives it again when its time is over', async () => {
    const rows = await driver.rows('popOrderly')
    const popped = new Map(of(rows, 'popped').map((row) => [row['what'], row]))
    const found = { status: 'FOUND', reviveQid: '999' }
    expect(popped.get('first')).toMatchObject({ ...found, bodies: 'm0,m1,m2', times: '0,0,0', rest: 2 }) // prettier-ignore
    expect(popped.get('blocked')).toMatchObject({ status: 'POLLING_NOT_FOUND', bodies: '', rest: 0 }) // prettier-ignore
    expect(popped.get('repeated')).toMatchObject({ ...found, bodies: 'm0,m1,m2', times: '0,0,0' })
    expect(popped.get('again')).toMatchObject({ ...found, bodies: 'm1,m2,m3', times: '1,1,0' })
    expect(popped.get('last')).toMatchObject({ ...found, bodies: 'm1,m2,m3', times: '2,2,1' })
    expect(popped.get('rest')).toMatchObject({ ...found, bodies: 'm4', times: '0', rest: 0 })
    expect(of(rows, 'changed')).toMatchObject([{ words: 8, samePop: true }])
    expect(new Set(of(rows, 'ack').map((row) => row['status']))).toEqual(new Set(['OK']))
  })

  test('receipts are acknowledged together; what is left out comes back in its time', async () => {
    const rows = await driver.rows('popBatchAck')
    const changed = of(rows, 'changed')
    expect(changed).toMatchObject([
      { body: 'm0', words: 8, invisible: '1000' },
      { body: 'm1', words: 8, invisible: '5000' }
    ])
    const back = of(rows, 'delivered')
    const common = { topic: 'pop_popBatchAck', reconsumeTimes: 1, retry: '1' }
    expect(back).toMatchObject([
      { ...common, body: 'm0' },
      { ...common, body: 'm1' }
    ])
    // By the times in their receipts.
    const waited = back.map((row, i) => Number(row['at']) - Number(changed[i]!['at']))
    expect(waited[0]).toBeGreaterThanOrEqual(1000)
    expect(waited[1]).toBeGreaterThanOrEqual(5000)
    expect(of(rows, 'popped')).toMatchObject([{ status: 'POLLING_NOT_FOUND', rest: 0 }])
    expect(new Set(of(rows, 'ack').map((row) => row['status']))).toEqual(new Set(['OK']))
  })

  test('mqadmin setConsumeMode sets the mode, and consumerProgress shows what was popped', async () => {
    await driver.rows('popPush')
    const { broker } = cluster
    const args = ['-t', 'pop_popPush', '-g', 'pop_poppers', '-m', 'POP', '-q', '2']
    const said = await admin.run('setConsumeMode', '-b', broker, ...args)
    expect(said).toContain(`set consume mode to ${broker} success.`)
    expect(said).toContain('topic[pop_popPush] group[pop_poppers] consume mode[POP] popShareQueueNum[2]') // prettier-ignore
    const progress = await admin.run('consumerProgress', '-g', 'pop_poppers')
    expect(progress).toMatch(/Consume Diff Total: 0/)
    expect(progress).toContain('%RETRY%pop_poppers_pop_popPush'.slice(0, 31))
    if (!stockServer()) expect(progress).toMatch(/Consume Inflight Total: 0/)
  })
})
