import { messageStoreContract } from './messageStore.contract'

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
