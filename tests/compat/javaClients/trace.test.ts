// Official Java clients that trace, as mqadmin and as our own console find it; and what mqadmin counts of them.
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { createAdmin } from '../../../src/main/admin/admin'
import { systemClock } from '../../../src/main/base/clock'
import { silentLog } from '../../../src/main/base/log'
import { messageTraceHandlers } from '../../../src/main/console/messageTrace'
import { RemotingClient } from '../../../src/main/remoting/client'
import type { TraceEventView } from '../../../src/shared/traceViews'
import { type AdminShell, cells, startAdminShell } from './adminShell'
import { type Cluster, startCluster } from './cluster'
import { type Driver, type Row, startDriver } from './driver'
import { clientLines, knows5xRequests, stockServer } from './lines'

/** Level 3, of the first return, is a second. */
const DELAYS = '1s 1s 1s 2s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s'
const topic = 'trace_traced'
const consumers = 'trace_tracedConsumers'

/** Asks again until it satisfies, for half a minute at least: statistics are sampled every ten seconds. */
const until = async <T>(ask: () => Promise<T>, satisfied: (value: T) => boolean): Promise<T> => {
  let value = await ask()
  for (let asked = 1; asked < 300 && !satisfied(value); asked++) {
    await setTimeout(100)
    value = await ask()
  }
  return value
}

describe.skipIf(inject('hindrance')).each(clientLines)('official Java %s', (line) => {
  const client = new RemotingClient({ clock: systemClock, log: silentLog })
  let cluster: Cluster
  let driver: Driver
  let admin: AdminShell
  let rows: Row[]
  // GET_TOPIC_CONFIG, sent by 5.x tools only, and by them always.
  const testOf351 = test.skipIf(line === 'client-5.3' && !knows5xRequests())

  beforeAll(async () => {
    cluster = await startCluster({ messageDelayLevel: DELAYS })
    admin = startAdminShell(line, cluster.namesrv)
    driver = startDriver({ line, cluster, scenarios: ['traced'], prefix: 'trace' })
    rows = await driver.rows('traced')
  })

  afterAll(async () => {
    client.close()
    await driver?.stop()
    await admin?.stop()
    await cluster?.stop()
  })

  const idOf = (body: string): string =>
    String(rows.find((row) => row.event === 'sent' && row['body'] === body)?.['msgId'])

  /** As our console shows it, of this or any other cluster. */
  const story = (body: string) => {
    const ours = createAdmin({ client, clock: systemClock, namesrvAddresses: () => [cluster.namesrv] }) // prettier-ignore
    return messageTraceHandlers({ admin: ours })['message.trace']({ topic, msgId: idOf(body) })
  }
  const told = (events: readonly TraceEventView[]) =>
    events
      .filter(({ source }) => source === 'client')
      .map(({ kind, group, result, success }) =>
        [kind, group, result, success].filter((part) => part !== undefined).join(' ')
      )

  testOf351('mqadmin finds who sent and who consumed each message', async () => {
    for (const [body, attempts] of [
      ['good', ['success']],
      ['late', ['failed', 'success']],
      ['thrown', ['failed', 'success']]
    ] as const) {
      const subs = (table: string[][]) => table.filter(([type]) => type === 'Sub')
      const table = await until(
        async () => cells(await admin.run('queryMsgTraceById', '-i', idOf(body))),
        (said) => subs(said).length >= attempts.length
      )
      const [pub] = table.filter(([type]) => type === 'Pub')
      expect(pub?.slice(0, 2)).toEqual(['Pub', 'trace_tracedProducers'])
      expect(pub?.at(-1)).toBe('success')
      expect(subs(table).map((row) => row[1])).toEqual(attempts.map(() => consumers))
      expect(
        subs(table)
          .map((row) => row.at(-1))
          .sort()
      ).toEqual([...attempts])
    }
  })

  test('our console reads the same records', async () => {
    const { events, skippedRecords } = await until(
      () => story('good'),
      (view) => told(view.events).length >= 3
    )
    expect(skippedRecords).toBe(0)
    expect(told(events)).toEqual([
      'sent trace_tracedProducers true',
      `consuming ${consumers}`,
      `consumed ${consumers} SUCCESS true`
    ])
    const sent = events.find(({ kind }) => kind === 'sent')
    expect(sent).toMatchObject({ topic, client: expect.stringMatching(/^127\.0\.0\.1/) as string })
    expect(sent?.costMs).toBeGreaterThanOrEqual(0)
  })

  test.each([
    ['late', 'FAILED'],
    ['thrown', 'EXCEPTION']
  ])('a message that is %s came twice: %s', async (body, result) => {
    const { events } = await until(
      () => story(body),
      (view) => told(view.events).length >= 5
    )
    expect(told(events)).toEqual([
      'sent trace_tracedProducers true',
      `consuming ${consumers}`,
      `consumed ${consumers} ${result} false`,
      `consuming ${consumers}`,
      `consumed ${consumers} SUCCESS true`
    ])
    const again = events.filter(({ kind }) => kind === 'consuming')
    expect(again.map(({ reconsumeTimes }) => reconsumeTimes)).toEqual([undefined, 1])
    const stored = events.filter(({ source }) => source === 'store').map(({ kind }) => kind)
    expect(stored).toEqual(['stored', 'scheduled', 'retry'])
  })

  test('a transaction is told as half, ended and consumed', async () => {
    const { events } = await until(
      () => story('transaction'),
      (view) => told(view.events).length >= 4
    )
    expect(told(events)).toEqual(
      expect.arrayContaining([
        'sent trace_tracedTransactions true',
        'transactionEnded trace_tracedTransactions COMMIT_MESSAGE',
        `consumed ${consumers} SUCCESS true`
      ])
    )
    const stored = events.filter(({ source }) => source === 'store').map(({ kind }) => kind)
    expect(stored).toEqual(['half', 'stored'])
  })

  test('our brokers tell who got it without the clients, a stock one keeps no trace', async () => {
    const { events, brokers } = await story('late')
    const seen = events.filter(({ source }) => source === 'broker')
    if (stockServer()) {
      expect(brokers).toEqual([{ brokerName: cluster.brokerName }])
      expect(seen).toEqual([])
      return
    }
    expect(brokers).toMatchObject([{ since: expect.any(Number) as number }])
    expect(seen.map(({ kind }) => kind).filter((kind) => kind !== 'acknowledged')).toEqual(['delivered', 'givenBack', 'delivered']) // prettier-ignore
    expect(seen.filter(({ kind }) => kind === 'acknowledged')).toHaveLength(2)
    for (const event of seen)
      expect(event).toMatchObject({ group: consumers, client: expect.stringMatching(/@trace_tracedConsumer/) as string }) // prettier-ignore
  })

  testOf351('statsAll counts what came and went', async () => {
    const rowOf = async () =>
      cells(await admin.run('statsAll', '-t', topic)).find(
        ([name, group]) => name === topic && group === consumers
      )
    const row = await until(rowOf, (found) => found?.[5] === '4' && found[6] === '4')
    expect(row).toEqual([topic, consumers, '0', expect.stringMatching(/^\d\.\d\d$/), expect.stringMatching(/^\d\.\d\d$/), '4', '4']) // prettier-ignore
  })
})
