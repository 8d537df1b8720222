/** The nameserver's controller over sockets, with brokers that follow a script. */
import { expect, test } from 'vitest'
import { readBrokerReplicasInfo } from '../../../src/main/protocol/bodies/controller'
import { jsonBody, readJsonBody } from '../../../src/main/protocol/bodies/rocketmqJson'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import type { ExtFields } from '../../../src/main/protocol/remotingCommand'
import { nameserver, remotingClient } from './nameservers'
import { afterKill, BROKER_NAME, brokerSet, controllerNameserver, ScriptedBroker } from './scriptedBrokers' // prettier-ignore

const admin = (address: string) => {
  const client = remotingClient()
  const invoke = (code: number, extFields: ExtFields = {}, body?: Buffer) =>
    client.invoke(address, { code, extFields, ...(body && { body }) }, 30_000)
  return {
    invoke,
    elect: (brokerId: number) =>
      invoke(RequestCode.CONTROLLER_ELECT_MASTER, {
        clusterName: 'DefaultCluster',
        brokerName: BROKER_NAME,
        brokerId: String(brokerId),
        designateElect: 'true'
      }),
    syncStateData: async () => {
      const code = RequestCode.CONTROLLER_GET_SYNC_STATE_DATA
      const { body } = await invoke(code, {}, jsonBody([BROKER_NAME]))
      return readBrokerReplicasInfo(readJsonBody(body ?? Buffer.alloc(0), 'answer')).get(
        BROKER_NAME
      )
    }
  }
}

test('without enableControllerInNamesrv there is none', async () => {
  const { invoke } = admin((await nameserver()).address)
  const { code } = await invoke(RequestCode.CONTROLLER_GET_METADATA_INFO)
  expect(code).toBe(ResponseCode.REQUEST_CODE_NOT_SUPPORTED)
})

test('it is its own leader, at the address it was asked at', async () => {
  const { address } = await controllerNameserver()
  const { code, extFields } = await admin(address).invoke(RequestCode.CONTROLLER_GET_METADATA_INFO)
  expect({ code, extFields }).toEqual({
    code: ResponseCode.SUCCESS,
    extFields: {
      group: 'gantry',
      controllerLeaderId: 'n0',
      controllerLeaderAddress: address,
      isLeader: 'true',
      peers: `n0:${address};`
    }
  })
})

test('brokers get ids, the first becomes master, the others are told', async () => {
  const { address } = await controllerNameserver()
  const first = await ScriptedBroker.start(address, 1)
  expect(await first.ask.getNextBrokerId()).toBe(2)
  const master = { brokerId: 1, address: first.address, epoch: 1 }
  expect(await first.elect()).toEqual({ syncStateSet: [1], syncStateSetEpoch: 1, master })
  const second = await ScriptedBroker.start(address, 2)
  expect(await second.ask.replicaInfo()).toMatchObject({ syncStateSet: [1], master })
  expect(await second.elect()).toMatchObject({ master })
  expect(await second.hears(1, 1)).toMatchObject({ syncStateSet: [1], master })
})

test('a master whose connection closes is replaced by one in sync, which hears it first', async () => {
  const { address } = await controllerNameserver()
  const [first, second, third] = await brokerSet(address, 3)
  await second!.beat({ epoch: 1, maxOffset: 100 })
  await third!.beat({ epoch: 1, maxOffset: 200 })
  first.die()
  const change = await third!.hears(3, 2)
  expect(change).toEqual({
    syncStateSet: [3],
    syncStateSetEpoch: 3,
    master: { brokerId: 3, address: third!.address, epoch: 2 }
  })
  expect(await second!.hears(3, 2)).toEqual(change)
})

test('a master that falls silent is replaced, though its connection stays open', async () => {
  const { address } = await controllerNameserver({ gantryControllerScanInterval: '50' })
  const [first, second] = await brokerSet(address, 2)
  await first.beat({ heartbeatTimeoutMills: 200 })
  expect(await second!.hears(2, 2)).toMatchObject({ syncStateSet: [2] })
  await first.beat()
  expect(await first.hears(2, 2)).toMatchObject({ master: { address: second!.address } })
})

