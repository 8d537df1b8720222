import { beforeEach, describe, expect, test } from 'vitest'
import type { DeletedTopicDoc, KvDoc, TopicConfigDoc } from '../meta/brokerMeta'
import { MetaFullError } from '../meta/errors'
import { ResponseCode } from '../protocol/codes/responseCode'
import { MemoryCollection } from './brokerFakes'
import { plainTopicConfig, TopicTable } from './topicTable'

let meta: {
  topics: MemoryCollection<TopicConfigDoc>
  deletedTopics: MemoryCollection<DeletedTopicDoc>
  kv: MemoryCollection<KvDoc>
}
let adopted: [string, number][]
let logEnd: number

beforeEach(() => {
  meta = {
    topics: new MemoryCollection(),
    deletedTopics: new MemoryCollection(),
    kv: new MemoryCollection()
  }
  adopted = []
  logEnd = 1000
})

const newTable = (): TopicTable =>
  new TopicTable({ meta, onAdopted: (...args) => adopted.push(args) })

/** A table as a broker has it once its store is open. */
const opened = async (logBegin = 0): Promise<TopicTable> => {
  const table = newTable()
  await table.finishDeletions()
  await table.endRecovery(() => logEnd, logBegin)
  return table
}

describe('a topic', () => {
  test('begins at the end of the log and keeps its folder when it changes', async () => {
    const table = await opened()
    await table.put(plainTopicConfig('T', 4))
    const place = table.resolve('T', 0)
    expect(place).toMatchObject({ sinceOffset: 1000 })
    logEnd = 2000
    await table.put(plainTopicConfig('T', 8))
    expect(table.resolve('T', 0)).toEqual(place)
    expect(table.get('T')?.writeQueueNums).toBe(8)
  })

  test('is not there before it is on disk, and not at all when it did not get there', async () => {
    const table = await opened()
    const creating = table.create(plainTopicConfig('T', 4))
    expect(table.get('T')).toBeUndefined()
    await creating
    expect(table.get('T')).toBeDefined()
    meta.topics.failure = new Error('disk full')
    await expect(table.create(plainTopicConfig('U', 4))).rejects.toThrow('disk full')
    expect(table.get('U')).toBeUndefined()
  })

  test('beyond the limit of topics is refused with a remark for a person', async () => {
    const table = await opened()
    meta.topics.failure = new MetaFullError('/data/topics.db', 50_000)
    await expect(table.put(plainTopicConfig('T', 4))).rejects.toMatchObject({
      code: ResponseCode.SYSTEM_ERROR,
      remark: expect.stringMatching(/T was not created.*50000 topics/) as string
    })
  })

  test('asked for twice at once is made once', async () => {
    const table = await opened()
    const [one, two] = [plainTopicConfig('T', 1), plainTopicConfig('T', 2)]
    const made = await Promise.all([table.create(one), table.create(two)])
    expect(made).toEqual([one, one])
    expect(meta.topics.writes).toBe(1)
  })
})

