import { expect, test } from 'vitest'
import { nodeDisk } from '../base/disk'
import { messageStoreContract } from './messageStore.contract'
import { StoreRig } from './storeRig'

messageStoreContract('fresh', async () => undefined)
messageStoreContract('closed and reopened between steps', (rig) => rig.reopen())
messageStoreContract('killed between steps', (rig) => rig.crash())
messageStoreContract('reading everything from disk', async () => undefined, {
  limits: { arenaChunkBytes: 1, hotTailBytes: 0, openFiles: 2, consumeQueuePages: 2 },
  config: { mappedFileSizeCommitLog: 20_000, mappedFileSizeConsumeQueue: 2_220 }
})
messageStoreContract('of tiny files, killed between steps', (rig) => rig.crash(), {
  config: { mappedFileSizeCommitLog: 3_000, mappedFileSizeConsumeQueue: 100 },
  limits: { openFiles: 3 }
})

test('a store nobody puts into writes nothing', async () => {
  const rig = new StoreRig()
  await rig.open()
  rig.store.deleteTopic('T')
  rig.clock.advance(60_000)
  expect(rig.store.stats).toMatchObject({
    minPhysicalOffset: 0,
    maxPhysicalOffset: 0,
    earliestStoreTimestamp: -1
  })
  await rig.close()
  expect(nodeDisk.exists(rig.folder)).toBe(false)
})
