import * as fs from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MessageSysFlag } from '../protocol/message/sysFlag'
import { javaHashCode } from '../protocol/message/tagsCode'
import { IndexRig, keyed, tinyTables } from './indexRig'
import { diskError, faultyDisk, flipBit, message, type RigOptions } from './storeRig'

let rig: IndexRig

const begin = async (options: RigOptions = {}): Promise<void> => {
  rig = new IndexRig(options)
  await rig.open()
}
beforeEach(() => begin())
afterEach(() => rig.dispose())

const putTwenty = async (): Promise<void> => {
  for (let i = 0; i < 20; i++)
    await rig.put('T', `${i}`, `k${i} all ${i % 2 === 0 ? 'even' : 'odd'}`)
}
const expectTwenty = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) expect(await rig.ask(`k${i}`)).toEqual([`${i}`])
  expect(await rig.ask('all')).toEqual(Array.from({ length: 20 }, (_, i) => `${19 - i}`))
  expect(await rig.ask('even', { maxNum: 3 })).toEqual(['18', '16', '14'])
}

describe('a message', () => {
  test('is found by its unique id and by every word of its keys, in its own topic only', async () => {
    await rig.store.putMessage(message('T', 'hello', keyed('a  b 订单', 'ID7')))
    for (const key of ['a', 'b', '订单', 'ID7']) {
      expect(await rig.ask(key)).toEqual(['hello'])
      expect(await rig.ask(key, {}, 'U')).toEqual([])
    }
    for (const key of ['', 'a b', 'A', 'ID']) expect(await rig.ask(key)).toEqual([])
  })

  test('with the same key twice comes once', async () => {
    await rig.store.putMessage(message('T', 'hello', keyed('a a ID7', 'ID7')))
    expect(await rig.ask('a')).toEqual(['hello'])
    expect(await rig.ask('ID7')).toEqual(['hello'])
  })

  test('that was rolled back is not found, neither now nor by an index made anew', async () => {
    const sysFlag = MessageSysFlag.TRANSACTION_ROLLBACK_TYPE
    await rig.put('T', 'kept', 'a')
    await rig.put('T', 'gone', 'a', { sysFlag })
    expect(await rig.ask('a')).toEqual(['kept'])
    await rig.crash()
    expect(await rig.ask('a')).toEqual(['kept'])
  })

  test('whose key has the same hash as another is told apart', async () => {
    expect(javaHashCode('T#Aa')).toBe(javaHashCode('T#BB'))
    await rig.put('T', 'one', 'Aa')
    await rig.put('T', 'two', 'BB')
    expect(await rig.ask('Aa')).toEqual(['one'])
    expect(await rig.ask('BB')).toEqual(['two'])
  })

  test('that came while messageIndexEnable was false is not found', async () => {
    await rig.put('T', 'before', 'a')
    rig.config.messageIndexEnable = false
    await rig.put('T', 'meanwhile', 'a')
    rig.config.messageIndexEnable = true
    await rig.put('T', 'after', 'a')
    expect(await rig.ask('a')).toEqual(['after', 'before'])
  })

  test('of a deleted topic does not come back with a topic of the same name', async () => {
    await rig.put('T', 'old', 'a')
    rig.store.deleteTopic('T')
    expect(await rig.ask('a')).toEqual([])
    rig.registry.renew('T', rig.store.stats.maxPhysicalOffset)
    await rig.put('T', 'new', 'a')
    expect(await rig.ask('a')).toEqual(['new'])
    await rig.reopen()
    expect(await rig.ask('a')).toEqual(['new'])
    await rig.crash()
    expect(await rig.ask('a')).toEqual(['new'])
  })
})

