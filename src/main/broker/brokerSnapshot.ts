/** A broker's folder as it is in one turn, written elsewhere while the broker goes on: messages, and what is known of them. */
import { join } from 'node:path'
import type { CopyWatch } from '../base/copyBytes'
import type { Disk } from '../base/disk'
import type { BrokerMeta } from '../meta/brokerMeta'
import type { Unwritten } from '../meta/openAll'
import { writeContents } from '../meta/writeContents'
import type { MessageStore } from '../store/messageStore'
import type { CopiedStore } from '../store/storeSnapshot'
import type { ConsumerOffsetManager } from './consumerOffsetManager'
import type { BrokerFeature } from './features/feature'

interface Deps {
  disk: Disk
  store: Pick<MessageStore, 'snapshot'>
  meta: Pick<BrokerMeta, 'contents'>
  offsets: Pick<ConsumerOffsetManager, 'unwritten'>
  features: readonly Pick<BrokerFeature, 'unwritten'>[]
}

/** @param target a folder that is not there, on the same disk. @throws the disk's error, or what `watch.check` throws. */
export const snapshotBroker = async (
  { disk, store, meta, offsets, features }: Deps,
  target: string,
  watch: CopyWatch
): Promise<CopiedStore> => {
  let contents: ReturnType<BrokerMeta['contents']> = []
  disk.mkdirp(target)
  const copied = await store.snapshot(join(target, 'store'), watch, () => {
    let unwritten: Unwritten = { consumerOffsets: offsets.unwritten() }
    for (const feature of features) unwritten = { ...unwritten, ...feature.unwritten?.() }
    contents = meta.contents(unwritten)
  })
  const files = await writeContents(disk, join(target, 'meta'), contents)
  return {
    files: [
      ...copied.files.map((file) => ({ ...file, path: `store/${file.path}` })),
      ...files.map(({ path, bytes }) => ({ path: `meta/${path}`, bytes, isLinked: false }))
    ],
    derivedBytes: copied.derivedBytes
  }
}
