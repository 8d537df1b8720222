/** What a person does in the console, against a real cluster; a kill in the middle keeps it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Notice } from '../../../src/shared/views'
import { startHeadless, type Headless } from '../../headless'
import { ConsoleSocket } from './consoleSocket'

const BROKER = 'broker-a:0'
const dataDir = mkdtempSync(join(tmpdir(), 'gantry-'))
let headless: Headless
let window: ConsoleSocket

const open = async (args: string[] = []): Promise<void> => {
  headless = await startHeadless({ dataDir, args })
  window = await ConsoleSocket.open(headless.ready.console)
}

beforeAll(() => open())
afterAll(async () => {
  await headless.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const create = (topic: string, queues = 4): Promise<void> =>
  window.call('topic.save', {
    topic,
    readQueueNums: queues,
    writeQueueNums: queues,
    perm: 6
  })

describe('topics', () => {
  test('are created, listed with their kind, and described', async () => {
    await create('Orders')
    const list = await window.call('topic.list')
    expect(list.find(({ topic }) => topic === 'Orders')).toEqual({
      topic: 'Orders',
      kind: 'NORMAL',
      brokers: [{ brokerName: 'broker-a', readQueueNums: 4, writeQueueNums: 4, perm: 6 }],
      readQueueNums: 4,
      writeQueueNums: 4,
      perm: 6,
      ...{ messageType: 'UNSPECIFIED', order: false, note: '' }
    })
    expect(list.find(({ topic }) => topic === 'TBW102')?.kind).toBe('SYSTEM')
    expect(list.find(({ topic }) => topic === 'broker-a')?.kind).toBe('SYSTEM')
    const detail = await window.call('topic.detail', { topic: 'Orders' })
    expect(detail.route).toEqual([
      {
        brokerName: 'broker-a',
        cluster: 'DefaultCluster',
        brokerAddrs: [{ brokerId: 0, address: headless.ready.brokers[0]!.address }]
      }
    ])
    expect(detail.queues.map(({ queueId }) => queueId)).toEqual([0, 1, 2, 3])
  })

  test('are announced as stale when they change', async () => {
    const changed = window.next('changed', ({ nouns }) => nouns.includes('topic'))
    await create('Announced')
    expect((await changed).nouns).toContain('topic')
  })

  test('are changed and deleted', async () => {
    await create('ShortLived', 2)
    await create('ShortLived', 8)
    expect((await window.call('topic.detail', { topic: 'ShortLived' })).brokers).toMatchObject([
      { readQueueNums: 8, writeQueueNums: 8 }
    ])
    await window.call('topic.delete', { topic: 'ShortLived' })
    expect(await window.ask('topic.detail', { topic: 'ShortLived' })).toMatchObject({
      error: { code: 'TOPIC_NOT_EXIST', params: { topic: 'ShortLived' } }
    })
  })

  test.each(['TBW102', 'broker-a', 'DefaultCluster', 'SCHEDULE_TOPIC_XXXX'])(
    '%s belongs to the cluster and cannot be touched',
    async (topic) => {
      const error = { code: 'SYSTEM_TOPIC', params: { topic } }
      expect(await window.ask('topic.delete', { topic })).toMatchObject({ error })
      const draft = { topic, readQueueNums: 1, writeQueueNums: 1, perm: 6 as const }
      expect(await window.ask('topic.save', draft)).toMatchObject({ error })
    }
  )
})

describe('messages', () => {
  test('are sent, browsed and read back by place and by id', async () => {
    await create('Letters', 1)
    const sent = await window.call('message.send', {
      topic: 'Letters',
      tags: 'TagA',
      keys: 'k1 k2',
      properties: [['colour', '红']],
      body: '你好 '.repeat(200)
    })
    expect(sent).toMatchObject({ sendStatus: 'SEND_OK', brokerName: 'broker-a', queueOffset: 0 })
    const place = { topic: 'Letters', brokerName: 'broker-a', queueId: 0 }
    const page = await window.call('message.browse', { ...place, offset: 0 })
    expect(page).toMatchObject({ minOffset: 0, maxOffset: 1, nextOffset: 1 })
    expect(page.messages).toMatchObject([{ msgId: sent.msgId, tags: 'TagA', keys: 'k1 k2' }])
    expect([...page.messages[0]!.preview]).toHaveLength(200)
    const detail = await window.call('message.get', { ...place, queueOffset: 0 })
    expect(Buffer.from(detail.bodyBase64, 'base64').toString()).toBe('你好 '.repeat(200))
    expect(detail.properties).toContainEqual(['colour', '红'])
    expect(await window.call('message.byId', { msgId: sent.offsetMsgId })).toEqual(detail)
  })

  test.each([
    ['hex', '00 ff 0a', Buffer.from([0, 255, 10])],
    ['base64', 'AP8K', Buffer.from([0, 255, 10])]
  ] as const)('are sent as %s', async (bodyEncoding, body, expected) => {
    await create(`Bytes-${bodyEncoding}`, 1)
    const { topic, queueOffset } = {
      topic: `Bytes-${bodyEncoding}`,
      ...(await window.call('message.send', { topic: `Bytes-${bodyEncoding}`, body, bodyEncoding }))
    }
    const ref = { topic, brokerName: 'broker-a', queueId: 0, queueOffset }
    const { bodyBase64 } = await window.call('message.get', ref)
    expect(Buffer.from(bodyBase64, 'base64')).toEqual(expected)
  })

  test.each([
    ['hex', 'xyz'],
    ['hex', 'abc'],
    ['base64', 'a'],
    ['base64', '****']
  ] as const)('a body that is not %s is refused: %s', async (bodyEncoding, body) => {
    expect(
      await window.ask('message.send', { topic: 'Letters', body, bodyEncoding })
    ).toMatchObject({
      error: { code: 'INVALID_INPUT', params: { field: 'body' } }
    })
  })

  test('half a queue is refused', async () => {
    const draft = { topic: 'Letters', body: 'x', queueId: 0 }
    expect(await window.ask('message.send', draft)).toMatchObject({
      error: { code: 'INVALID_INPUT', params: { field: 'brokerName' } }
    })
  })

  test.each([
    ['an id a client made', '7F000001000018B4AAC27B4D0E5C0000'],
    ['an id that names a stranger', '08080808000000500000000000000000']
  ])('%s is not found, and nobody else is asked', async (_name, msgId) => {
    expect(await window.ask('message.byId', { msgId })).toMatchObject({
      error: { code: 'MESSAGE_NOT_FOUND' }
    })
  })

  test('a place without a message is not found', async () => {
    const ref = { topic: 'Letters', brokerName: 'broker-a', queueId: 0, queueOffset: 99 }
    expect(await window.ask('message.get', ref)).toMatchObject({
      error: { code: 'MESSAGE_NOT_FOUND' }
    })
  })

  test('pass by in the tail and count as traffic', async () => {
    const seen = window.next('tail', ({ messages }) =>
      messages.some(({ topic, kind }) => topic === 'Letters' && kind === 'put')
    )
    const counted = window.next('traffic', ({ produced }) => produced > 0)
    // The tail begins a moment after it was asked for: send until it shows one.
    let isSeen = false
    void seen.then(() => (isSeen = true))
    while (!isSeen) await window.call('message.send', { topic: 'Letters', body: 'passing' })
    expect((await seen).passed).toBeGreaterThan(0)
    await counted
    const { points } = await window.call('traffic.history')
    expect(points.some(({ produced }) => produced > 0)).toBe(true)
  })
})

describe('groups', () => {
  test('are created, shown and deleted', async () => {
    await window.call('group.save', { groupName: 'G', retryMaxTimes: 3 })
    expect(await window.call('group.detail', { groupName: 'G' })).toMatchObject({
      groupName: 'G',
      online: false,
      config: { consumeEnable: true, retryMaxTimes: 3 },
      members: []
    })
    await window.call('group.save', { groupName: 'G', retryMaxTimes: 5 })
    const list = await window.call('group.list')
    expect(list.find(({ groupName }) => groupName === 'G')).toEqual({
      ...{ groupName: 'G', system: false, type: 'NORMAL', paused: false },
      ...{ members: 0, versions: [], topics: [], partial: false },
      ...{ lag: 0, inflight: 0, consumeTps: 0 }
    })
    expect(list.find(({ groupName }) => groupName === 'TOOLS_CONSUMER')?.system).toBe(true)
    await window.call('group.delete', { groupName: 'G', cleanOffset: true })
    expect(await window.ask('group.detail', { groupName: 'G' })).toMatchObject({
      error: { code: 'SUBSCRIPTION_GROUP_NOT_EXIST', params: { groupName: 'G' } }
    })
  })

  test('of the cluster cannot be touched', async () => {
    const error = { code: 'SYSTEM_GROUP', params: { groupName: 'TOOLS_CONSUMER' } }
    expect(await window.ask('group.save', { groupName: 'TOOLS_CONSUMER' })).toMatchObject({ error })
    const ref = { groupName: 'TOOLS_CONSUMER', cleanOffset: false }
    expect(await window.ask('group.delete', ref)).toMatchObject({ error })
  })
})

describe('the broker’s properties', () => {
  const property = async (key: string) => {
    const { properties } = await window.call('config.view', { id: BROKER })
    return properties.find((candidate) => candidate.key === key)
  }
  const restartNeeded = async (): Promise<boolean> =>
    (await window.call('cluster.view')).brokers[0]!.restartNeeded

  test('that are hot act at once: strict mode refuses an unknown topic', async () => {
    const properties = { autoCreateTopicEnable: 'false' }
    await window.call('config.save', { id: BROKER, properties })
    expect(await property('autoCreateTopicEnable')).toMatchObject({
      value: 'false',
      runningValue: 'false'
    })
    expect(await window.ask('message.send', { topic: 'Nowhere', body: 'x' })).toMatchObject({
      error: { code: 'TOPIC_NOT_EXIST', params: { topic: 'Nowhere' } }
    })
    expect(await restartNeeded()).toBe(false)
  })

  test('that are not wait for a restart, and say so', async () => {
    const properties = { defaultTopicQueueNums: '4' }
    await window.call('config.save', { id: BROKER, properties })
    expect(await property('defaultTopicQueueNums')).toMatchObject({
      value: '4',
      runningValue: '8'
    })
    expect(await restartNeeded()).toBe(true)
    await window.call('node.restart', { id: BROKER })
    expect(await property('defaultTopicQueueNums')).toMatchObject({ runningValue: '4' })
    expect(await restartNeeded()).toBe(false)
  })

  test('go back to their default with null', async () => {
    const properties = { autoCreateTopicEnable: null, defaultTopicQueueNums: null }
    await window.call('config.save', { id: BROKER, properties })
    expect(await property('autoCreateTopicEnable')).toMatchObject({ value: 'true' })
  })

  test.each([
    ['noSuch', '1', 'UNKNOWN_PROPERTY'],
    ['maxMessageSize', 'x', 'INVALID_PROPERTY'],
    ['listenPort', '1', 'INVALID_PROPERTY']
  ])('%s=%s is refused, and nothing with it is saved', async (key, value, code) => {
    const properties = { regionId: 'elsewhere', [key]: value }
    expect(await window.ask('config.save', { id: BROKER, properties })).toMatchObject({
      error: { code, params: { key } }
    })
    expect((await property('regionId'))?.value).not.toBe('elsewhere')
  })
})

describe('nodes', () => {
  test('a stopped broker is named as the reason, and its topics are back after the start', async () => {
    await create('Survivor')
    await window.call('node.stop', { id: BROKER })
    const view = await window.call('cluster.view')
    expect(view.brokers[0]).toMatchObject({ id: BROKER, state: 'stopped' })
    expect(view.brokers[0]).not.toHaveProperty('startedAt')
    expect(await window.ask('topic.list')).toMatchObject({
      error: { code: 'NODE_NOT_RUNNING', params: { id: BROKER } }
    })
    await window.call('node.start', { id: BROKER })
    const topics = await window.call('topic.list')
    expect(topics.some(({ topic }) => topic === 'Survivor')).toBe(true)
  })

  test('a stopped nameserver is named by its address, and brokers come back to it', async () => {
    const id = `namesrv:${headless.ready.namesrv[0]!.split(':')[1]}`
    await window.call('node.stop', { id })
    expect(await window.ask('topic.list')).toMatchObject({
      error: { code: 'NAMESRV_UNREACHABLE', params: { address: headless.ready.namesrv[0] } }
    })
    await window.call('node.start', { id })
    for (;;) {
      const outcome = await window.ask('topic.list')
      if (outcome.ok) break
      expect(outcome.error.code).toBe('BROKER_NOT_EXIST')
      await window.next('traffic')
    }
    expect((await window.call('cluster.view')).nameservers).toMatchObject([
      { id, state: 'running' }
    ])
  })

  test('an unknown node is NODE_NOT_FOUND', async () => {
    expect(await window.ask('node.stop', { id: 'broker-z:0' })).toMatchObject({
      error: { code: 'NODE_NOT_FOUND', params: { id: 'broker-z:0' } }
    })
  })
})

describe('a client that asks for a topic nobody has', () => {
  test('becomes a notice, which can be dismissed', async () => {
    const properties = { autoCreateTopicEnable: 'false' }
    await window.call('config.save', { id: BROKER, properties })
    // Other tests asked for other topics; their notices come when they come.
    const ours = ({ code, params }: Notice): boolean =>
      code === 'ROUTE_NOT_FOUND' && params['topic'] === 'NeverMade'
    const told = window.next('notice', ours)
    await window.ask('message.send', { topic: 'NeverMade', body: 'x' })
    expect(await told).toMatchObject({ level: 'warning' })
    const notices = (await window.call('notice.list')).filter(ours)
    expect(notices).toHaveLength(1)
    for (const { id } of notices) await window.call('notice.dismiss', { id })
    expect((await window.call('notice.list')).filter(ours)).toEqual([])
    await window.call('config.save', {
      id: BROKER,
      properties: { autoCreateTopicEnable: null }
    })
  })
})

describe('settings', () => {
  test('keep what was chosen', async () => {
    expect(await window.call('settings.set', { language: 'zh-CN' })).toEqual({
      ...{ language: 'zh-CN', theme: 'system' },
      ...{ closing: 'ask', startAtLogin: false, desktopNotices: true }
    })
  })
})

describe('after a kill -9', () => {
  test('topics, messages, groups, settings and properties are all there', async () => {
    await create('Kept', 1)
    await window.call('group.save', { groupName: 'KeptGroup' })
    await window.call('config.save', { id: BROKER, properties: { regionId: 'kept' } })
    const sent = await window.call('message.send', { topic: 'Kept', body: 'still here' })
    await headless.kill()
    await open()
    const ref = { topic: 'Kept', brokerName: 'broker-a', queueId: 0, queueOffset: sent.queueOffset }
    const { bodyBase64, msgId } = await window.call('message.get', ref)
    expect(Buffer.from(bodyBase64, 'base64').toString()).toBe('still here')
    expect(msgId).toBe(sent.msgId)
    const groups = await window.call('group.list')
    expect(groups.some(({ groupName }) => groupName === 'KeptGroup')).toBe(true)
    expect((await window.call('settings.get')).language).toBe('zh-CN')
    const { properties } = await window.call('config.view', { id: BROKER })
    expect(properties.find(({ key }) => key === 'regionId')).toMatchObject({
      value: 'kept',
      runningValue: 'kept'
    })
  })
})
