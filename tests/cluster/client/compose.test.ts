/** Every kind of the composer, as a consumer that knows nothing of it reads it. */
import { expect, test } from 'vitest'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { SendMessageRequestHeaderV2 } from '../../../src/main/protocol/headers/send'
import { formatProperties } from '../../../src/main/protocol/message/properties'
import type { MessageExt } from '../../../src/main/client/messageExt'
import { emptyForm, type ComposeForm } from '../../../src/shared/composeForm'
import { Inbox, until } from './cluster'
import { windowRig, type WindowRig } from './windowRig'

const property = ({ properties }: MessageExt, name: string): string | undefined =>
  properties.find(([own]) => own === name)?.[1]

const reader = async ({ cluster }: WindowRig): Promise<Inbox> => {
  const inbox = new Inbox()
  await cluster.consumer({
    group: 'CG',
    subscription: [['Orders', '*']],
    consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
    listener: inbox.listener
  })
  return inbox
}

test('a message carries its tag, keys and properties; variables are replaced', async () => {
  const rig = await windowRig()
  const inbox = await reader(rig)
  const sent = await rig.send({
    tags: 'TagA',
    keys: 'k1 k{{seq}}',
    properties: [{ name: 'colour', value: '{{pick red}}' }],
    body: '{"n":{{int 5 5}},"kept":"{{nothing}}"}'
  })
  await inbox.reaches(1)
  const [message] = inbox.messages
  expect(message).toMatchObject({ tags: 'TagA', keys: 'k1 k1', msgId: sent.msgId })
  expect(inbox.bodies).toEqual(['{"n":5,"kept":"{{nothing}}"}'])
  expect(property(message!, 'colour')).toBe('red')
  expect(sent.result).toMatchObject({ sendStatus: 'SEND_OK', brokerName: 'broker-a' })
})

test('FIFO: messages of a group go to one queue; a chosen queue is kept', async () => {
  const rig = await windowRig()
  const inbox = await reader(rig)
  const queues: (number | undefined)[] = []
  for (let i = 0; i < 3; i++)
    queues.push((await rig.send({ kind: 'fifo', messageGroup: 'g1' })).result?.queueId)
  expect(new Set(queues).size).toBe(1)
  const chosen = await rig.send({ kind: 'fifo', messageGroup: 'g1', queue: 'broker-a:3' })
  expect(chosen.result?.queueId).toBe(3)
  const hashed = await rig.send({ queue: 'hash', keys: 'b' })
  // Java: "b".hashCode() is 98, of four queues the third.
  expect(hashed.result?.queueId).toBe(2)
  await inbox.reaches(5)
  expect(inbox.messages.filter((m) => property(m, '__SHARDINGKEY') === 'g1')).toHaveLength(4)
})

test.each<[string, Partial<ComposeForm>]>([
  ['a delay level', { kind: 'delay', delayLevel: 1 }],
  ['a delay', { kind: 'timed', due: 'in', dueInMs: 1500 }]
])('%s: delivered later', async (_name, form) => {
  const rig = await windowRig()
  const inbox = await reader(rig)
  await rig.send(form)
  await rig.send({ body: 'at once' })
  await inbox.reaches(2)
  expect(inbox.bodies).toEqual(['at once', 'hello'])
})

test('a time: the message waits for it and can be recalled', async () => {
  const rig = await windowRig()
  const sent = await rig.send({ kind: 'timed', due: 'at', dueAt: Date.now() + 3_600_000 })
  expect(sent.recallHandle).toMatch(/\S{20,}/)
})

test('a transaction: committed, rolled back', async () => {
  const rig = await windowRig()
  const inbox = await reader(rig)
  await rig.send({ kind: 'transaction', end: 'rollback', body: 'never' })
  await rig.send({ kind: 'transaction', end: 'commit', body: 'yes' })
  await inbox.reaches(1)
  expect(inbox.bodies).toEqual(['yes'])
  expect(rig.handlers['compose.transactions']().map(({ state }) => state)).toEqual([
    'commit',
    'rollback'
  ])
})

