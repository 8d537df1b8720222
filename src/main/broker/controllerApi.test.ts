import { beforeEach, describe, expect, test } from 'vitest'
import { ManualClock } from '../base/clock'
import { electMasterResponseBody, syncStateSetBody } from '../protocol/bodies/controller'
import { RequestCode } from '../protocol/codes/requestCode'
import { ResponseCode } from '../protocol/codes/responseCode'
import type { RemotingCommand, RemotingRequest } from '../protocol/remotingCommand'
import { RemotingConnectError } from '../remoting/errors'
import { ControllerApi } from './controllerApi'

const METADATA = RequestCode.CONTROLLER_GET_METADATA_INFO

const answer = (more: Partial<RemotingCommand> = {}): RemotingCommand => ({
  ...{ code: 0, language: 'JAVA', version: 0, opaque: 1, flag: 1, extFields: {} },
  ...{ serializeType: 'JSON' as const, ...more }
})

let asked: [address: string, request: RemotingRequest][]
/** Who answers what; nobody else is there. */
let controllers: Record<string, (request: RemotingRequest) => RemotingCommand>
let controllerAddr: string

const api = (): ControllerApi =>
  new ControllerApi({
    client: {
      invoke: async (address, request) => {
        asked.push([address, request])
        const controller = controllers[address]
        if (!controller) throw new RemotingConnectError(address)
        return controller(request)
      }
    },
    clock: new ManualClock(),
    controllerAddr: () => controllerAddr,
    clusterName: 'C',
    brokerName: 'b'
  })

const leaderAt = (address: string) => answer({ extFields: { controllerLeaderAddress: address } })
const knows =
  (leader: string, other: () => RemotingCommand) =>
  ({ code }: RemotingRequest): RemotingCommand =>
    code === METADATA ? leaderAt(leader) : other()

const nextId = () => answer({ extFields: { nextBrokerId: '4' } })

beforeEach(() => {
  asked = []
  controllerAddr = 'a:1; b:2;'
  controllers = {}
})

describe('the leader', () => {
  test('is who the first controller that answers says, and is asked from then on', async () => {
    controllers = { 'b:2': knows('c:3', nextId), 'c:3': knows('c:3', nextId) }
    const of = api()
    expect(await of.getNextBrokerId()).toBe(4)
    await of.getNextBrokerId()
    expect(asked.map(([address]) => address)).toEqual(['a:1', 'b:2', 'c:3', 'c:3'])
  })

  test('is looked for again when it does not answer, or no longer is it', async () => {
    controllers = { 'a:1': knows('a:1', nextId) }
    const of = api()
    await of.getNextBrokerId()
    controllers = { 'b:2': knows('b:2', nextId) }
    await expect(of.getNextBrokerId()).rejects.toThrow('cannot reach a:1')
    expect(await of.getNextBrokerId()).toBe(4)
    const notLeader = { code: ResponseCode.CONTROLLER_NOT_LEADER, remark: 'not in leader state' }
    controllers = { 'b:2': knows('b:2', () => answer(notLeader)) }
    await expect(of.getNextBrokerId()).rejects.toMatchObject(notLeader)
    controllers = { 'a:1': knows('a:1', nextId) }
    expect(await of.getNextBrokerId()).toBe(4)
  })

  test('without any there is a reason', async () => {
    await expect(api().getNextBrokerId()).rejects.toThrow('cannot reach b:2')
    controllerAddr = ''
    await expect(api().getNextBrokerId()).rejects.toThrow(/controllerAddr is empty/)
  })
})

const masterHeader = { masterBrokerId: '1', masterAddress: 'm:1', masterEpoch: '3' }
const master = { brokerId: 1, address: 'm:1', epoch: 3 }
const set = { syncStateSet: [1, 2], syncStateSetEpoch: 5 }

describe('who is master', () => {
  test.each([
    ['a registration', (of: ControllerApi) => of.registerBroker(2, 's:2')],
    ['replica info', (of: ControllerApi) => of.replicaInfo()]
  ])('%s tells it, or that nobody is', async (_name, ask) => {
    const body = syncStateSetBody(set)
    controllers = { 'a:1': knows('a:1', () => answer({ extFields: masterHeader, body })) }
    expect(await ask(api())).toEqual({ ...set, master })
    controllers = { 'a:1': knows('a:1', () => answer({ body })) }
    expect(await ask(api())).toEqual(set)
  })

  test.each([ResponseCode.SUCCESS, ResponseCode.CONTROLLER_MASTER_STILL_EXIST])(
    'an election answered %s tells it',
    async (code) => {
      const extFields = { ...masterHeader, syncStateSetEpoch: '5' }
      const body = electMasterResponseBody({ syncStateSet: [1, 2] })
      controllers = { 'a:1': knows('a:1', () => answer({ code, extFields, body })) }
      expect(await api().electMaster(2)).toEqual({ ...set, master })
    }
  )

  test("a failed election is the controller's refusal", async () => {
    const refusal = { code: ResponseCode.CONTROLLER_ELECT_MASTER_FAILED, remark: 'why' }
    controllers = { 'a:1': knows('a:1', () => answer(refusal)) }
    await expect(api().electMaster(2)).rejects.toMatchObject(refusal)
  })
})

test('a heartbeat carries what an election needs', async () => {
  controllers = { 'a:1': knows('a:1', answer) }
  await api().heartbeat(2, 's:2', { epoch: 3, maxOffset: 7, heartbeatTimeoutMills: 900 })
  expect(asked.at(-1)?.[1]).toEqual({
    code: RequestCode.BROKER_HEARTBEAT,
    extFields: {
      ...{ clusterName: 'C', brokerName: 'b', brokerId: '2', brokerAddr: 's:2' },
      ...{ epoch: '3', maxOffset: '7', heartbeatTimeoutMills: '900' }
    }
  })
})
