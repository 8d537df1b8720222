import { expect, test } from 'vitest'
import type { ScheduledMessage } from '../../../../shared/scheduledViews'
import { stepTo, sumsOf, whyNotRecalled } from './scheduledRules'

const message = (more: Partial<ScheduledMessage>): ScheduledMessage => ({
  ...{ topic: 'rmq_sys_wheel_timer', brokerName: 'a', queueId: 0, queueOffset: 0 },
  ...{ msgId: 'id', offsetMsgId: '', tags: '', keys: '', bodySize: 0, preview: '' },
  ...{ bornTimestamp: 0, storeTimestamp: 0, kind: 'timer', target: 'Orders' },
  ...{ reconsumeTimes: 0, producerGroup: '', isRecallable: true },
  ...more
})

test.each([
  [{}, true, undefined],
  [{}, false, 'disabled'],
  [{ isRecallable: false }, true, 'noId'],
  [{ kind: 'delay', level: 3 }, true, 'level'],
  [{ kind: 'retry', level: 3 }, true, 'retry'],
  [{ kind: 'half' }, true, 'half'],
  [{ brokerName: 'other' }, true, 'disabled']
] as const)('%j with recall %s: %s', (more, isRecallEnabled, why) => {
  expect(whyNotRecalled(message(more), [{ brokerName: 'a', isRecallEnabled }])).toBe(why)
})

test.each([
  [undefined, 100, undefined],
  [5000, 1000, 5000],
  [1000, 5000, undefined],
  [Number.MAX_SAFE_INTEGER, 0, undefined]
])('due at %s, seen at %s, the clock goes %s ahead', (dueAt, now, ms) => {
  expect(stepTo(dueAt, now)).toBe(ms)
})

test('a broker that does not tell counts as nothing', () => {
  const told = { brokerName: 'a', levels: 2, timers: 1, halvesAtMost: 4, isRecallEnabled: false }
  expect(sumsOf([told, { brokerName: 'b', isRecallEnabled: true }])).toEqual({
    levels: 2,
    timers: 1,
    halvesAtMost: 4
  })
})