describe('a query', () => {
  test('gives no message from outside its times, both ends included', async () => {
    await rig.dispose()
    await begin(tinyTables)
    const times: number[] = []
    for (let i = 0; i < 12; i++) {
      times.push((await rig.put('T', `${i}`, 'a')).storeTimestamp)
      rig.clock.advance(700)
    }
    for (const [from, to] of [
      [0, 11],
      [3, 5],
      [7, 7],
      [0, 2],
      [10, 11]
    ] as const)
      // prettier-ignore
      expect(
        await rig.ask('a', { beginTimestamp: times[from]!, endTimestamp: times[to]! })
      ).toEqual(Array.from({ length: to - from + 1 }, (_, i) => `${to - i}`))
    expect(
      await rig.ask('a', { beginTimestamp: times[3]! + 1, endTimestamp: times[4]! - 1 })
    ).toEqual([])
    expect(await rig.ask('a', { beginTimestamp: times[11]! + 1 })).toEqual([])
    expect(await rig.ask('a', { endTimestamp: times[0]! - 1 })).toEqual([])
  })

  test('gives at most maxNum, the limit of messages, and that of bytes but one message at least', async () => {
    await rig.dispose()
    await begin({ limits: { queryMaxNum: 3, queryMaxBytes: 1_000 } })
    for (let i = 0; i < 5; i++) await rig.put('T', `${i}`, 'a')
    expect(await rig.ask('a', { maxNum: 2 })).toEqual(['4', '3'])
    expect(await rig.ask('a', { maxNum: 2 ** 31 - 1 })).toEqual(['4', '3', '2'])
    for (const maxNum of [0, -1]) expect(await rig.ask('a', { maxNum })).toEqual([])
    for (const letter of ['x', 'y']) await rig.put('T', letter.repeat(2_000), 'a')
    expect(await rig.ask('a')).toEqual(['y'.repeat(2_000)])
  })

  test('says how far the index is', async () => {
    const query = { topic: 'T', key: 'a', maxNum: 1, beginTimestamp: 0, endTimestamp: 0 }
    const before = { messages: [], indexLastUpdateTimestamp: 0, indexLastUpdatePhyoffset: 0 }
    expect(await rig.store.queryMessage(query)).toEqual(before)
    const { physicalOffsets, storeTimestamp } = await rig.put('T', 'x', 'a')
    await rig.put('T', 'no keys', '')
    for (const between of [() => undefined, () => rig.reopen(), () => rig.crash()]) {
      await between()
      expect(await rig.store.queryMessage(query)).toMatchObject({
        indexLastUpdateTimestamp: storeTimestamp,
        indexLastUpdatePhyoffset: physicalOffsets[0]
      })
    }
  })
})

describe('an index of many tables', () => {
  beforeEach(async () => {
    await rig.dispose()
    await begin(tinyTables)
    await putTwenty()
  })

  test('finds everything, newest first, also closed and killed', async () => {
    expect(rig.indexFiles().length).toBeGreaterThan(5)
    await expectTwenty()
    await rig.reopen()
    await expectTwenty()
    await rig.crash()
    await expectTwenty()
  })

  test.each(['header', 'body', 'cut', 'emptied', 'deleted'] as const)(
    'makes each file anew that was damaged: %s',
    async (damage) => {
      await rig.close()
      const files = rig.indexFiles()
      const whole = new Map(files.map((path) => [path, fs.readFileSync(path)]))
      for (const path of files) {
        const size = fs.statSync(path).size
        if (damage === 'header') flipBit(path, 30)
        else if (damage === 'body') flipBit(path, size - 10)
        else if (damage === 'deleted') fs.rmSync(path)
        else fs.truncateSync(path, damage === 'cut' ? size - 1 : 0)
        await rig.open()
        await expectTwenty()
        await rig.close()
        expect(fs.existsSync(path)).toBe(true)
      }
      const again = new Map(rig.indexFiles().map((path) => [path, fs.readFileSync(path)]))
      expect([...again.keys()]).toEqual([...whole.keys()])
    }
  )

  test('is made anew when the folder is gone, and when it is of another log', async () => {
    await rig.close()
    fs.rmSync(`${rig.folder}/index`, { recursive: true })
    await rig.open()
    await expectTwenty()
    await rig.close()
    const last = rig.segments().at(-1)!
    fs.truncateSync(last, fs.statSync(last).size - 1)
    await rig.open()
    expect(await rig.ask('k19')).toEqual([])
    await rig.put('T', 'another', 'k21')
    expect(await rig.ask('all', { maxNum: 2 })).toEqual(['18', '17'])
    expect(await rig.ask('k21')).toEqual(['another'])
  })

  test('fills at the next start what was left out while it was off', async () => {
    await rig.close()
    for (const path of rig.indexFiles()) fs.rmSync(path)
    rig.config.messageIndexEnable = false
    await rig.open()
    expect(await rig.ask('k3')).toEqual([])
    await rig.close()
    rig.config.messageIndexEnable = true
    await rig.open()
    await expectTwenty()
  })
})

