/** The link between a master and its slave, broken on purpose: what a producer under SYNC_MASTER is told. */
import { expect, test } from 'vitest'
import type { FaultDraftInput } from '../../../src/shared/faultViews'
import { A, B, faultRig } from './faultRig'

const SLAVE = 'broker-a:1'
/** syncFlushTimeout, shortened. */
const SYNC_FLUSH_TIMEOUT_MS = 300

test.each<[string, Partial<FaultDraftInput>, string]>([
  ['cut', { effect: 'cut' }, 'FLUSH_SLAVE_TIMEOUT'],
  ['cut on the way to the slave', { effect: 'cut', direction: 'forth' }, 'FLUSH_SLAVE_TIMEOUT'],
  ['cut on the way back', { effect: 'cut', direction: 'back' }, 'FLUSH_SLAVE_TIMEOUT'],
  ['refused', { effect: 'refuse' }, 'SLAVE_NOT_AVAILABLE']
])(
  '%s, a send says that no slave has it, and the next says so no more when it is whole',
  async (_name, how, told) => {
    const { window, send, sends } = await faultRig({
      preset: '2m-2s-sync',
      args: ['--set', `syncFlushTimeout=${SYNC_FLUSH_TIMEOUT_MS}`]
    })
    await sends(A, 'SEND_OK')
    await sends(B, 'SEND_OK')
    const link = { kind: 'link', from: A, to: SLAVE, ...how } as FaultDraftInput
    await window.call('fault.set', link)
    await sends(A, told)
    expect(await send(B)).toBe('SEND_OK')
    await window.call('fault.clearAll')
    await sends(A, 'SEND_OK')
  }
)

test('a frozen slave holds up its master’s promise, not its master', async () => {
  const { window, sends } = await faultRig({
    preset: '2m-2s-sync',
    args: ['--set', `syncFlushTimeout=${SYNC_FLUSH_TIMEOUT_MS}`]
  })
  await sends(A, 'SEND_OK')
  await window.call('fault.set', { kind: 'freeze', node: SLAVE })
  await sends(A, 'FLUSH_SLAVE_TIMEOUT')
  await window.call('fault.clearAll')
  await sends(A, 'SEND_OK')
})
