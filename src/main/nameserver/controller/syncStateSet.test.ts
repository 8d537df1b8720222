/** What a master may say of its sync-state set, and what mqadmin may clean. */
import { describe, expect, test } from 'vitest'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { BROKER_NAME, controllerWorld } from './controllerTestbed'

const { SUCCESS } = ResponseCode

describe('ALTER_SYNC_STATE_SET', () => {
  test('the master widens and narrows it, one epoch each', async () => {
    const world = controllerWorld()
    await world.set(1, 2)
    const narrowed = await world.alter(1, [1])
    expect(narrowed).toMatchObject({ code: SUCCESS, response: { newSyncStateSetEpoch: 3 } })
    expect(narrowed.body?.toString()).toBe('{"syncStateSet":[1],"syncStateSetEpoch":3}')
    expect(world.state()).toMatchObject({
      masterEpoch: 1,
      inSyncReplicas: [{ brokerId: 1 }],
      notInSyncReplicas: [{ brokerId: 2 }],
      syncStateSetEpoch: 3
    })
  })

  const because = (why: string): string => `Rejecting alter syncStateSet request because ${why}`

  test.each([
    [
      'the same set',
      1,
      [2, 1],
      {},
      ResponseCode.CONTROLLER_ALTER_SYNC_STATE_SET_FAILED,
      'The newSyncStateSet is equal with oldSyncStateSet, no needed to update syncStateSet'
    ],
    [
      'another master',
      2,
      [2],
      {},
      ResponseCode.CONTROLLER_INVALID_MASTER,
      because('the current leader is:{1}, not {2}')
    ],
    [
      'an old master epoch',
      1,
      [1],
      { masterEpoch: 0 },
      ResponseCode.CONTROLLER_FENCED_MASTER_EPOCH,
      because('the current master epoch is:{1}, not {0}')
    ],
    [
      'an old epoch of the set',
      1,
      [1],
      { syncStateSetEpoch: 1 },
      ResponseCode.CONTROLLER_FENCED_SYNC_STATE_SET_EPOCH,
      because('the current syncStateSet epoch is:{2}, not {1}')
    ],
    [
      'a broker without id',
      1,
      [1, 9],
      {},
      ResponseCode.CONTROLLER_INVALID_REPLICAS,
      because("the replicas {9} don't exist")
    ],
    [
      'a broker that is away',
      1,
      [1, 3],
      {},
      ResponseCode.CONTROLLER_BROKER_NOT_ALIVE,
      because("the replicas {3} don't alive")
    ],
    [
      'a set without the master',
      1,
      [2],
      {},
      ResponseCode.CONTROLLER_ALTER_SYNC_STATE_SET_FAILED,
      because("the newSyncStateSet don't contains origin leader {1}")
    ]
  ])('%s is refused', async (_name, master, asked, epochs, code, remark) => {
    const world = controllerWorld()
    await world.set(1, 2)
    await world.apply(3)
    const before = world.stored.get(BROKER_NAME)
    expect(await world.alter(master, asked, epochs)).toEqual({
      code,
      remark,
      response: { newSyncStateSetEpoch: 0 }
    })
    expect(world.stored.get(BROKER_NAME)).toBe(before)
  })

  test('a set nobody registered is refused', async () => {
    expect(await controllerWorld().alter(1, [1])).toMatchObject({
      code: ResponseCode.CONTROLLER_ALTER_SYNC_STATE_SET_FAILED,
      remark: 'Broker metadata is not existed'
    })
  })

  test('a replaced master is fenced by its epoch', async () => {
    const world = controllerWorld()
    await world.set(1, 2)
    await world.elect(2, true)
    const old = { masterEpoch: 1, syncStateSetEpoch: 2 }
    expect((await world.alter(1, [1], old)).code).toBe(ResponseCode.CONTROLLER_INVALID_MASTER)
    await world.alter(2, [1, 2])
    await world.elect(1, true)
    expect((await world.alter(1, [1, 2], old)).code).toBe(
      ResponseCode.CONTROLLER_FENCED_MASTER_EPOCH
    )
  })
})

describe('GET_REPLICA_INFO', () => {
  test('names the master and the set; an unknown one does not exist', async () => {
    const world = controllerWorld()
    expect(world.controller.getReplicaInfo(BROKER_NAME)).toEqual({
      code: ResponseCode.CONTROLLER_BROKER_METADATA_NOT_EXIST,
      remark: 'Broker metadata is not existed'
    })
    await world.set(1, 2)
    const info = world.controller.getReplicaInfo(BROKER_NAME)
    expect(info.response).toEqual({
      masterBrokerId: 1,
      masterAddress: '127.0.0.1:10901',
      masterEpoch: 1
    })
    expect(info.body?.toString()).toBe('{"syncStateSet":[1,2],"syncStateSetEpoch":2}')
  })
})

describe('CLEAN_BROKER_DATA', () => {
  const invalid = ResponseCode.CONTROLLER_INVALID_CLEAN_BROKER_METADATA

  test.each([
    ['living brokers', '2', 'Broker [broker-a,  2] is still alive, clean up failure'],
    ['a whole set with a master', undefined, 'Broker broker-a is still alive, clean up failure'],
    [
      'what is no list of ids',
      '1,2',
      'Please set the option <brokerControllerIdsToClean> according to the format, exception: "1,2" is not like 1;2;3'
    ]
  ])('%s stay', async (_name, ids, remark) => {
    const world = controllerWorld()
    await world.set(1, 2)
    expect(await world.clean(ids)).toEqual({ code: invalid, remark })
    expect(world.stored.get(BROKER_NAME)?.brokers).toHaveLength(2)
  })

  test('ids of brokers that are away are forgotten, and no longer in sync', async () => {
    const world = controllerWorld()
    await world.set(1, 2)
    await world.close(2)
    expect((await world.clean('2')).code).toBe(SUCCESS)
    expect(world.stored.get(BROKER_NAME)).toMatchObject({
      brokers: [{ brokerId: 1 }],
      nextAssignBrokerId: 3,
      syncStateSet: [1],
      syncStateSetEpoch: 3
    })
  })

  test('a living master is forgotten where the caller insists, and another takes its place', async () => {
    const world = controllerWorld()
    await world.set(1, 2)
    expect((await world.clean('1', true)).code).toBe(SUCCESS)
    expect(world.state()).toMatchObject({ masterBrokerId: undefined, masterEpoch: 2 })
    await world.pass(250)
    expect(world.state()).toMatchObject({ masterBrokerId: 2, masterEpoch: 3 })
  })

  test('a whole set is gone, also from disk', async () => {
    const world = controllerWorld()
    await world.set(1, 2)
    expect((await world.clean(undefined, true)).code).toBe(SUCCESS)
    expect(world.stored.all()).toEqual([])
    expect(await world.clean(undefined, true)).toEqual({
      code: invalid,
      remark: 'Broker broker-a is not existed,clean broker data failure.'
    })
  })
})
