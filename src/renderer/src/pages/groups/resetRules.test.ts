import { expect, test } from 'vitest'
import type { OffsetMoveView } from '../../../../shared/offsetViews'
import { changesOf, newResetForm, queueKey, resetDraftOf, type ResetForm } from './resetRules'

const queue = { topic: 'T', brokerName: 'a', queueId: 1 }
const form = (more: Partial<ResetForm> = {}): ResetForm => ({
  ...newResetForm(['T'], 10_000_000),
  ...more
})

test.each<[string, Partial<ResetForm>, object | undefined]>([
  ['an hour ago at first', {}, { kind: 'time', timestamp: 6_400_000 }],
  ['no time is no draft', { time: null }, undefined],
  ['no topic is no draft', { topics: [] }, undefined],
  ['the end', { kind: 'max' }, { kind: 'max' }],
  ['another group, once it is chosen', { kind: 'clone' }, undefined],
  ['another group', { kind: 'clone', srcGroup: 'B' }, { kind: 'clone', srcGroup: 'B' }],
  ['offsets, once there is one', { kind: 'offsets', offsets: { [queueKey(queue)]: null } }, undefined], // prettier-ignore
  ['an offset', { kind: 'offsets', offsets: { [queueKey(queue)]: 0 } }, { kind: 'offsets', offsets: [{ ...queue, offset: 0 }] }] // prettier-ignore
])('%s', (_name, more, to) => {
  expect(resetDraftOf('G', form(more), [queue])?.to).toEqual(to)
})

test('queues that stay are no change', () => {
  const move = (from: number | undefined, to: number | undefined): OffsetMoveView => ({
    ...{ ...queue, minOffset: 0, maxOffset: 9, again: 0, skipped: 0 },
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to })
  })
  const moves = [move(3, 3), move(3, undefined), move(undefined, 3), move(3, 0)]
  expect(changesOf(moves)).toEqual([moves[2], moves[3]])
})
