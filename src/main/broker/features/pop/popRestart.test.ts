import { describe, expect, test } from 'vitest'
import { REVIVE_GROUP } from '../../../protocol/topicNames'
import { openPop } from './popRig'

const REVIVE_TOPIC = 'rmq_sys_REVIVE_LOG_C'

describe.each(['restart', 'kill'] as const)('over a %s', (how) => {
  test('what is in flight stays invisible, and comes back in its time', async () => {
    const rig = await openPop()
    await rig.send(['a', 'b', 'c'])
    const { messages } = await rig.pop({ invisibleTime: 10_000 })
    await rig.ack(messages[1]!)
    await rig[how]()
    expect(await rig.bodies()).toEqual([])
    await rig.ack(messages[2]!)
    await rig.advance(9_999)
    expect(await rig.bodies()).toEqual([])
    await rig.advance(1)
    expect((await rig.pop()).messages).toMatchObject([{ body: 'a', reconsumeTimes: 1 }])
  })

  test('what was acknowledged does not come again, and what came back is not brought back twice', async () => {
    const rig = await openPop()
    await rig.send(['a', 'b'])
    const { messages } = await rig.pop({ invisibleTime: 1000 })
    await rig.ack(messages[0]!)
    await rig.advance(1000)
    await rig[how]()
    await rig.advance(100_000)
    const back = await rig.pop()
    expect(back.messages.map(({ body }) => body)).toEqual(['b'])
    await rig.ack(...back.messages)
    await rig[how]()
    await rig.advance(100_000)
    expect(await rig.bodies()).toEqual([])
  })

  test('a changed time counts', async () => {
    const rig = await openPop()
    await rig.send(['a'])
    const [a] = (await rig.pop({ invisibleTime: 1000 })).messages
    await rig.advance(500)
    await rig.change(a!, 50_000)
    await rig[how]()
    await rig.advance(49_999)
    expect(await rig.bodies()).toEqual([])
    await rig.advance(1)
    expect(await rig.bodies()).toEqual(['a'])
  })

  test('what was due meanwhile comes at once', async () => {
    const rig = await openPop()
    await rig.send(['a'])
    await rig.pop({ invisibleTime: 10 })
    rig.refuse = () => true
    await rig.advance(10)
    rig.refuse = () => false
    await rig[how]()
    await rig.advance(1)
    expect(await rig.bodies()).toEqual(['a'])
  })
})

test('a power cut that takes the end of the log takes no message with it', async () => {
  const rig = await openPop()
  await rig.send(['a', 'b'])
  await rig.flushed()
  await rig.pop({ invisibleTime: 1000 })
  await rig.offsets.flush()
  // As if the journal and what came back had been lost: only what the offsets say is there.
  rig.registry.renew(REVIVE_TOPIC, rig.store.endOfLog())
  await rig.kill()
  expect(await rig.bodies()).toEqual(['a', 'b'])
})

test('an offset of the journal beyond its end is set right on disk before anything is written there', async () => {
  const rig = await openPop()
  rig.offsets.commit(REVIVE_GROUP, REVIVE_TOPIC, 0, 50)
  await rig.offsets.flush()
  await rig.kill()
  await rig.send(['a'])
  await rig.pop({ invisibleTime: 1000 })
  await rig.kill()
  expect(await rig.bodies()).toEqual([])
  await rig.advance(1000)
  expect(await rig.bodies()).toEqual(['a'])
})

test('a topic that is made anew owes nothing to the one of that name before', async () => {
  const rig = await openPop()
  await rig.send(['old 0', 'old 1'])
  const { messages } = await rig.pop({ invisibleTime: 1000 })
  rig.store.deleteTopic('T')
  rig.registry.renew('T', rig.store.endOfLog())
  await rig.offsets.removeTopic('T')
  await rig.send(['new 0', 'new 1'])
  await rig.kill()
  await rig.ack(messages[0]!)
  expect(await rig.bodies()).toEqual(['new 0', 'new 1'])
  await rig.advance(1000)
  expect(await rig.bodies()).toEqual([])
})

test('a journal that grows behind what still counts is written anew, and stays short', async () => {
  const rig = await openPop(undefined, { maxReplayedRecords: 16 })
  await rig.send(['kept'])
  const kept = await rig.pop({ invisibleTime: 3_600_000 })
  for (let i = 0; i < 100; i++) {
    await rig.send([String(i)])
    await rig.ack(...(await rig.pop()).messages)
  }
  await rig.advance(1000)
  const max = rig.store.getMaxOffsetInQueue(REVIVE_TOPIC, 0)
  const read = rig.offsets.query(REVIVE_GROUP, REVIVE_TOPIC, 0)!
  expect(max - read).toBeLessThanOrEqual(17)
  expect(max).toBeGreaterThan(200)
  await rig.offsets.flush()
  await rig.kill()
  expect(await rig.bodies()).toEqual([])
  await rig.ack(...kept.messages)
  expect(rig.committed()).toBe(101)
})
