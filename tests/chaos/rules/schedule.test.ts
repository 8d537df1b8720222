import { describe, expect, test } from 'vitest'
import {
  CLIENTS,
  MAX_TROUBLES_AT_ONCE,
  nodesOf,
  schedule,
  scheduleText,
  type ClusterNodes,
  type Fault,
  type Trouble
} from './schedule'

const nodes: ClusterNodes = {
  nameservers: ['namesrv-1'],
  brokerSets: [
    ['broker-a:0', 'broker-a:1'],
    ['broker-b:0', 'broker-b:1']
  ]
}
const all = ['namesrv-1', ...nodes.brokerSets.flat(), CLIENTS]
const seeds = Array.from({ length: 50 }, (_, seed) => seed)

test('the same seed is the same schedule, another seed another one', () => {
  const text = (seed: number): string => scheduleText(schedule(seed, 6, nodes))
  expect(text(7)).toBe(text(7))
  expect(new Set(seeds.map(text)).size).toBe(seeds.length)
})

test('a longer run begins as a shorter one', () => {
  expect(schedule(3, 30, nodes).slice(0, 6)).toEqual(schedule(3, 6, nodes))
})

test('two minutes see a kill, a freeze, a cut link and a disturbed disk, whatever the seed', () => {
  for (const seed of seeds) {
    const faults = schedule(seed, 6, nodes).flatMap(({ troubles }) =>
      troubles.flatMap((trouble) => trouble.faults)
    )
    const seen = new Set(faults.map(({ kind }) => kind))
    for (const kind of ['kill', 'freeze', 'link'] satisfies Fault['kind'][])
      expect(seen, `seed ${seed}`).toContain(kind)
    expect(seen.has('slowDisk') || seen.has('fullDisk'), `seed ${seed}`).toBe(true)
  }
})

const atOnce = (trouble: Trouble, others: readonly Trouble[]): Trouble[] =>
  others.filter(
    (other) =>
      other !== trouble &&
      other.atMs < trouble.atMs + trouble.forMs &&
      trouble.atMs < other.atMs + other.forMs
  )

describe.each(seeds)('seed %i', (seed) => {
  const episodes = schedule(seed, 20, nodes)

  test('a node is hit by one trouble at a time, and never by more troubles than the rule allows', () => {
    for (const { troubles } of episodes)
      for (const trouble of troubles) {
        const beside = atOnce(trouble, troubles)
        const begin = beside.filter(
          ({ atMs, forMs }) => atMs <= trouble.atMs && trouble.atMs < atMs + forMs
        )
        expect(begin.length).toBeLessThan(MAX_TROUBLES_AT_ONCE)
        const mine = nodesOf(trouble).filter((node) => node !== CLIENTS)
        for (const other of beside)
          expect(mine.filter((node) => nodesOf(other).includes(node))).toEqual([])
      }
  })

  test('only nodes there are, each fault some seconds', () => {
    for (const { troubles } of episodes)
      for (const trouble of troubles) {
        expect(all).toEqual(expect.arrayContaining(nodesOf(trouble)))
        expect(trouble.forMs).toBeGreaterThanOrEqual(1_500)
        expect(trouble.forMs).toBeLessThan(8_000)
      }
  })
})