test('goes on in the table a close left unfinished', async () => {
  for (let i = 0; i < 5; i++) {
    await rig.put('T', `${i}`, 'a')
    await rig.reopen()
    expect(rig.indexFiles()).toHaveLength(1)
  }
  expect(await rig.ask('a')).toEqual(['4', '3', '2', '1', '0'])
})

test('a table of many keys grows, and its long chains are followed in memory and in its file', async () => {
  await rig.dispose()
  await begin({ limits: { indexEntries: 3_000 } })
  const times: number[] = []
  for (let i = 0; i < 2_000; i++) {
    times.push((await rig.put('T', `${i}`, `k${i} all`)).storeTimestamp)
    rig.clock.advance(1_000)
  }
  for (const between of [() => undefined, () => rig.reopen()]) {
    await between()
    expect(rig.indexFiles()).not.toEqual([])
    for (let i = 0; i < 2_000; i += 7) expect(await rig.ask(`k${i}`)).toEqual([`${i}`])
    for (const end of [2, 1_400, 1_700])
      expect(await rig.ask('all', { maxNum: 3, endTimestamp: times[end]! })).toEqual([
        `${end}`,
        `${end - 1}`,
        `${end - 2}`
      ])
  }
})

test('the files as a kill leaves them at any moment serve everything that was acknowledged', async () => {
  await rig.dispose()
  await begin(tinyTables)
  const copy = `${rig.folder}-copy`
  for (let i = 0; i < 20; i++) {
    await rig.put('T', `${i}`, `k${i}`)
    if (i % 3 > 0) continue
    fs.rmSync(copy, { recursive: true, force: true })
    fs.cpSync(rig.folder, copy, { recursive: true })
    const other = new IndexRig(tinyTables)
    fs.cpSync(copy, other.folder, { recursive: true })
    const mine = rig
    rig = other
    await rig.open()
    for (let k = 0; k <= i; k++) expect(await rig.ask(`k${k}`)).toEqual([`${k}`])
    await rig.dispose()
    rig = mine
  }
  fs.rmSync(copy, { recursive: true })
})

test('an index file that cannot be written costs no message, and the next start has its keys', async () => {
  await rig.dispose()
  const disk = faultyDisk()
  await begin({ ...tinyTables, disk })
  disk.fault = (operation, path) => {
    if (operation === 'writev' && path.includes('index')) throw diskError('ENOSPC')
  }
  await putTwenty()
  expect(rig.store.stats.notWriteable).toBeUndefined()
  expect(await rig.ask('k0')).toEqual([])
  expect(await rig.ask('k19')).toEqual(['19'])
  disk.fault = () => undefined
  await rig.reopen()
  await expectTwenty()
})

test('an index that cannot be read stops no start, and is whole after the next', async () => {
  await rig.dispose()
  const disk = faultyDisk()
  await begin({ ...tinyTables, disk })
  await putTwenty()
  await rig.close()
  fs.mkdirSync(`${rig.folder}/index/not one of ours`)
  fs.rmSync(rig.indexFiles()[2]!)
  disk.fault = (operation, path) => {
    if (operation === 'read' && path === rig.segments()[1]) throw diskError('EIO')
  }
  disk.readFile = (path) => {
    if (path.includes('index')) throw diskError('EIO')
    return fs.readFileSync(path)
  }
  await rig.open()
  await rig.put('T', '20', 'later')
  expect(await rig.ask('later')).toEqual(['20'])
  expect(await rig.ask('k0')).toEqual([])
  disk.fault = () => undefined
  disk.readFile = (path) => fs.readFileSync(path)
  await rig.reopen()
  expect(await rig.ask('k0')).toEqual(['0'])
  expect(await rig.ask('all', { maxNum: 1 })).toEqual(['19'])
  expect(rig.indexFiles().some((path) => path.includes('not one'))).toBe(false)
})
