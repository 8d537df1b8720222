import { describe, expect, test } from 'vitest'
import { presetSpec } from './clusterPresets'
import {
  MAX_BROKERS,
  MAX_NAMESERVERS,
  specProblems,
  type BrokerSpec,
  type ClusterSpec
} from './clusterSpec'

const good = presetSpec('2m-2s-async')

/** The good one with its second broker, the slave of broker-a, changed. */
const withSlave = (changes: Partial<BrokerSpec>): ClusterSpec => ({
  ...good,
  brokers: good.brokers.map((broker) => (broker.id === 1 ? { ...broker, ...changes } : broker))
})

const many = <N extends { id: number }>(node: N, count: number): N[] =>
  Array.from({ length: count }, (_, id) => ({ ...node, id }))

const [nameserver] = good.nameservers
const [master] = good.brokers
if (!nameserver || !master) throw new Error('the preset has nodes')

describe('a spec is refused', () => {
  test.each<[string, ClusterSpec, string, string | undefined]>([
    ['without a name', { ...good, name: ' ' }, 'INVALID_SPEC_NAME', undefined],
    ['with a name of two lines', { ...good, name: 'a\nb' }, 'INVALID_SPEC_NAME', undefined],
    ['without a nameserver', { ...good, nameservers: [] }, 'NO_NAMESERVER', undefined],
    [
      'with too many nameservers',
      { ...good, nameservers: many(nameserver, MAX_NAMESERVERS + 1) },
      'TOO_MANY_NAMESERVERS',
      undefined
    ],
    ['without a broker', { ...good, brokers: [] }, 'NO_BROKER', undefined],
    [
      'with too many brokers',
      {
        ...good,
        brokers: many(master, MAX_BROKERS + 1).map((b) => ({ ...b, name: `broker-${b.id}` }))
      },
      'TOO_MANY_BROKERS',
      undefined
    ],
    [
      'with a blank in a broker name',
      withSlave({ name: 'broker a' }),
      'INVALID_BROKER_NAME',
      'broker-1'
    ],
    [
      'with a cluster without a name',
      withSlave({ cluster: '' }),
      'INVALID_CLUSTER_NAME',
      'broker-1'
    ],
    ['with a broker id below 0', withSlave({ brokerId: -2 }), 'INVALID_BROKER_ID', 'broker-1'],
    [
      'with two brokers of one name and id',
      withSlave({ brokerId: 0, role: 'SYNC_MASTER' }),
      'BROKER_ID_TAKEN',
      'broker-1'
    ],
    ['with a slave of id 0', withSlave({ brokerId: 0 }), 'ROLE_NOT_OF_ID', 'broker-1'],
    [
      'with a master of another id',
      withSlave({ role: 'ASYNC_MASTER' }),
      'ROLE_NOT_OF_ID',
      'broker-1'
    ],
    ['with a slave that has no master', withSlave({ name: 'broker-c' }), 'NO_MASTER', 'broker-1'],
    [
      'with a set in two clusters',
      withSlave({ cluster: 'Other' }),
      'SET_IN_TWO_CLUSTERS',
      'broker-1'
    ],
    [
      'with half a set promoted',
      withSlave({ promotion: true }),
      'SET_PROMOTION_DIFFERS',
      'broker-1'
    ],
    ['with one folder for two', withSlave({ id: 0 }), 'NODE_ID_TAKEN', 'broker-0'],
    ['with a port too high', withSlave({ port: 70_000 }), 'INVALID_PORT', 'broker-1'],
    ['with a proxy port too high', { ...good, proxy: { port: 70_000 } }, 'INVALID_PORT', 'proxy']
  ])('%s', (_name, spec, code, node) => {
    expect(specProblems(spec)).toContainEqual(
      expect.objectContaining({ code, ...(node && { node }) })
    )
  })
})

test('a set whose controller elects the master needs none of id 0', () => {
  const brokers = good.brokers
    .filter(({ name }) => name === 'broker-a')
    .map((broker, index) => ({
      ...broker,
      promotion: true,
      brokerId: index + 1,
      role: 'SLAVE' as const
    }))
  expect(specProblems({ ...good, brokers })).toEqual([])
})

test('everything that is wrong is told at once', () => {
  const codes = specProblems({ name: '', nameservers: [], brokers: [] }).map(({ code }) => code)
  expect(codes).toEqual(['INVALID_SPEC_NAME', 'NO_NAMESERVER', 'NO_BROKER'])
})
