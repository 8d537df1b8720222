import { crc32 } from 'node:zlib'
import { expect, test } from 'vitest'
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from './checkpoint'

const checkpoint: Checkpoint = {
  physicalOffset: 5_000_000_000,
  storeTimestamp: 1_700_000_000_000,
  queues: ['T', '__proto__', 'a|b\n"\u2028主题'].flatMap((topic, topicId) =>
    [0, 7].map((queueId) => ({
      ...{ topic, topicId, queueId, minOffset: 3, maxOffset: 300_005 },
      files: [
        { base: 0, entries: 300_000, crc: 0xffff_ffff },
        { base: 300_000, entries: 5, crc: 0 }
      ]
    }))
  )
}

test('a checkpoint comes back as it was', () => {
  expect(decodeCheckpoint(Buffer.from(encodeCheckpoint(checkpoint)))).toEqual({
    ...checkpoint,
    version: 2
  })
})

test('a checkpoint with any byte changed or lost is damaged', () => {
  const bytes = Buffer.from(encodeCheckpoint(checkpoint))
  for (let i = 0; i < bytes.length; i++) {
    const changed = Buffer.from(bytes)
    changed[i] = changed[i]! ^ 1
    // The last byte is the line's end, behind all that is said.
    if (i < bytes.length - 1) expect(decodeCheckpoint(changed)).toBe('damaged')
    if (i < bytes.length - 1) expect(decodeCheckpoint(bytes.subarray(0, i))).toBe('damaged')
  }
})

test('a checkpoint of a newer version is refused', () => {
  const text = JSON.stringify({ version: 3 })
  const crc = crc32(text).toString(16).padStart(8, '0')
  expect(() => decodeCheckpoint(Buffer.from(`${text}\n${crc}\n`))).toThrow(/newer Gantry/)
})
