/** What a broker's metadata says of deleted topics, read without NeDB, whose loader rewrites the file. */
import { join } from 'node:path'
import type { Disk } from '../base/disk'
import { isKeyId } from '../meta/document'
import { verifyContent } from '../meta/verify'
import type { DeletedTopic } from '../store/inspect/deletedTopic'

/** Of the broker whose store lies in `storeFolder`; none where the file is absent or not whole: nothing is excused then. */
export const readDeletedTopics = (disk: Disk, storeFolder: string): DeletedTopic[] => {
  const path = join(storeFolder, '..', 'meta', 'deletedTopics.db')
  if (!disk.exists(path)) return []
  const { documents, badLines, tornTail } = verifyContent(disk.readFile(path))
  if (badLines.length > 0 || tornTail !== undefined) return []
  return [...documents].flatMap(([id, value]) => {
    if (!isKeyId(id)) return []
    const { topicName: topic, topicId, untilOffset } = value as Partial<Record<string, unknown>>
    return typeof topic === 'string' &&
      typeof topicId === 'number' &&
      typeof untilOffset === 'number'
      ? [{ topic, topicId, untilOffset }]
      : []
  })
}
