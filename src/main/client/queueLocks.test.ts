import { beforeEach, expect, test } from 'vitest'
import { ManualClock } from '../base/clock'
import { silentLog } from '../base/log'
import { messageQueue, type MessageQueue } from '../protocol/bodies/messageQueue'
import { jsonBody } from '../protocol/bodies/rocketmqJson'
import { RequestCode } from '../protocol/codes/requestCode'
import { RemotingConnectError } from '../remoting/errors'
import type { MQClientInstance } from './mqClientInstance'
import { LOCK_MAX_LIVE_MS, QueueLocks } from './queueLocks'

const queue = (queueId: number, brokerName = 'a'): MessageQueue =>
  messageQueue('T', brokerName, queueId)

let clock: ManualClock
let locks: QueueLocks
/** What broker a gives. */
let given: MessageQueue[]
let oneways: number[]

beforeEach(() => {
  clock = new ManualClock()
  given = []
  oneways = []
  const remoting = {
    call: (address: string) =>
      address === 'a'
        ? Promise.resolve({ body: jsonBody({ lockOKMQSet: given }) })
        : Promise.reject(new RemotingConnectError(address)),
    oneway: (_address: string, { code }: { code: number }) => {
      oneways.push(code)
      return Promise.resolve()
    }
  }
  const client = { clock, log: silentLog, clientId: 'c1', remoting, routes: { masterAddress: (name: string) => name } } // prettier-ignore
  locks = new QueueLocks(client as unknown as MQClientInstance, 'CG')
})

test('what the broker does not give is another member’s; a broker that cannot be asked decides nothing', async () => {
  given = [queue(0)]
  expect(await locks.lock([queue(0), queue(1), queue(0, 'b')])).toEqual([queue(1)])
  expect([queue(0), queue(1), queue(0, 'b')].map((each) => locks.isLocked(each))).toEqual([true, false, false]) // prettier-ignore
})

test('a lock is believed in for less long than the broker keeps it, unless it is renewed', async () => {
  given = [queue(0)]
  await locks.lock(given)
  clock.advance(LOCK_MAX_LIVE_MS - 1)
  expect(locks.isLocked(queue(0))).toBe(true)
  await locks.lock(given)
  clock.advance(LOCK_MAX_LIVE_MS - 1)
  expect(locks.isLocked(queue(0))).toBe(true)
  clock.advance(1)
  expect(locks.isLocked(queue(0))).toBe(false)
})

test('a renewal that is denied, or a farewell, ends it', async () => {
  given = [queue(0), queue(1)]
  await locks.lock(given)
  given = [queue(1)]
  await locks.lock([queue(0), queue(1)])
  expect(locks.isLocked(queue(0))).toBe(false)
  locks.unlock(queue(1))
  expect(locks.isLocked(queue(1))).toBe(false)
  expect(oneways).toEqual([RequestCode.UNLOCK_BATCH_MQ])
})