describe('a deleted topic', () => {
  test('ends behind what was sent to it in the turn of its deletion', async () => {
    const table = await opened()
    await table.put(plainTopicConfig('T', 4))
    const removal = table.remove('T')
    logEnd = 1_200
    await removal
    expect(meta.deletedTopics.get('T')).toMatchObject({ untilOffset: 1_200 })
  })

  test('gets another folder and another beginning when it is made again, also at once', async () => {
    const table = await opened()
    await table.put(plainTopicConfig('T', 4))
    const before = table.resolve('T', 0)
    logEnd = 5000
    const removing = table.remove('T')
    expect(table.get('T')).toBeUndefined()
    await Promise.all([removing, table.create(plainTopicConfig('T', 2))])
    expect(table.get('T')?.writeQueueNums).toBe(2)
    const after = table.resolve('T', 0)
    expect(after?.id).not.toBe(before?.id)
    expect(after?.sinceOffset).toBe(5000)
  })

  test('stays deleted when the crash came between the two writes', async () => {
    const first = await opened()
    await first.put(plainTopicConfig('T', 4))
    const doc = meta.topics.get('T')!
    logEnd = 5000
    await first.remove('T')
    await meta.topics.put('T', doc)
    const second = await opened()
    expect(second.get('T')).toBeUndefined()
    expect(meta.topics.get('T')).toBeUndefined()
  })

  test('that never had a message stays deleted too when the crash came in between', async () => {
    const first = await opened()
    await first.put(plainTopicConfig('T', 4))
    const doc = meta.topics.get('T')!
    await first.remove('T')
    await meta.topics.put('T', doc)
    logEnd = 600
    const second = await opened()
    expect(second.get('T')).toBeUndefined()
    await second.put(plainTopicConfig('T', 4))
    expect(second.wasDeleted('T', second.resolve('T', 0)!.id)).toBe(false)
    expect((await opened()).get('T')).toBeDefined()
  })

  test('is gone once its deletion is kept, even when its settings cannot be removed', async () => {
    const table = await opened()
    await table.put(plainTopicConfig('T', 4))
    meta.topics.failure = new Error('disk full')
    expect(await table.remove('T')).toBe(true)
    expect(table.get('T')).toBeUndefined()
    meta.topics.failure = undefined
    const next = await opened()
    expect(next.get('T')).toBeUndefined()
    expect(meta.topics.get('T')).toBeUndefined()
  })

  test('is there again when it could not be deleted', async () => {
    const table = await opened()
    await table.put(plainTopicConfig('T', 4))
    meta.deletedTopics.failure = new Error('disk full')
    await expect(table.remove('T')).rejects.toThrow('disk full')
    expect(table.get('T')).toBeDefined()
  })

  test('is remembered only while the log has records of it, its number for ever', async () => {
    const first = await opened()
    await first.put(plainTopicConfig('T', 4))
    const id = first.resolve('T', 0)!.id
    await first.remove('T')
    await opened(999)
    expect(meta.deletedTopics.size).toBe(1)
    const second = await opened(1000)
    expect(meta.deletedTopics.size).toBe(0)
    await second.put(plainTopicConfig('U', 4))
    expect(second.resolve('U', 0)!.id).toBeGreaterThan(id)
  })
})

describe('recovery', () => {
  test('does not bring a deleted topic back for a record that lies before its deletion', async () => {
    const before = await opened()
    await before.put(plainTopicConfig('T', 4))
    await before.remove('T')
    const table = newTable()
    expect(table.resolve('T', 0, logEnd - 1)).toBeUndefined()
    expect(table.resolve('T', 0, logEnd)).toMatchObject({ sinceOffset: logEnd })
  })

  test('adopts a topic nobody knows, with as many queues as its messages name', async () => {
    const table = newTable()
    const place = table.resolve('T', 2)
    expect(table.resolve('T', 1)).toEqual(place)
    expect(table.resolve('T', 5)).toEqual(place)
    await table.endRecovery(() => logEnd, 0)
    expect(adopted).toEqual([['T', 6]])
    expect(table.get('T')).toMatchObject({ readQueueNums: 6, writeQueueNums: 6, perm: 6 })
    expect(table.resolve('T', 0)).toEqual(place)
  })

  test('does not adopt what lies before a deletion', async () => {
    await meta.deletedTopics.put('T', { topicName: 'T', topicId: 9, untilOffset: 700 })
    const table = newTable()
    expect(table.resolve('T', 0, 699)).toBeUndefined()
    expect(table.resolve('T', 0, 700)).toMatchObject({ sinceOffset: 700 })
  })

  test('leaves a deleted topic deleted', async () => {
    await meta.deletedTopics.put('T', { topicName: 'T', topicId: 9, untilOffset: 700 })
    const table = newTable()
    expect(table.resolve('T', 0, 100)).toBeUndefined()
    await table.endRecovery(() => logEnd, 0)
    expect(adopted).toEqual([])
    expect(table.get('T')).toBeUndefined()
  })

  test('is over when it is over', async () => {
    const table = await opened()
    expect(table.resolve('T', 0)).toBeUndefined()
  })
})

