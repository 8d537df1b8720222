import { afterEach, expect, test } from 'vitest'
import { nodeDisk, type Disk } from '../base/disk'
import { diskError, numbers, putNumbers, readAll, StoreRig } from './storeRig'

let rig: StoreRig
afterEach(() => rig.dispose())

test('a look at the space that fails ends nothing', async () => {
  let isFailing = false
  const disk: Disk = {
    ...nodeDisk,
    list: (path) => {
      if (isFailing) throw diskError('EIO')
      return nodeDisk.list(path)
    }
  }
  rig = new StoreRig({ disk })
  await rig.open()
  isFailing = true
  expect(() => rig.clock.advance(rig.config.cleanResourceInterval * 3)).not.toThrow()
  isFailing = false
  await putNumbers(rig.store, 'T', 0, 3)
  expect(await readAll(rig.store, 'T')).toEqual(numbers('T', 0, 3))
})
