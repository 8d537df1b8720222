import { describe, expect, test } from 'vitest'
import { historyOf, JournalReader, type Row } from './journal'
import { DeliveryProgress } from './progress'
import { timelineText } from './timeline'

const attempt = (id: string, time: number, topic = 'a/T'): Row => ({
  ...{ kind: 'attempt', client: 'p', id, time, topic, queueId: 0, bodyHash: id }
})
const ack = (id: string, time: number): Row => ({ kind: 'ack', client: 'p', id, time, offset: 0 })
const receive = (group: string, id: string, time: number): Row => ({
  ...{ kind: 'receive', client: 'c', group, id, time, bodyHash: id },
  ...{ topic: 'a/T', queueId: 0, offset: 0 }
})

describe('a journal that is being written', () => {
  test('a line is read when it is whole', () => {
    const reader = new JournalReader()
    const line = `${JSON.stringify(ack('m', 1))}\n`
    for (const piece of line.slice(0, -1)) expect(reader.push(piece)).toEqual([])
    expect(reader.push('\n{"ki')).toEqual([ack('m', 1)])
  })

  test('a whole line that is no row is no evidence but an error', () => {
    expect(() => new JournalReader().push('{"kind":\n')).toThrow('no row of a journal: {"kind":')
  })

  test('the history of many journals is in order of time, without remarks', () => {
    const rows: Row[] = [
      attempt('m', 1),
      ack('m', 4),
      { kind: 'gave-up', client: 'p', id: 'n', time: 5, why: 'timeout' },
      receive('g', 'm', 3)
    ]
    expect(historyOf(rows).map(({ kind }) => kind)).toEqual(['attempt', 'receive', 'ack'])
  })
})

describe('who still has to get what', () => {
  const groups = [
    { name: 'g', topics: ['T'] },
    { name: 'h', topics: ['U'] }
  ]

  test('each group of the topic, until it got the message', () => {
    const progress = new DeliveryProgress(groups)
    for (const row of [attempt('m', 1), ack('m', 2)]) progress.add(row)
    expect(progress.missing()).toEqual([{ group: 'g', ids: ['m'] }])
    progress.add(receive('g', 'm', 3))
    expect(progress.missing()).toEqual([])
  })

  test('a delivery may be seen before its acknowledgement', () => {
    const progress = new DeliveryProgress(groups)
    for (const row of [attempt('m', 1), receive('g', 'm', 2), ack('m', 3)]) progress.add(row)
    expect(progress.missing()).toEqual([])
  })

  test('what was acknowledged later is not due yet', () => {
    const progress = new DeliveryProgress(groups)
    for (const row of [attempt('m', 1), ack('m', 20)]) progress.add(row)
    expect(progress.missing(19)).toEqual([])
    expect(progress.missing(20)).toEqual([{ group: 'g', ids: ['m'] }])
  })

  test('what nobody acknowledged is owed to nobody', () => {
    const progress = new DeliveryProgress(groups)
    progress.add(attempt('m', 1))
    expect(progress.missing()).toEqual([])
  })
})

test('the account has a line a second, calm ones joined, with failures and what was done', () => {
  const rows: Row[] = [0, 1, 2, 3].flatMap((second) => [
    attempt(`m${second}`, second * 1000),
    ack(`m${second}`, second * 1000),
    receive('g', `m${second}`, second * 1000)
  ])
  rows.push({ kind: 'unknown', client: 'p', id: 'x', time: 2_500, why: 'timeout' })
  rows.push({ kind: 'unknown', client: 'p', id: 'y', time: 2_600, why: 'timeout' })
  const marks = [{ time: 5_100, text: 'kill broker-a:0' }]
  expect(timelineText(rows, marks, 0).split('\n').slice(1)).toEqual([
    '      0–1        1        1        0  a second',
    '        2        1        1        0  2 × timeout',
    '        3        1        1        0',
    '        4        0        0        0',
    '        5        0        0        0  kill broker-a:0'
  ])
})