test('a transaction left unknown: brokers ask, see it is not known, and take the end that is told then', async () => {
  const rig = await windowRig({ transactionTimeOut: '1', transactionCheckInterval: '100' })
  const inbox = await reader(rig)
  await rig.send({ kind: 'transaction', end: 'unknown', body: 'later' })
  const list = rig.handlers['compose.transactions']
  const [asked] = await until(
    async () => {
      await rig.cluster.admin.examineTopicRouteInfo('Orders')
      return list()
    },
    ([first]) => (first?.checkCount ?? 0) > 0
  )
  expect(asked).toMatchObject({ state: 'unknown', preview: 'later', topic: 'Orders' })
  expect(asked?.checks[0]?.answer).toBe('unknown')
  expect(inbox.messages).toEqual([])
  await rig.handlers['compose.endTransaction']({ id: asked!.id, end: 'commit' })
  await inbox.reaches(1)
  expect(list()[0]?.state).toBe('commit')
})

/** What answers a request, as Java's MessageUtil.createReplyMessage does. */
const answer = (asked: MessageExt, clusterName: string) => ({
  code: RequestCode.SEND_REPLY_MESSAGE_V2,
  extFields: SendMessageRequestHeaderV2.encode({
    ...{ producerGroup: 'answerers', topic: `${clusterName}_REPLY_TOPIC`, defaultTopic: 'TBW102' },
    ...{ defaultTopicQueueNums: 4, queueId: 0, sysFlag: 0, bornTimestamp: 1, flag: 0 },
    properties: formatProperties([
      ['CORRELATION_ID', property(asked, 'CORRELATION_ID') ?? ''],
      ['REPLY_TO_CLIENT', property(asked, 'REPLY_TO_CLIENT') ?? ''],
      ['MSG_TYPE', 'reply']
    ])
  }),
  body: Buffer.from(`re: ${asked.body.toString()}`)
})

test('a request shows its reply', async () => {
  const rig = await windowRig()
  const answerer = rig.cluster.client()
  await rig.cluster.consumer({
    group: 'CG',
    subscription: [['Orders', '*']],
    consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
    listener: async (asked) => {
      await answerer.routes.get('Orders')
      const address = answerer.routes.masterAddress('broker-a')
      await answerer.remoting.call(address, answer(asked, 'DefaultCluster'), 3000)
    }
  })
  const sent = await rig.send({ kind: 'request', replyTimeoutMs: 20_000, body: 'ping' })
  expect(sent.reply).toMatchObject({ text: 're: ping', isCut: false, bodySize: 8 })
})

test('a request nobody answers ends without a reply', async () => {
  const rig = await windowRig()
  const sent = await rig.send({ kind: 'request', replyTimeoutMs: 100 })
  expect(sent.result?.sendStatus).toBe('SEND_OK')
  expect(sent.reply).toBeUndefined()
})

test('a batch is stored together, and each message counts on', async () => {
  const rig = await windowRig()
  const inbox = await reader(rig)
  const sent = await rig.send({ kind: 'batch', batchCount: 5, body: 'n{{seq}}' })
  await inbox.reaches(5)
  expect(inbox.bodies).toEqual(['n1', 'n2', 'n3', 'n4', 'n5'])
  expect(sent.count).toBe(5)
  expect(sent.msgId).not.toContain(',')
})

test('one-way: arrives, and no place is told', async () => {
  const rig = await windowRig()
  const inbox = await reader(rig)
  const sent = await rig.send({ mode: 'oneway' })
  await inbox.reaches(1)
  expect(sent.result).toBeUndefined()
  expect(inbox.messages[0]?.msgId).toBe(sent.msgId)
})

