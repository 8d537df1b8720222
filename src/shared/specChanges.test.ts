import { expect, test } from 'vitest'
import { presetSpec } from './clusterPresets'
import type { ClusterSpec } from './clusterSpec'
import { isSameSpec, specChanges } from './specChanges'

const pair = presetSpec('2m-2s-async')
const none = { added: [], removed: [], changed: [] }
const promoted: ClusterSpec = {
  ...pair,
  brokers: pair.brokers.map((broker) =>
    broker.name === 'broker-a' ? { ...broker, promotion: true } : broker
  )
}

test.each<[string, ClusterSpec, object]>([
  ['nothing', { ...pair }, none],
  ['only its name', { ...pair, name: 'other' }, none],
  [
    'a broker less',
    { ...pair, brokers: pair.brokers.slice(1) },
    { ...none, removed: ['broker-0'] }
  ],
  [
    'another port of one broker',
    { ...pair, brokers: pair.brokers.map((b) => (b.id === 2 ? { ...b, port: 1 } : b)) },
    { ...none, changed: ['broker-2'] }
  ],
  [
    'a nameserver more, which all brokers and the proxy are told of',
    { ...pair, nameservers: [...pair.nameservers, { id: 1, port: 9877 }] },
    {
      ...none,
      added: ['namesrv-1'],
      changed: [...pair.brokers.map(({ id }) => `broker-${id}`), 'proxy']
    }
  ],
  ['no proxy', { ...pair, proxy: undefined }, { ...none, removed: ['proxy'] }],
  ['another port of the proxy', { ...pair, proxy: { port: 1 } }, { ...none, changed: ['proxy'] }],
  [
    'promotion of one set, for which a nameserver becomes the controller',
    promoted,
    { ...none, changed: ['namesrv-0', 'broker-0', 'broker-1'] }
  ]
])('%s', (_name, after, changes) => {
  expect(specChanges(pair, after)).toEqual(changes)
})

test('a spec is the same whatever the order of its fields, and not of another name', () => {
  const shuffled: ClusterSpec = {
    ...pair,
    brokers: pair.brokers.map(({ port, id, ...rest }) => ({ ...rest, promotion: false, id, port }))
  }
  expect(isSameSpec(pair, shuffled)).toBe(true)
  expect(isSameSpec(pair, { ...pair, name: 'other' })).toBe(false)
  expect(isSameSpec(pair, { ...pair, proxy: { port: 1 } })).toBe(false)
})
