/** A controller elects the masters of a set: the next one when a master goes, and the old one follows when it is back. */
import { expect, test } from 'vitest'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { until } from '../client/cluster'
import { untilReadable } from './brokerSets'
import { controlledSet, type Member } from './controlledSets'

const ROLE_OF = (member: Member) => Promise.resolve(member.role)

/** A turn of the timers each time, so that nothing starves. */
const untilRole = async (member: Member, role: string): Promise<void> => {
  while ((await ROLE_OF(member)) !== role) await new Promise((resolve) => setTimeout(resolve, 20))
}

test('one of two is master, a message is acknowledged once the other has it, and it takes over', async () => {
  const set = await controlledSet()
  const one = await set.member(1)
  expect([one.role, one.brokerId]).toEqual(['SYNC_MASTER', 0])
  const two = await set.member(2, { brokerRole: 'SLAVE' })
  expect([two.role, two.brokerId]).toEqual(['SLAVE', 2])
  const atOne = set.client(one.address)
  const syncSet = async (): Promise<unknown> => {
    const { body } = await set.remoting.invoke(
      set.namesrv,
      { code: RequestCode.CONTROLLER_GET_REPLICA_INFO, extFields: { brokerName: 'broker-a' } },
      5000
    )
    return JSON.parse(body?.toString() ?? '{}')
  }
  await until(syncSet, (told) => (told as { syncStateSet: number[] }).syncStateSet.length === 2)
  for (let i = 0; i < 20; i++) expect((await atOne.send('T', `m${i}`)).code).toBe(0)

  await one.stop()
  await untilRole(two, 'SYNC_MASTER')
  const atTwo = set.client(two.address)
  await until(
    () => atTwo.send('T', 'after'),
    ({ code }) => code === 0
  )
  const bodies = await untilReadable(atTwo, 'T', 21)
  expect(bodies.slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, i) => `m${i}`))

  const again = await set.member(1)
  expect([again.role, again.brokerId]).toEqual(['SLAVE', 1])
  await until(syncSet, (told) => (told as { syncStateSet: number[] }).syncStateSet.length === 2)
  expect(await untilReadable(set.client(again.address), 'T', 21)).toEqual(bodies)
})
