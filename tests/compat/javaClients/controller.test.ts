/** mqadmin 5.3.3 against the controller in a nameserver, with the brokers of `tests/fixtures/controller`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { alter, connectPlayers, play, type Players } from '../../fixtures/controller/script'
import { startHeadless, type Headless } from '../../headless'
import { type AdminShell, startAdminShell } from './adminShell'
import { stockServer } from './lines'

/** What `#Name	value` lines of mqadmin say. */
const facts = (said: string) =>
  new Map([...said.matchAll(/^#(\w+):?\t(.*)$/gm)].map((match) => [match[1], match[2]?.trim()]))

const brokers = { first: '127.0.0.1:20999', second: '127.0.0.1:20902' }

// A stock controller needs a configuration of its own; its answers are in the fixture.
const hindrance = inject('hindrance') || (stockServer() && 'a stock server')

describe.skipIf(hindrance)('mqadmin and the controller', () => {
  const data = mkdtempSync(join(tmpdir(), 'gantry controller 控制器-'))
  let headless: Headless
  let admin: AdminShell
  let controller: string
  let players: Players
  const run = (command: string, ...args: string[]) => admin.run(command, '-a', controller, ...args)
  const syncStateSet = async () => facts(await run('getSyncStateSet', '-b', 'broker-a'))

  beforeAll(async () => {
    headless = await startHeadless({ dataDir: data })
    const asked = startAdminShell('client-5.3', headless.ready.namesrv[0] ?? '')
    await asked.run('updateNamesrvConfig', '-k', 'enableControllerInNamesrv', '-v', 'true')
    await asked.stop()
    await headless.stop()
    headless = await startHeadless({ dataDir: data })
    controller = headless.ready.namesrv[0] ?? ''
    admin = startAdminShell('client-5.3', controller)
    const [host = '', port] = controller.split(':')
    players = connectPlayers(host, Number(port))
    await play(players)
  })

  afterAll(async () => {
    players?.leave()
    await admin?.stop()
    await headless?.stop()
    rmSync(data, { recursive: true, force: true })
  })

  test('getControllerMetaData finds the leader where it asked', async () => {
    const said = await run('getControllerMetaData')
    expect(facts(said).get('ControllerLeaderAddress')).toBe(controller)
    expect(facts(said).get('Peer')).toBe(`n0:${controller}`)
  })

  test('getSyncStateSet shows the master, its epoch and who is in sync', async () => {
    const said = await run('getSyncStateSet', '-b', 'broker-a')
    expect(Object.fromEntries(facts(said))).toMatchObject({
      brokerName: 'broker-a',
      MasterBrokerId: '2',
      MasterAddr: brokers.second,
      MasterEpoch: '2',
      SyncStateSetNums: '1'
    })
    expect(said).toMatch(/^InSyncReplica:.*brokerId=2.*alive=true/m)
    expect(said).toMatch(/^NotInSyncReplica:.*brokerId=1.*alive=true/m)
  })

  test('electMaster refuses who is not in sync, and puts who is in place of the master', async () => {
    const elect = () => run('electMaster', '-b', '1', '-bn', 'broker-a', '-c', 'DefaultCluster')
    expect(await elect()).toMatch(/CODE: 2012 {2}DESC: Failed to elect a new master/)
    await players.ask(alter('both are in sync again', 2, 2, [1, 2], 3))
    expect(facts(await elect()).get('BrokerMasterAddr')).toBe(brokers.first)
    expect((await syncStateSet()).get('MasterBrokerId')).toEqual('1')
  })

  test('updateControllerConfig changes what getControllerConfig shows', async () => {
    await run('updateControllerConfig', '-k', 'electMasterMaxRetryCount', '-v', '5')
    expect(await run('getControllerConfig')).toMatch(/^electMasterMaxRetryCount += {2}5$/m)
  })

  test('cleanBrokerMetadata spares the living, and forgets who is away', async () => {
    const clean = (...more: string[]) =>
      run('cleanBrokerMetadata', '-bn', 'broker-a', '-c', 'DefaultCluster', ...more)
    expect(await clean('-b', '2')).toMatch(
      /CODE: 2009 {2}DESC: Broker \[broker-a, {2}2\] is still alive/
    )
    players.leave()
    await expect.poll(async () => (await syncStateSet()).get('MasterBrokerId'), { timeout: 60_000 }).toBe('null') // prettier-ignore
    expect(await clean()).toContain('clear broker broker-a metadata from controller success!')
    expect((await syncStateSet()).size).toBe(0)
  })
})
