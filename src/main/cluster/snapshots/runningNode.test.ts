import { expect, test } from 'vitest'
import type { CopyWatch } from '../../base/copyBytes'
import { ManualClock } from '../../base/clock'
import { Emitter } from '../../base/emitter'
import type { NodeState } from '../../../shared/views'
import type { FromNode, SnapshotStep, ToNode } from '../control'
import { snapshotRunningNode, SNAPSHOT_SILENCE_MS } from './runningNode'

const copied = { files: [], derivedBytes: 7 }

const setUp = (watch: Partial<CopyWatch> = {}) => {
  const clock = new ManualClock()
  const said: ToNode[] = []
  const node = {
    id: 'broker-a:0',
    state: 'running' as NodeState,
    isFrozen: false,
    messages: new Emitter<FromNode>(),
    changed: new Emitter<void>(),
    say: (message: ToNode) => void said.push(message)
  }
  const bytes: number[] = []
  const take = () =>
    snapshotRunningNode(node, '/target', clock, {
      onBytes: (more) => void bytes.push(more),
      check: () => undefined,
      ...watch
    })
  const answer = (step: SnapshotStep): void => {
    const asked = said.find((message) => message.kind === 'snapshot')
    node.messages.emit({ kind: 'snapshot', id: asked!.id, step })
  }
  return { clock, node, said, bytes, take, answer }
}

test('it is asked, tells how far it is, and what it has written', async () => {
  const { take, answer, said, bytes, node } = setUp()
  const taking = take()
  expect(said).toMatchObject([{ kind: 'snapshot', target: '/target' }])
  answer({ kind: 'copied', bytes: 10 })
  answer({ kind: 'copied', bytes: 25 })
  // Of another one, which was given up.
  node.messages.emit({ kind: 'snapshot', id: -1, step: { kind: 'done', copied } })
  answer({ kind: 'done', copied })
  expect(await taking).toEqual(copied)
  expect(bytes).toEqual([10, 15])
  expect([node.messages.size, node.changed.size]).toEqual([0, 0])
})

test('why it could not is what it says', async () => {
  const { take, answer } = setUp()
  const taking = take()
  answer({ kind: 'failed', problem: { code: 'SNAPSHOT_NO_ROOM', message: 'full' } })
  await expect(taking).rejects.toMatchObject({ code: 'SNAPSHOT_NO_ROOM', message: 'full' })
})

test('one that ends meanwhile is not waited for', async () => {
  const { take, node } = setUp()
  const taking = take()
  node.changed.emit()
  node.state = 'crashed'
  node.changed.emit()
  await expect(taking).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })
})

test('one that is frozen is not even asked', async () => {
  const { take, node, said } = setUp()
  node.isFrozen = true
  await expect(take()).rejects.toMatchObject({ code: 'NODE_BUSY' })
  expect(said).toEqual([])
})

test('one that says nothing any more is given up, one that goes on is not', async () => {
  const { take, clock, answer, said } = setUp()
  const taking = take()
  clock.advance(SNAPSHOT_SILENCE_MS - 1000)
  answer({ kind: 'copied', bytes: 1 })
  clock.advance(SNAPSHOT_SILENCE_MS - 1000)
  expect(said.map(({ kind }) => kind)).toEqual(['snapshot'])
  clock.advance(2000)
  await expect(taking).rejects.toMatchObject({ code: 'TIMEOUT' })
  expect(said.at(-1)).toMatchObject({ kind: 'cancelSnapshot' })
})

test('cancelled, it is told once, and waited for until it has ended', async () => {
  let isCancelled = false
  const { take, clock, said, answer } = setUp({
    check: () => {
      if (isCancelled) throw new Error('enough')
    }
  })
  const taking = take()
  isCancelled = true
  clock.advance(5000)
  expect(said.map(({ kind }) => kind)).toEqual(['snapshot', 'cancelSnapshot'])
  answer({ kind: 'failed', problem: { code: 'CANCELLED', message: 'it was cancelled' } })
  await expect(taking).rejects.toMatchObject({ code: 'CANCELLED' })
})