describe('after the log lost its end', () => {
  test('a topic begins where the log ends, so that what comes now is found again', async () => {
    const before = await opened()
    await before.put(plainTopicConfig('T', 4))
    await before.put(plainTopicConfig('U', 4))
    await before.remove('U')
    logEnd = 600
    const table = await opened()
    expect(table.resolve('T', 0)).toMatchObject({ sinceOffset: 600 })
    expect(meta.deletedTopics.get('U')).toMatchObject({ untilOffset: 600 })
  })

  test('a topic made again after its deletion is still not taken for one half deleted', async () => {
    const before = await opened()
    await before.put(plainTopicConfig('T', 4))
    await before.remove('T')
    await before.put(plainTopicConfig('T', 4))
    logEnd = 600
    await opened()
    expect((await opened()).get('T')).toBeDefined()
  })
})

describe('on a slave, whose log brings topics before its master tells of them', () => {
  const ofSlave = async (): Promise<{ table: TopicTable; arrived: string[] }> => {
    const arrived: string[] = []
    const table = new TopicTable({
      meta,
      onAdopted: (...args) => adopted.push(args),
      onArrived: (topic) => arrived.push(topic)
    })
    await table.endRecovery(() => logEnd, 0)
    return { table, arrived }
  }

  test('an unknown topic gets a folder at once, keeps it, and is told', async () => {
    const { table, arrived } = await ofSlave()
    const place = table.resolve('T', 2, 500)
    expect(place?.sinceOffset).toBe(0)
    await table.put(plainTopicConfig('T', 8))
    expect(table.resolve('T', 7, 600)).toEqual(place)
    expect(table.get('T')?.writeQueueNums).toBe(8)
    expect([arrived, adopted]).toEqual([['T'], []])
  })

  test('it keeps its folder also when its settings come while the topic of that name is being deleted', async () => {
    const { table } = await ofSlave()
    await table.put(plainTopicConfig('T', 4))
    const removing = table.remove('T')
    const creating = table.create(plainTopicConfig('T', 8))
    await removing
    const place = table.resolve('T', 0, 2000)
    await creating
    expect(table.resolve('T', 0, 2000)).toEqual(place)
  })

  test('records of before its deletion are nobody’s', async () => {
    const { table } = await ofSlave()
    await table.put(plainTopicConfig('T', 4))
    await table.drop('T')
    expect(table.resolve('T', 0, 999)).toBeUndefined()
    expect(table.resolve('T', 0, 1000)).toMatchObject({ sinceOffset: 1000 })
  })

  test('what comes once it is dropped is of a new topic, also before that is kept', async () => {
    const { table } = await ofSlave()
    await table.put(plainTopicConfig('T', 4))
    const before = table.idOf('T')
    const dropping = table.drop('T')
    expect([table.get('T'), table.idOf('T')]).toEqual([undefined, undefined])
    const place = table.resolve('T', 0, 1000)
    await dropping
    expect(place?.id).not.toBe(before)
    expect(table.resolve('T', 0, 1000)).toEqual(place)
    expect(table.drop('U')).toBeUndefined()
  })

  test('a topic made anew at the master has another folder, also after a start', async () => {
    const { table } = await ofSlave()
    await table.put(plainTopicConfig('T', 4))
    const before = table.idOf('T')
    table.renew('T', 1500)
    const place = table.resolve('T', 0, 1500)
    expect(place).toEqual({ id: table.idOf('T'), sinceOffset: 1500 })
    expect(place?.id).not.toBe(before)
    expect(table.wasDeleted('T', before!)).toBe(true)
    logEnd = 2000
    const { table: again } = await ofSlave()
    expect(again.resolve('T', 0, 1500)).toEqual(place)
  })

  test('when the log is cut back, what comes from there on counts', async () => {
    const { table } = await ofSlave()
    await table.put(plainTopicConfig('T', 4))
    await table.cutBack(700)
    expect(table.resolve('T', 0, 700)).toMatchObject({ sinceOffset: 700 })
  })
})
