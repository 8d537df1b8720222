import { expect, test } from 'vitest'
import { exportRows } from '../../format/exportRows'
import { exportColumns, rangeOf, tallyOf, type FullLetter } from './letterRules'

test.each([
  ['all', null, {}],
  ['hour', null, { from: 6_400_000 }],
  ['week', null, { from: 0 }],
  ['own', [5, 9], { from: 5, to: 9 }],
  ['own', null, {}]
] as const)('%s %j is %j', (preset, own, range) => {
  expect(rangeOf(preset, own, 10_000_000)).toEqual(range)
})

const letter = (bodyBase64: string): FullLetter => ({
  ...{ topic: '%DLQ%CG', brokerName: 'b', queueId: 0, queueOffset: 1 },
  ...{ msgId: 'id', offsetMsgId: 'off', tags: '', keys: '=k', bodySize: 1, preview: '' },
  ...{ bornTimestamp: 1, storeTimestamp: 2, groupName: 'CG', originTopic: 'Orders' },
  ...{ originMsgId: 'o', reconsumeTimes: 3, bornHost: 'h:1' },
  detail: { properties: [['a', 'b']], bodyBase64, bodyCRC: 7, storeHost: 's:1' }
})

test('an exported letter has its body as text, or in Base64 where it is none, and says which', async () => {
  const blob = await exportRows('json', exportColumns, [letter('aGk='), letter('/w==')])
  expect(JSON.parse(await blob.text())).toMatchObject([
    { group: 'CG', originTopic: 'Orders', keys: '=k', body: 'hi', bodyEncoding: 'utf-8' },
    { body: '/w==', bodyEncoding: 'base64', properties: '{"a":"b"}' }
  ])
})

test('what failed is told one by one', () => {
  const place = { topic: '%DLQ%CG', brokerName: 'b', queueId: 0 }
  const problem = { code: 'TOPIC_NOT_EXIST', message: '' }
  const failed = { ...place, queueOffset: 2, msgId: 'B', problem }
  const outcomes = [{ ...place, queueOffset: 1, msgId: 'A', sentTo: 'Orders' }, failed]
  expect(tallyOf(outcomes)).toEqual({ sent: 1, failed: [failed] })
})
