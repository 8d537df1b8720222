import { describe, expect, test } from 'vitest'
import { presetSpec } from '../../../../../shared/clusterPresets'
import { specProblems, type ClusterSpec } from '../../../../../shared/clusterSpec'
import {
  addMaster,
  addNameserver,
  addSlave,
  changePort,
  changePromotion,
  changeRole,
  emptySpec,
  noIds,
  removeNode,
  setProxy,
  unwire,
  wire
} from './draft'
import { historyOf, MAX_UNDO, recorded, redone, undone } from './history'
import { drawn } from './layout'

const single = presetSpec('single')
const brief = ({ brokers }: ClusterSpec): string[] =>
  brokers.map(({ id, name, brokerId, role, port }) => `${id} ${name}:${brokerId} ${role} ${port}`)

describe('a drawing', () => {
  test('from nothing to two masters with a slave can be run', () => {
    let spec = addMaster(addNameserver(emptySpec('lab'), noIds), noIds)
    spec = addMaster(spec, noIds)
    spec = addSlave(spec, noIds, spec.brokers[0]!)
    expect(brief(spec)).toEqual([
      '0 broker-a:0 ASYNC_MASTER 10911',
      '1 broker-b:0 ASYNC_MASTER 10931',
      '2 broker-a:1 SLAVE 10951'
    ])
    expect(spec.nameservers).toEqual([{ id: 0, port: 9876 }])
    expect(specProblems(spec)).toEqual([])
  })

  test('a new node never gets the folder of one that was removed', () => {
    const spec = removeNode(presetSpec('2m-noslave'), 'broker-1')
    expect(addMaster(spec, { nameserver: 1, broker: 2 }).brokers.at(-1)).toMatchObject({ id: 2 })
  })

  test('ports the system finds stay so', () => {
    const spec = addMaster(presetSpec('single', { namesrv: 0, broker: 0, grpc: 0 }), noIds)
    expect(addNameserver(spec, noIds).nameservers.at(-1)?.port).toBe(0)
    expect(spec.brokers.at(-1)?.port).toBe(0)
  })

  test('a role brings its id along', () => {
    const pair = presetSpec('2m-2s-async')
    const slave = changeRole(pair, 2, 'SLAVE')
    expect(brief(slave)[2]).toBe('2 broker-b:2 SLAVE 10951')
    expect(brief(changeRole(slave, 2, 'SYNC_MASTER'))[2]).toBe('2 broker-b:0 SYNC_MASTER 10951')
  })

  test('wiring makes a slave, cutting the wire a master again', () => {
    const wired = wire(presetSpec('2m-noslave'), 'broker-0', 'broker-1')
    expect(brief(wired)[1]).toBe('1 broker-a:1 SLAVE 10931')
    expect(brief(unwire(wired, 'broker-1'))[1]).toBe('1 broker-b:0 ASYNC_MASTER 10931')
    expect(wire(wired, 'broker-0', 'broker-1')).toBe(wired)
    expect(wire(wired, 'broker-0', 'namesrv-0')).toBe(wired)
  })

  test('promotion is of a whole set, and goes along with the wire', () => {
    const promoted = changePromotion(presetSpec('2m-2s-async'), 'broker-a', true)
    expect(promoted.brokers.map(({ promotion }) => promotion)).toEqual([
      true,
      true,
      undefined,
      undefined
    ])
    const wired = wire(promoted, 'broker-0', 'broker-3')
    expect(wired.brokers[3]).toMatchObject({ name: 'broker-a', brokerId: 2, promotion: true })
    expect(changePromotion(promoted, 'broker-a', false)).toEqual(presetSpec('2m-2s-async'))
  })

  test('nodes and the proxy are moved and removed by their key', () => {
    const spec = setProxy(single, 8081)
    expect(changePort(spec, 'proxy', 18_081).proxy).toEqual({ port: 18_081 })
    expect(changePort(spec, 'namesrv-0', 1).nameservers[0]?.port).toBe(1)
    expect(changePort(spec, 'broker-0', 1).brokers[0]?.port).toBe(1)
    expect(removeNode(spec, 'proxy').proxy).toBeUndefined()
    expect(setProxy(removeNode(spec, 'proxy'), 8081)).toEqual(single)
    expect(removeNode(spec, 'namesrv-0').nameservers).toEqual([])
  })

  test('shows slaves below their master, and every broker registered', () => {
    const { nodes, wires } = drawn(setProxy(presetSpec('3n-2m-2s'), 8081))
    const at = (key: string) => nodes.find((node) => node.key === key)!
    expect(at('broker-1').x).toBe(at('broker-0').x)
    expect(at('broker-1').y).toBeGreaterThan(at('broker-0').y)
    expect(at('broker-2').x).toBeGreaterThan(at('broker-0').x)
    expect(wires.filter(({ kind }) => kind === 'replicates')).toMatchObject([
      { from: 'broker-0', to: 'broker-1' },
      { from: 'broker-2', to: 'broker-3' }
    ])
    expect(wires.filter(({ kind }) => kind === 'registers')).toHaveLength(3 * 4)
  })
})

describe('the way back', () => {
  test('goes step by step and forth again; a new step ends the way forth', () => {
    let history = recorded(recorded(historyOf('a'), 'b'), 'c')
    history = undone(undone(history))
    expect(history.present).toBe('a')
    expect(undone(history).present).toBe('a')
    history = redone(history)
    expect(history.present).toBe('b')
    expect(redone(recorded(history, 'd')).present).toBe('d')
  })

  test('takes typing in one field as one step', () => {
    let history = historyOf('')
    for (const text of ['l', 'la', 'lab']) history = recorded(history, text, 'name')
    history = recorded(history, 'lab!', 'other')
    expect(undone(history).present).toBe('lab')
    expect(undone(undone(history)).present).toBe('')
  })

  test('ends somewhere', () => {
    let history = historyOf(0)
    for (let i = 1; i <= MAX_UNDO + 5; i++) history = recorded(history, i)
    expect(history.past).toHaveLength(MAX_UNDO)
  })
})
