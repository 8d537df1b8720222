import { describe, expect, test } from 'vitest'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { addressOfBroker, BROKER_NAME, CLUSTER, controllerWorld } from './controllerTestbed'

const { SUCCESS } = ResponseCode

describe('ids', () => {
  test('the first is 1, and the next is offered when it is taken', async () => {
    const world = controllerWorld()
    const asked = { clusterName: CLUSTER, brokerName: BROKER_NAME }
    const next = () => world.controller.getNextBrokerId(asked).response?.nextBrokerId
    expect(next()).toBe(1)
    expect(await world.apply(1)).toMatchObject({ code: SUCCESS })
    expect(next()).toBe(2)
  })

  test('who asks again with the same check code has the id already', async () => {
    const world = controllerWorld()
    await world.apply(1, 'a;1')
    expect(await world.apply(1, 'a;1')).toMatchObject({ code: SUCCESS, response: {} })
    expect(world.stored.history).toHaveLength(1)
  })

  test('an id somebody else has, one of an unknown set and one below 1 are refused', async () => {
    const world = controllerWorld()
    const invalid = ResponseCode.CONTROLLER_BROKER_ID_INVALID
    expect(await world.apply(2)).toMatchObject({
      code: invalid,
      remark:
        "Broker-set: broker-a hasn't been registered in controller, but broker try to apply brokerId: 2"
    })
    await world.apply(1, 'a;1')
    const remark = 'Fail to apply brokerId: 1 in broker-set: broker-a'
    expect(await world.apply(1, 'b;1')).toMatchObject({ code: invalid, remark })
    expect(await world.apply(0)).toMatchObject({ code: invalid })
  })

  test('an id is not offered again when it was skipped to', async () => {
    const world = controllerWorld()
    await world.apply(1)
    await world.apply(7)
    const asked = { clusterName: CLUSTER, brokerName: BROKER_NAME }
    expect(world.controller.getNextBrokerId(asked).response?.nextBrokerId).toBe(8)
  })

  test('a registration brings the address and hears of the master', async () => {
    const world = controllerWorld()
    await world.set(1, 2)
    const moved = await world.register(2, '127.0.0.1:20000')
    expect(moved.response).toEqual({
      clusterName: CLUSTER,
      brokerName: BROKER_NAME,
      masterBrokerId: 1,
      masterAddress: addressOfBroker(1),
      masterEpoch: 1,
      syncStateSetEpoch: 2
    })
    expect(moved.body?.toString()).toBe('{"syncStateSet":[1,2],"syncStateSetEpoch":2}')
    expect(world.stored.get(BROKER_NAME)?.brokers[1]?.brokerAddress).toBe('127.0.0.1:20000')
  })

  test('who has no id must apply for one first', async () => {
    const world = controllerWorld()
    const code = ResponseCode.CONTROLLER_BROKER_NEED_TO_BE_REGISTERED
    expect(await world.register(1)).toMatchObject({
      code,
      remark: "Broker-set: broker-a hasn't been registered in controller"
    })
    expect(await world.elect(1)).toEqual({ code, remark: "Broker hasn't been registered" })
    await world.apply(1)
    expect(await world.register(2)).toMatchObject({
      code,
      remark: "BrokerId: 2 hasn't been registered in broker-set: broker-a"
    })
  })
})