test('a topic of another type is told before anything is sent', async () => {
  const rig = await windowRig()
  await rig.make('Ordered', 2, 'FIFO')
  expect(await rig.handlers['compose.topicType']({ topic: 'Ordered' })).toBe('FIFO')
  expect(await rig.handlers['compose.topicType']({ topic: 'Orders' })).toMatch(/UNSPECIFIED|NORMAL/)
  await expect(rig.send({ topic: 'Ordered' })).rejects.toMatchObject({
    code: 'TOPIC_TYPE_MISMATCH',
    params: { topic: 'Ordered', type: 'FIFO', kind: 'normal' }
  })
  const sent = await rig.send({ topic: 'Ordered', anyType: true })
  expect(sent.result?.queueOffset).toBe(0)
})

test('sends are remembered with what became of them, the newest first', async () => {
  const rig = await windowRig({ autoCreateTopicEnable: 'false' })
  await rig.send({ body: 'first' })
  await expect(rig.send({ topic: 'Nowhere', body: 'second' })).rejects.toThrow()
  const sent = rig.handlers['compose.sent']({ text: '' })
  expect(sent.map(({ form, outcome }) => [form.body, outcome.ok])).toEqual([
    ['second', false],
    ['first', true]
  ])
  expect(rig.handlers['compose.sent']({ text: 'FIRST' })).toHaveLength(1)
  expect(rig.handlers['compose.sent']({ topic: 'Nowhere', text: '' })).toHaveLength(1)
})

const runOver = (rig: WindowRig) =>
  until(
    async () => {
      await rig.cluster.admin.examineTopicRouteInfo('Orders')
      return rig.handlers['compose.runView'](undefined, rig.caller)
    },
    (view) => view?.state !== 'running'
  )

test('a run sends each message once, and tells how long they took', async () => {
  const rig = await windowRig()
  const inbox = await reader(rig)
  const form = { ...emptyForm(), topic: 'Orders', body: 'm{{seq}}', mode: 'async' as const }
  await rig.handlers['compose.run']({ form, seed: 1, total: 200, rate: 0, rows: [] }, rig.caller)
  const view = await runOver(rig)
  expect(view).toMatchObject({ state: 'done', sent: 200, failed: 0, total: 200 })
  expect(view?.p99Ms).toBeGreaterThanOrEqual(view?.p50Ms ?? Infinity)
  await inbox.reaches(200)
  expect(new Set(inbox.bodies).size).toBe(200)
})

test('rows of a file are messages; those that cannot be sent are named', async () => {
  const rig = await windowRig()
  const inbox = await reader(rig)
  const form = { ...emptyForm(), topic: 'Orders', tags: 'T' }
  const rows = [
    { body: 'one', keys: 'k1' },
    { body: '' },
    { body: 'three', properties: [['colour', 'red']] as [string, string][] }
  ]
  await rig.handlers['compose.run']({ form, seed: 1, total: 1, rate: 0, rows }, rig.caller)
  expect(await runOver(rig)).toMatchObject({
    ...{ total: 3, sent: 2, failed: 1 },
    failures: [{ number: 2, problem: { code: 'MESSAGE_ILLEGAL' } }]
  })
  await inbox.reaches(2)
  expect(inbox.bodies.sort()).toEqual(['one', 'three'])
})

test('a run ends with its window', async () => {
  const rig = await windowRig()
  const form = { ...emptyForm(), topic: 'Orders', body: 'x' }
  await rig.handlers['compose.run'](
    { form, seed: 1, total: 1_000_000, rate: 50, rows: [] },
    rig.caller
  )
  const before = rig.handlers['compose.runView'](undefined, rig.caller)
  expect(before?.state).toBe('running')
  rig.parts.forget(rig.caller)
  expect(rig.handlers['compose.runView'](undefined, rig.caller)).toBeNull()
  const offsets = async () => {
    const { answers } = await rig.cluster.admin.examineTopicStats('Orders')
    return answers.flatMap(({ value }) => value).reduce((sum, { maxOffset }) => sum + maxOffset, 0)
  }
  // Nothing is under way any more once a send of ours was answered; what comes is this one.
  await rig.send({ body: 'last' })
  const then = await offsets()
  await rig.send({ body: 'last' })
  expect(await offsets()).toBe(then + 1)
})
