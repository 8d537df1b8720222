// Official Java clients that consume in order: members that come, go and are killed.
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Cluster, startCluster } from './cluster'
import type { Row } from './driver'
import { clientLines, stockServer } from './lines'
import { type Members, startMembers } from './members'

/** Of a queue's lock at the broker; a stock one has its minute. */
const LEASE_MS = stockServer() ? 60_000 : 6000
/** Clients renew soon, and believe in their locks for less long than the broker does. */
const BELIEF_MS = 2500
const properties = {
  'rocketmq.client.rebalance.lockInterval': '500',
  'rocketmq.client.rebalance.lockMaxLiveTime': String(BELIEF_MS),
  'rocketmq.client.rebalance.waitInterval': '1000'
}

interface Consumed {
  who: string
  queueId: number
  offset: number
  isTaken: boolean
  begin: number
  end: number
}

const consumedOf = (rows: Row[]): Consumed[] =>
  rows
    .filter(({ event }) => event === 'consumed')
    .map((row) => ({
      who: String(row['who']),
      queueId: Number(row['queueId']),
      offset: Number(row['queueOffset']),
      isTaken: row['outcome'] === 'taken',
      begin: Number(row['begin']),
      end: Number(row['end'])
    }))

/** The record of one queue, in the order of time; rows of one member stay in theirs. */
const ofQueue = (all: Consumed[], queueId: number): Consumed[] =>
  all.filter((each) => each.queueId === queueId).sort((a, b) => a.begin - b.begin)

/** What must come behind a delivery. */
const nextOf = ({ offset, isTaken }: Consumed): number => (isTaken ? offset + 1 : offset)

/** What is wrong with the record of one queue; `killed` may have consumed what it could not commit. */
function faultsOf(record: Consumed[], killed: string): string[] {
  return record.slice(1).flatMap((row, i) => {
    const before = record[i]!
    const pair = `${JSON.stringify(before)} then ${JSON.stringify(row)}`
    if (row.who === before.who) return row.offset === nextOf(before) ? [] : [`order: ${pair}`]
    // The message in the hands of a member that gives the queue away may come again, no other.
    const repeats = before.who === killed ? before.offset + 1 : 1
    const isNext = row.offset <= nextOf(before) && row.offset >= nextOf(before) - repeats
    return [
      ...(row.begin < before.end ? [`two members at once: ${pair}`] : []),
      ...(isNext ? [] : [`handed over: ${pair}`])
    ]
  })
}

describe.skipIf(inject('hindrance')).each(clientLines)('official Java %s, in order', (line) => {
  let cluster: Cluster
  let members: Members

  beforeAll(async () => {
    const settings = { gantryRebalanceLockMaxLiveTime: String(LEASE_MS) }
    cluster = await startCluster(stockServer() ? {} : settings)
    members = await startMembers(line, cluster, { scenario: 'orderlyMember', properties })
  })

  afterAll(async () => {
    await members?.stopAll()
    await cluster?.stop()
  })

  test('each queue has one member at a time, and its order, while members come, go and die', async () => {
    const one = await members.join('one', 8)
    const two = await members.join('two', 4)
    // Sorted by client id: one, three, two.
    const three = await members.join('three', 3)
    await two.driver.end()
    const [, rowsOfThree] = await Promise.all([one.works(4), three.works(4)])
    const killedAt = Date.now()
    await three.driver.stop()
    await one.works(8)
    await members.feeder.end()
    const sent = (await members.feeder.rows('feeder')).filter(({ event }) => event === 'sent')
    const ends = new Map(sent.map((row) => [Number(row['queueId']), Number(row['queueOffset'])]))
    const isAtEnd = (rows: Row[]) =>
      [...ends].every(
        ([queueId, offset]) =>
        rows.some((row) => row['queueId'] === queueId && row['queueOffset'] === offset && row['outcome'] === 'taken') // prettier-ignore
      )
    await one.driver.heard('orderlyMember', isAtEnd)

    const all = consumedOf((await Promise.all([one, two, three].map((each) => each.rows()))).flat())
    expect(new Set(sent.map((row) => row['status']))).toEqual(new Set(['SEND_OK']))
    expect(all.some(({ isTaken }) => !isTaken)).toBe(true)
    for (const [queueId, end] of ends) {
      const record = ofQueue(all, queueId)
      expect(faultsOf(record, 'three')).toEqual([])
      const taken = new Set(record.filter(({ isTaken }) => isTaken).map(({ offset }) => offset))
      expect(taken, `queue ${queueId}`).toEqual(
        new Set(Array.from({ length: end + 1 }, (_, i) => i))
      )
    }
    // A dead member's locks hold until they expire: its channel's end does not free them.
    const last = rowsOfThree.findLast(({ event }) => event === 'assigned')
    for (const queueId of JSON.parse(String(last?.['queues'])) as number[]) {
      const taker = ofQueue(all, queueId).find(
        ({ who, begin }) => who === 'one' && begin > killedAt
      )
      expect(taker?.begin).toBeGreaterThan(killedAt + LEASE_MS - BELIEF_MS)
    }
  })
})