describe('an election', () => {
  test('the first to ask is master of epoch 1, alone in sync', async () => {
    const world = controllerWorld()
    await world.apply(1)
    await world.apply(2)
    const elected = await world.elect(2)
    expect(elected).toMatchObject({
      code: SUCCESS,
      response: {
        masterBrokerId: 2,
        masterAddress: addressOfBroker(2),
        masterEpoch: 1,
        syncStateSetEpoch: 1
      }
    })
    expect(elected.body?.toString()).toBe(
      '{"brokerMemberGroup":{"brokerAddrs":{"1":"127.0.0.1:10901","2":"127.0.0.1:10902"},"brokerName":"broker-a","cluster":"DefaultCluster"},"syncStateSet":[2]}'
    )
  })

  test('while the master is there it stays, and who asks is told', async () => {
    const world = controllerWorld()
    await world.set(1, 2)
    expect(await world.elect(2)).toMatchObject({
      code: ResponseCode.CONTROLLER_MASTER_STILL_EXIST,
      remark: 'The old master 1 is still alive, not need to elect new master for broker broker-a',
      response: { masterBrokerId: 1, masterEpoch: 1, syncStateSetEpoch: 2 }
    })
    expect(world.told).toEqual([])
  })

  test('a master whose connection closed is replaced at once, and all who are there hear of it', async () => {
    const world = controllerWorld()
    await world.set(1, 2, 3)
    await world.close(1)
    expect(world.state()).toMatchObject({ masterBrokerId: 2, masterEpoch: 2 })
    const master = { masterBrokerId: 2, masterAddress: addressOfBroker(2), masterEpoch: 2 }
    expect(world.told).toMatchObject(
      [2, 3].map((id) => ({ address: addressOfBroker(id), ...master, syncStateSet: [2] }))
    )
  })

  test.each([
    ['the newest epoch', { epoch: 3, maxOffset: 1 }, { epoch: 2, maxOffset: 9 }, 2],
    ['the most messages', { epoch: 2, maxOffset: 8 }, { epoch: 2, maxOffset: 9 }, 3],
    [
      'the lower priority',
      { epoch: 2, maxOffset: 9, electionPriority: 2 },
      { epoch: 2, maxOffset: 9, electionPriority: 1 },
      3
    ],
    ['else the lower id', { epoch: 2, maxOffset: 9 }, { epoch: 2, maxOffset: 9 }, 2]
  ])('among those in sync: %s', async (_name, second, third, expected) => {
    const world = controllerWorld()
    await world.set(1, 2, 3)
    await world.beat(2, second)
    await world.beat(3, third)
    await world.close(1)
    expect(world.state()?.masterBrokerId).toBe(expected)
  })

  test('one outside the sync-state set waits with the others for who has everything', async () => {
    const world = controllerWorld()
    await world.set(1)
    await world.apply(2)
    await world.beat(2, { epoch: 1, maxOffset: 1000 })
    await world.close(1)
    expect(world.state()).toMatchObject({ masterEpoch: 2, syncStateSetEpoch: 1 })
    expect(world.state()).not.toHaveProperty('masterBrokerId', 2)
    expect(await world.elect(2)).toEqual({
      code: ResponseCode.CONTROLLER_ELECT_MASTER_FAILED,
      remark: 'Failed to elect a new master'
    })
    await world.beat(1)
    expect(world.state()).toMatchObject({ masterBrokerId: 1, masterEpoch: 3 })
  })

  test('unless enableElectUncleanMaster is set', async () => {
    const world = controllerWorld({ enableElectUncleanMaster: true })
    await world.set(1)
    await world.apply(2)
    await world.beat(2)
    await world.close(1)
    expect(world.state()).toMatchObject({ masterBrokerId: 2, masterEpoch: 2 })
  })

  test('mqadmin electMaster puts another one of the set in place of a living master', async () => {
    const world = controllerWorld()
    await world.set(1, 2)
    expect(await world.elect(2, true)).toMatchObject({
      code: SUCCESS,
      response: { masterBrokerId: 2, masterEpoch: 2 }
    })
    expect(world.told.map(({ address }) => address)).toEqual([1, 2].map(addressOfBroker))
    expect(await world.elect(1, true)).toMatchObject({
      code: ResponseCode.CONTROLLER_ELECT_MASTER_FAILED
    })
  })

  test('no epoch is given that a broker has already, also where the controller knows of none', async () => {
    const world = controllerWorld()
    await world.apply(1)
    await world.beat(1, { epoch: 7 })
    expect((await world.elect(1)).response?.masterEpoch).toBe(8)
  })
})

