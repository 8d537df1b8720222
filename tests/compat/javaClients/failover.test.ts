// Official Java clients while one of two masters dies and comes back; and mqadmin, which shows masters and slaves.
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { until } from '../../cluster/client/cluster'
import { ConsoleSocket } from '../../cluster/headless/consoleSocket'
import { type Headless, startHeadless } from '../../headless'
import { type AdminShell, startAdminShell } from './adminShell'
import { startDriver, type Row } from './driver'
import { clientLines, stockServer } from './lines'

const ofBroker = (rows: readonly Row[], event: string, broker: string): Row[] =>
  rows.filter((row) => row.event === event && row['broker'] === broker)

const stored = (rows: readonly Row[], broker: string): number =>
  ofBroker(rows, 'sent', broker).filter((row) => row['status'] === 'SEND_OK').length

describe.skipIf(inject('hindrance') || stockServer() !== undefined).each(clientLines)(
  'official Java %s, two masters with slaves',
  (line) => {
    let headless: Headless
    let window: ConsoleSocket
    let admin: AdminShell
    const namesrv = (): string => headless.ready.namesrv[0]!
    const addressOf = (name: string, id: number): string =>
      headless.ready.brokers.find((broker) => broker.name === name && broker.id === id)!.address

    beforeAll(async () => {
      headless = await startHeadless({ args: ['--preset', '2m-2s-sync'] })
      window = await ConsoleSocket.open(headless.ready.console)
      admin = startAdminShell(line, namesrv())
    })

    afterAll(async () => {
      await admin?.stop()
      window?.socket.close()
      expect(await headless?.stop()).toBe(0)
    })

    test('clusterList shows masters and slaves', async () => {
      const said = await admin.run('clusterList')
      for (const { name, id, address } of headless.ready.brokers)
        expect(said).toMatch(new RegExp(`${name}\\s+${id}\\s+${address}\\s`))
    })

    test.skipIf(line !== 'client-5.3')('haStatus shows who follows whom', async () => {
      // A slave connects a moment after both serve.
      const master = await until(
        () => admin.run('haStatus', '-b', addressOf('broker-a', 0)),
        (said) => /#InSyncSlaveNum\s+[^0\s]/i.test(said)
      )
      expect(master).toMatch(/#InSyncSlaveNum\s+1/i)
      const slave = await admin.run('haStatus', '-b', addressOf('broker-a', 1))
      expect(slave).toMatch(/#MasterAddr\s+127\.0\.0\.1:\d+/i)
    })

    test('nothing is lost: producers go to the other master, consumers go on from the slave', async () => {
      const topic = 'failover_failover'
      await admin.run('updateTopic', '-c', 'DefaultCluster', '-t', topic, '-r', '4', '-w', '4')
      const cluster = { namesrv: namesrv(), broker: addressOf('broker-a', 0), brokerName: 'broker-a', clusterName: 'DefaultCluster', stop: () => Promise.resolve() } // prettier-ignore
      const driver = startDriver({ line, cluster, scenarios: ['failover'], prefix: 'failover' })
      try {
        const heard = (isEnough: (rows: Row[]) => boolean) => driver.heard('failover', isEnough)
        await heard((rows) => stored(rows, 'broker-a') >= 50 && stored(rows, 'broker-b') >= 50)
        /** Resolves when so many more are stored there. */
        const goesOnAt = async (broker: string, count: number): Promise<void> => {
          const from = stored(await heard(() => true), broker)
          await heard((rows) => stored(rows, broker) >= from + count)
        }
        await window.call('node.kill', { id: 'broker-a:0' })
        await goesOnAt('broker-b', 200)
        await window.call('node.start', { id: 'broker-a:0' })
        await goesOnAt('broker-a', 50)
        void driver.end()
        const rows = await heard((all) => all.some(({ event }) => event === 'over'))
        const consumed = new Set(rows.filter(({ event }) => event === 'consumed').map((row) => row['body'])) // prettier-ignore
        const kept = rows.filter(({ event, status }) => event === 'sent' && status === 'SEND_OK')
        expect(kept.filter((row) => !consumed.has(row['body'])).map((row) => row['body'])).toEqual([]) // prettier-ignore
      } finally {
        await driver.stop()
      }
    })
  }
)
