import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { ConsoleSocket } from '../../../cluster/headless/consoleSocket'
import type { Driver } from '../driver'
import { stockServer } from '../lines'
import { bodies, numbered, of } from './rows'
import { type GrpcRig, startGrpcRig } from './rig'

const COUNT = 2000

// Only Gantry's window can kill one node and start it again.
describe.skipIf(inject('hindrance') || stockServer())('the proxy goes away under load', () => {
  let rig: GrpcRig
  let window: ConsoleSocket
  let driver: Driver

  beforeAll(async () => {
    rig = await startGrpcRig()
    window = await ConsoleSocket.open(rig.cluster.console!)
    await rig.topic('java_load')
    await rig.group('java_loadReaders')
    driver = rig.drive({ prefix: 'java', scenarios: ['load'] })
  })

  afterAll(() => rig?.stop())

  const sent = (rows: Parameters<typeof of>[0]) => of(rows, 'sent').length

  test('a producer and a consumer go on by themselves, and nothing is lost', async () => {
    for (const after of [300, 900]) {
      await driver.heard('load', (rows) => sent(rows) >= after)
      await window.call('node.kill', { id: 'proxy' })
      await window.call('node.start', { id: 'proxy' })
    }
    const rows = await driver.rows('load')
    expect(bodies(of(rows, 'sent'))).toEqual(numbered('message', COUNT))
    expect(new Set(bodies(of(rows, 'received')))).toEqual(new Set(numbered('message', COUNT)))
    // Both were hit: else this shows nothing.
    const isHit =
      of(rows, 'refused').length > 0 || of(rows, 'sent').some(({ ms }) => Number(ms) > 50)
    expect(isHit).toBe(true)
  })
})