describe('silence', () => {
  test('a master that stops beating is replaced when its time is over, not before', async () => {
    const world = controllerWorld()
    await world.set(1, 2)
    await world.beat(1, { heartbeatTimeoutMills: 1000 })
    await world.beat(2, { heartbeatTimeoutMills: 60_000 })
    await world.pass(750)
    expect(world.state()?.masterBrokerId).toBe(1)
    await world.pass(250)
    expect(world.state()).toMatchObject({ masterBrokerId: 2, masterEpoch: 2 })
  })

  test('time in which the controller itself did not run counts for nobody', async () => {
    const world = controllerWorld()
    await world.set(1, 2)
    await world.beat(1, { heartbeatTimeoutMills: 1000 })
    world.clock.advance(60_000)
    await world.pass(250)
    expect(world.state()).toMatchObject({ masterBrokerId: 1, masterEpoch: 1 })
  })

  test('a broker that comes back is told who is master now', async () => {
    const world = controllerWorld()
    await world.set(1, 2)
    await world.close(1)
    world.told.length = 0
    await world.beat(1)
    expect(world.told).toMatchObject([{ address: addressOfBroker(1), masterBrokerId: 2, masterEpoch: 2 }]) // prettier-ignore
  })

  test('a connection that closed late does not take a broker that beats over a new one', async () => {
    const world = controllerWorld()
    await world.set(1, 2)
    const [old, fresh] = [{}, {}]
    const beat = { clusterName: CLUSTER, brokerName: BROKER_NAME, brokerId: 1 }
    world.controller.onBrokerHeartbeat(beat, old)
    world.controller.onBrokerHeartbeat(beat, fresh)
    world.controller.onChannelClose(old)
    await world.controller.settled()
    expect(world.state()?.masterBrokerId).toBe(1)
  })

  test('heartbeats of brokers without id change nothing', async () => {
    const world = controllerWorld()
    await world.beat(1)
    await world.apply(1)
    await world.elect(1)
    expect(world.state()?.inSyncReplicas[0]?.alive).toBe(false)
  })
})

describe('after a restart', () => {
  test('the master has its time to be heard of, then another is elected', async () => {
    const world = controllerWorld({ gantryControllerMasterGrace: 5000 })
    await world.set(1, 2)
    world.restart()
    await world.beat(2, { heartbeatTimeoutMills: 60_000 })
    expect((await world.register(2)).response?.masterBrokerId).toBe(1)
    await world.pass(4750)
    expect(world.state()?.masterBrokerId).toBe(1)
    await world.pass(1000)
    expect(world.state()).toMatchObject({ masterBrokerId: 2, masterEpoch: 2 })
  })

  test('a master that was heard of in time stays', async () => {
    const world = controllerWorld()
    await world.set(1, 2)
    world.restart()
    await world.beat(2, { heartbeatTimeoutMills: 60_000 })
    await world.beat(1, { heartbeatTimeoutMills: 60_000 })
    await world.pass(10_000)
    expect(world.state()).toMatchObject({ masterBrokerId: 1, masterEpoch: 1 })
  })

  test('connections that close while it stops are no deaths', async () => {
    const world = controllerWorld()
    await world.set(1, 2)
    await world.controller.stop()
    await world.close(1)
    expect(world.stored.get(BROKER_NAME)?.masterBrokerId).toBe(1)
  })
})

describe('the disk', () => {
  test('what could not be written down is not answered, told or believed', async () => {
    const world = controllerWorld()
    await world.set(1, 2)
    world.stored.failure = 'not written'
    await expect(world.elect(2, true)).rejects.toThrow('the disk failed')
    expect(world.told).toEqual([])
    expect(world.state()).toMatchObject({ masterBrokerId: 1, masterEpoch: 1 })
  })

  test('what reached the disk all the same counts', async () => {
    const world = controllerWorld()
    await world.set(1, 2)
    world.stored.failure = 'written'
    await expect(world.elect(2, true)).rejects.toThrow('the disk failed')
    expect(world.state()).toMatchObject({ masterBrokerId: 2, masterEpoch: 2 })
  })

  test('a lost master is replaced at the second attempt', async () => {
    const world = controllerWorld()
    await world.set(1, 2)
    world.stored.failure = 'not written'
    await world.close(1)
    await world.controller.settled()
    expect(world.state()).toMatchObject({ masterBrokerId: 2, masterEpoch: 2 })
  })
})
