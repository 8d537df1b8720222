import { describe, expect, test } from 'vitest'
import type { DiskOperation, PlayedFault } from '../faults/simulatedDisk'
import { runFaultScript, type FaultPlan } from './faultScript'

const isThorough = process.env['GANTRY_TORTURE'] === 'full'
/** Of the calls of the script each n-th is failed, unless all are asked for. */
const EACH = isThorough ? 1 : 7

/** How each operation may fail. */
const FAULTS: Record<DiskOperation, PlayedFault[]> = {
  list: [{ code: 'EACCES' }, { code: 'EIO' }],
  size: [{ code: 'EIO' }],
  readFile: [{ code: 'EIO' }, { code: 'EACCES' }],
  open: [{ code: 'EMFILE' }, { code: 'EACCES' }, { code: 'ENOENT' }],
  create: [{ code: 'ENOSPC' }, { code: 'EMFILE' }, { code: 'EACCES' }],
  read: [{ code: 'EIO' }],
  writev: [{ code: 'ENOSPC' }, { code: 'EIO' }, { code: 'ENOSPC', bytes: 1 }, { code: 'EIO', bytes: 200 }], // prettier-ignore
  datasync: [{ code: 'EIO' }, { code: 'ENOSPC' }],
  truncate: [{ code: 'EIO' }],
  rename: [{ code: 'EACCES' }, { code: 'ENOSPC' }],
  remove: [{ code: 'EACCES' }],
  mkdir: [{ code: 'ENOSPC' }, { code: 'EACCES' }],
  syncFolder: [{ code: 'EIO' }]
}

const healthy = (flushDiskType: FaultPlan['flushDiskType']): FaultPlan => ({
  ...{ flushDiskType, fault: () => undefined, end: 'kill' }
})

const endings = [
  ['once', 'kill'],
  ['once', 'power cut'],
  ['from then on', 'kill'],
  ['together with truncate and remove', 'kill']
] as const

describe.each(['SYNC_FLUSH', 'ASYNC_FLUSH'] as const)('%s', (flushDiskType) => {
  // Without a flush an acknowledgement does not promise to survive a power cut.
  const own = endings.filter(([, end]) => end === 'kill' || flushDiskType === 'SYNC_FLUSH')

  test('the script on a healthy disk acknowledges everything', async () => {
    const { violations, refused, acknowledged } = await runFaultScript(healthy(flushDiskType))
    expect(violations).toEqual([])
    expect({ refused, acknowledged }).toEqual({ refused: 0, acknowledged: 37 })
  })

  test.each(own)('each call failing %s, then a %s', async (how, end) => {
    const { calls } = await runFaultScript(healthy(flushDiskType))
    const failed: string[] = []
    const total = { runs: 0, acknowledged: 0, refused: 0, failedStarts: 0 }
    for (let n = how.length % EACH; n < calls.length; n += EACH) {
      const { operation, path } = calls[n]!
      for (const played of FAULTS[operation]) {
        const fault: FaultPlan['fault'] = (call, index) => {
          if (index < n) return undefined
          if (how === 'once') return index === n ? played : undefined
          if (call.operation === operation) return played
          const isUndo = call.operation === 'truncate' || call.operation === 'remove'
          return how === 'together with truncate and remove' && isUndo ? { code: 'EIO' } : undefined
        }
        const verdict = await runFaultScript({ flushDiskType, fault, end })
        total.runs++
        total.acknowledged += verdict.acknowledged
        total.refused += verdict.refused
        total.failedStarts += verdict.failedStarts
        if (verdict.violations.length > 0)
          failed.push(
            `call ${n} ${operation} ${path} ${JSON.stringify(played)}: ${verdict.violations.slice(0, 2).join('; ')}`
          )
      }
    }
    process.stdout.write(`${flushDiskType}, ${how}, ${end}: ${JSON.stringify(total)}\n`)
    expect(failed.slice(0, 10)).toEqual([])
    expect(total.refused).toBeGreaterThan(0)
  })
})
