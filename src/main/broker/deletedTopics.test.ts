import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { silentLog } from '../base/log'
import { openBrokerMeta } from '../meta/brokerMeta'
import { MetaTestbed } from '../meta/metaTestbed'
import { readDeletedTopics } from './deletedTopics'

const bed = new MetaTestbed()
afterEach(() => bed.dispose())

test("deleted topics are read from the broker's file, and only from a sound one", async () => {
  const { disk, clock, folder } = bed
  const store = join(folder, 'store')
  expect(readDeletedTopics(disk, store)).toEqual([])
  const meta = await openBrokerMeta({
    ...{ disk, clock, log: silentLog, folder: join(folder, 'meta') },
    onReport: () => undefined
  })
  const gone = { topicName: '__proto__', topicId: 3, untilOffset: 5_000_000_000 }
  await meta.deletedTopics.put('__proto__', gone)
  await meta.deletedTopics.put('back', { topicName: 'back', topicId: 4, untilOffset: 1 })
  await meta.deletedTopics.remove('back')
  await meta.close()
  expect(readDeletedTopics(disk, store)).toEqual([
    { topic: '__proto__', topicId: 3, untilOffset: 5_000_000_000 }
  ])
  appendFileSync(join(folder, 'meta', 'deletedTopics.db'), 'torn')
  expect(readDeletedTopics(disk, store)).toEqual([])
})
