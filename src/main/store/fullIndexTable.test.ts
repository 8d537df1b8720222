import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { IndexRig, tinyTables } from './indexRig'
import { diskError, faultyDisk, type FaultyDisk } from './storeRig'

describe('a full table', () => {
  let disk: FaultyDisk
  let rig: IndexRig
  beforeEach(async () => {
    disk = faultyDisk()
    rig = new IndexRig({ ...tinyTables, disk })
    await rig.open()
  })
  afterEach(() => rig.dispose())
  const fault = (hit: (operation: string) => void): void => {
    disk.fault = (operation, path) => {
      if (path.includes('index')) hit(operation)
    }
  }
  /** Eight messages of three keys each, in one turn: three full tables of six keys, and one more. */
  const putEight = (): Promise<unknown> =>
    Promise.all(Array.from({ length: 8 }, (_, i) => rig.put('T', `${i}`, `k${i} all x`)))
  const expectEight = async (): Promise<void> => {
    for (let i = 0; i < 8; i++) expect(await rig.ask(`k${i}`)).toEqual([`${i}`])
  }

  test('is not written in the turn of the put that filled it', async () => {
    let writes = 0
    fault((operation) => (writes += operation === 'writev' ? 1 : 0))
    for (let i = 0; i < 2; i++) void rig.put('T', `${i}`, 'a b c d')
    // Commits what waits, in this turn.
    rig.store.deleteTopic('U')
    expect(writes).toBe(0)
    expect(await rig.ask('a')).toEqual(['1', '0'])
    await rig.close()
    expect(writes).toBeGreaterThan(0)
    expect(rig.indexFiles()).toHaveLength(2)
  })

  test('is found while it waits, written at once when two wait already, and in its file after a close', async () => {
    const opened: string[] = []
    fault((operation) => operation === 'open' && opened.push(operation))
    void putEight()
    rig.store.deleteTopic('U')
    // Three are full: two wait.
    expect(opened).toHaveLength(1)
    await expectEight()
    await rig.close()
    expect(rig.indexFiles()).toHaveLength(4)
    await rig.open()
    await expectEight()
  })

  test('whose background write fails midway is made anew by the next start', async () => {
    let writes = 0
    fault((operation) => {
      if (operation === 'writev' && ++writes === 2) throw diskError('ENOSPC')
    })
    await rig.put('T', '0', 'a b c d')
    await rig.put('T', '1', 'e f g h')
    await rig.close()
    expect(rig.indexFiles()).toHaveLength(2)
    fault(() => undefined)
    await rig.open()
    expect([...(await rig.ask('a')), ...(await rig.ask('e'))]).toEqual(['0', '1'])
  })

  test('whose write a kill cut short at any piece is made anew', async () => {
    for (const pieces of [0, 1, 2]) {
      let writes = 0
      const reached = new Promise<void>((resolve) =>
        fault((operation) => {
          if (operation !== 'writev' || ++writes <= pieces) return
          resolve()
          throw diskError('EIO')
        })
      )
      await rig.put('T', `${pieces}`, 'a b c d')
      await rig.put('T', 'next', 'e')
      await reached
      fault(() => undefined)
      await rig.crash()
      expect(await rig.ask('a')).toHaveLength(pieces + 1)
    }
  })
})
