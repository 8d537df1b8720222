import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { ClusterView, NodeState, Notice, TopicView } from '../../../shared/views'
import * as api from '../api'
import { healthOf, useClusterStore } from './cluster'
import { MAX_NOTICES, useNoticesStore } from './notices'
import { useTopicsStore } from './topics'

/** Answers by method; an Error is thrown. */
const answering = (answers: Record<string, unknown>) => {
  const asked: string[] = []
  vi.spyOn(api, 'call').mockImplementation((method) => {
    asked.push(method)
    const answer = answers[method]
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer as never)
  })
  return asked
}

beforeEach(() => {
  setActivePinia(createPinia())
  vi.restoreAllMocks()
})

test.each<[NodeState[], string]>([
  [[], 'unknown'],
  [['running', 'running'], 'running'],
  [['running', 'crashed'], 'partial'],
  [['running', 'starting'], 'changing'],
  [['stopped', 'crashed'], 'stopped']
])('nodes that are %j make a cluster that is %s', (states, health) => {
  expect(healthOf(states)).toBe(health)
})

describe('cluster', () => {
  const view: ClusterView = { name: 'C', nameservers: [], brokers: [] }

  test('a verb shows the cluster before and after', async () => {
    const asked = answering({ 'cluster.view': view })
    await useClusterStore().start('broker-a:0')
    expect(asked).toEqual(['node.start', 'cluster.view', 'cluster.view'])
  })

  test('a refused verb is heard, and the cluster shown all the same', async () => {
    const refused = new api.ApiError({ code: 'NODE_BUSY', message: 'busy' })
    const asked = answering({ 'cluster.view': view, 'node.stop': refused })
    await expect(useClusterStore().stop('broker-a:0')).rejects.toBe(refused)
    expect(asked.at(-1)).toBe('cluster.view')
  })
})

describe('topics', () => {
  const topic = (name: string): TopicView => ({
    topic: name,
    kind: 'NORMAL',
    ...{ messageType: 'UNSPECIFIED', order: false, note: '' },
    brokers: [],
    readQueueNums: 1,
    writeQueueNums: 1,
    perm: 6
  })

  test('are listed by name', async () => {
    answering({ 'topic.list': [topic('b'), topic('a')] })
    const store = useTopicsStore()
    await store.refresh()
    expect(store.normalNames).toEqual(['a', 'b'])
  })

  test('stay as they are when deleting fails', async () => {
    answering({ 'topic.list': [topic('a')], 'topic.delete': new Error('no') })
    const store = useTopicsStore()
    await store.refresh()
    await expect(store.remove('a')).rejects.toThrow('no')
    expect(store.topics).toHaveLength(1)
  })
})

describe('notices', () => {
  const notice = (id: string, at: number): Notice => ({
    id,
    at,
    level: 'warning',
    code: 'ROUTE_NOT_FOUND',
    params: {},
    count: 1
  })

  test('one that happens again takes the place of its earlier self', () => {
    const store = useNoticesStore()
    store.add(notice('a', 1))
    store.add(notice('b', 2))
    store.add(notice('a', 3))
    expect(store.notices.map(({ id }) => id)).toEqual(['a', 'b'])
  })

  test('are bounded', () => {
    const store = useNoticesStore()
    for (let at = 0; at < MAX_NOTICES + 5; at++) store.add(notice(String(at), at))
    expect(store.unread).toBe(MAX_NOTICES)
    expect(store.notices[0]?.at).toBe(MAX_NOTICES + 4)
  })

  test('one that cannot be dismissed stays', async () => {
    answering({ 'notice.dismiss': new Error('no') })
    const store = useNoticesStore()
    store.add(notice('a', 1))
    await expect(store.dismiss('a')).rejects.toThrow('no')
    expect(store.unread).toBe(1)
  })
})