test('an old master that returns is told whom to follow, and its word counts no more', async () => {
  const { address } = await controllerNameserver()
  const [first, second] = await brokerSet(address, 2)
  first.die()
  await second!.hears(2, 2)
  const stale = { syncStateSet: [1], syncStateSetEpoch: 2 }
  await expect(first.ask.alterSyncStateSet(1, 1, stale)).rejects.toMatchObject({
    code: ResponseCode.CONTROLLER_INVALID_MASTER,
    remark: 'Rejecting alter syncStateSet request because the current leader is:{2}, not {1}'
  })
  expect(await first.come()).toMatchObject({ master: { brokerId: 2, epoch: 2 }, syncStateSet: [2] })
  expect(
    await second!.ask.alterSyncStateSet(2, 2, { syncStateSet: [2, 1], syncStateSetEpoch: 3 })
  ).toEqual({ syncStateSet: [2, 1], syncStateSetEpoch: 4 })
})

test('a master that was alone in sync is waited for', async () => {
  const { address } = await controllerNameserver()
  const [first, second] = await brokerSet(address, 2)
  await first.ask.alterSyncStateSet(1, 1, { syncStateSet: [1], syncStateSetEpoch: 2 })
  first.die()
  await expect.poll(async () => (await second!.ask.replicaInfo()).master, { timeout: 30_000 }).toBe(undefined) // prettier-ignore
  await expect(second!.elect()).rejects.toMatchObject({
    code: ResponseCode.CONTROLLER_ELECT_MASTER_FAILED
  })
  await first.come()
  expect(await second!.hears(1, 3)).toMatchObject({ syncStateSet: [1] })
})

test('killed and started again it knows every id, master and epoch', async () => {
  const { address, folder } = await controllerNameserver()
  const [first, second] = await brokerSet(address, 2)
  const before = await admin(address).syncStateData()
  const again = await afterKill(folder)
  for (const broker of [second!, first]) {
    broker.turnTo(again.address)
    expect(await broker.come()).toMatchObject({ master: { brokerId: 1, epoch: 1 } })
  }
  expect(await admin(again.address).syncStateData()).toEqual(before)
  expect(await first.ask.getNextBrokerId()).toBe(3)
  first.die()
  expect(await second!.hears(2, 2)).toMatchObject({ syncStateSet: [2] })
})

test('a master that died while the controller was away is replaced after its grace', async () => {
  const { folder, address } = await controllerNameserver({
    gantryControllerMasterGrace: '500',
    gantryControllerScanInterval: '50',
    scanInactiveMasterInterval: '50'
  })
  const [, second] = await brokerSet(address, 2)
  const again = await afterKill(folder)
  second!.turnTo(again.address)
  await second!.come()
  expect(await second!.hears(2, 2)).toMatchObject({ syncStateSet: [2] })
})

test('mqadmin electMaster hands over to a broker in sync, and both hear of it', async () => {
  const { address } = await controllerNameserver()
  const [first, second] = await brokerSet(address, 2)
  const { code, extFields } = await admin(address).elect(2)
  expect({ code, extFields }).toEqual({
    code: ResponseCode.SUCCESS,
    extFields: {
      masterBrokerId: '2',
      masterAddress: second!.address,
      masterEpoch: '2',
      syncStateSetEpoch: '3'
    }
  })
  for (const broker of [first, second!]) await broker.hears(2, 2)
})

test('its properties are read and changed at the same port, and act at once', async () => {
  const { address } = await controllerNameserver()
  const { invoke } = admin(address)
  const body = Buffer.from('enableElectUncleanMaster=true\n')
  expect((await invoke(RequestCode.UPDATE_CONTROLLER_CONFIG, {}, body)).code).toBe(0)
  const { body: text } = await invoke(RequestCode.GET_CONTROLLER_CONFIG)
  expect(text?.toString()).toContain('enableElectUncleanMaster=true')
  const [first, second] = await brokerSet(address, 2)
  await first.ask.alterSyncStateSet(1, 1, { syncStateSet: [1], syncStateSetEpoch: 2 })
  first.die()
  await second!.hears(2, 2)
})

test("a heartbeat without id is the nameserver's alone", async () => {
  const { address } = await controllerNameserver()
  const fields = { clusterName: 'c', brokerName: 'b', brokerAddr: '127.0.0.1:1' }
  const { invoke } = admin(address)
  expect(await invoke(RequestCode.BROKER_HEARTBEAT, fields)).not.toHaveProperty('remark')
  expect(await invoke(RequestCode.BROKER_HEARTBEAT, { ...fields, brokerId: '1' })).toMatchObject({
    code: ResponseCode.SUCCESS,
    remark: 'Heart beat success'
  })
})
