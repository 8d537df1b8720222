/** Masters that die or stand still under load: nothing acknowledged is lost, and the old one's tail goes. */
import { expect, test } from 'vitest'
import { systemClock } from '../../../src/main/base/clock'
import { decodeMessages } from '../../../src/main/protocol/message/messageCodec'
import { until } from '../client/cluster'
import { TestClient } from './brokerTestbed'
import { processSet, type ProcessSet } from './controlledProcesses'

/** So much a message that what a dead master sent is not all on its way to the slave. */
const MORE_THAN_SOCKETS_HOLD = 'x'.repeat(512 * 1024)

/** Sends to whoever is master, 16 at a time, and remembers what was acknowledged with SEND_OK. */
class Load {
  readonly acknowledged: string[] = []
  /** Of each message, behind its label. */
  padding = ''
  private readonly clients = new Map<string, TestClient>()
  private isOver = false
  private sent = 0
  private readonly running: Promise<void>[]

  constructor(private readonly set: ProcessSet) {
    this.running = Array.from({ length: 16 }, () => this.run())
  }

  /** Resolves when so many more were acknowledged. */
  async goesOn(count: number): Promise<void> {
    const from = this.acknowledged.length
    while (this.acknowledged.length < from + count) await pause()
  }

  /** Resolves when so many more were tried. */
  async tries(count: number): Promise<void> {
    const from = this.sent
    while (this.sent < from + count) await pause()
  }

  async end(): Promise<void> {
    this.isOver = true
    await Promise.all(this.running)
    for (const client of this.clients.values()) client.close()
  }

  private async run(): Promise<void> {
    let master: string | undefined
    while (!this.isOver) {
      master ??= await this.set.master()
      if (master === undefined) {
        await pause()
        continue
      }
      const body = `message ${this.sent++}`
      try {
        const answer = await this.client(master).ask(
          310,
          sendExt(),
          Buffer.from(`${body}|${this.padding}`),
          1000
        )
        if (answer.code === 0) this.acknowledged.push(body)
        else master = undefined
      } catch {
        // Perhaps stored, perhaps not: not acknowledged.
        master = undefined
      }
      if (master === undefined) await pause()
    }
  }

  private client(address: string): TestClient {
    const known = this.clients.get(address)
    if (known) return known
    const client = new TestClient(systemClock, address)
    this.clients.set(address, client)
    return client
  }
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20))

const sendExt = () => ({
  ...{ a: 'PG', b: 'T', c: 'TBW102', d: 4, e: 0, f: 0, g: 1_700_000_000_000, h: 0, i: '', j: 0 },
  ...{ k: false, m: false }
})

/** Every body of the queue, in its order. */
const readAll = async (address: string): Promise<string[]> => {
  const client = new TestClient(systemClock, address)
  const bodies: string[] = []
  try {
    for (let offset = 0; ;) {
      const { code, body, extFields } = await client.pull('CG', 'T', offset)
      if (code !== 0) return bodies
      for (const message of decodeMessages(body ?? Buffer.alloc(0))) bodies.push(message.body.toString().split('|', 1)[0]!) // prettier-ignore
      offset = Number(extFields.nextBeginOffset)
    }
  } finally {
    client.close()
  }
}

const missing = (wanted: readonly string[], there: readonly string[]): string[] => {
  const known = new Set(there)
  return wanted.filter((body) => !known.has(body))
}

const whole = (set: ProcessSet): Promise<number[]> =>
  until(set.syncStateSet, (ids) => ids.length === 2)

test('the master is killed again and again: what was acknowledged is at the next one', async () => {
  const set = await processSet()
  let master = await set.member(1)
  let slave = await set.member(2, { brokerRole: 'SLAVE' })
  let [masterNumber, slaveNumber] = [1, 2]
  await whole(set)
  const load = new Load(set)
  for (let round = 0; round < 3; round++) {
    await load.goesOn(300)
    // The slave stands still, so that the master has what it has not; none of it may be acknowledged.
    slave.signal('SIGSTOP')
    load.padding = MORE_THAN_SOCKETS_HOLD
    await load.tries(32)
    await master.kill()
    load.padding = ''
    slave.signal('SIGCONT')
    await slave.until('SYNC_MASTER')
    await load.goesOn(100)
    const back = await set.member(masterNumber)
    expect(back.role).toBe('SLAVE')
    await whole(set)
    ;[master, slave] = [slave, back]
    ;[masterNumber, slaveNumber] = [slaveNumber, masterNumber]
  }
  await load.end()
  const there = await readAll(master.address)
  expect(missing(load.acknowledged, there)).toEqual([])
  // The one that follows has the same, and nothing of what only it had.
  await until(
    () => readAll(slave.address),
    (copy) => copy.length === there.length
  )
  expect(await readAll(slave.address)).toEqual(there)
})

test('a master that stood still acknowledges nothing once it goes on, and follows the new one', async () => {
  const set = await processSet()
  const one = await set.member(1)
  const two = await set.member(2, { brokerRole: 'SLAVE' })
  await whole(set)
  const load = new Load(set)
  await load.goesOn(200)
  one.signal('SIGSTOP')
  // These lie in its socket until it goes on.
  const atOne = new TestClient(systemClock, one.address)
  const late = Array.from(
    { length: 20 },
    (_, i) =>
    atOne.ask(310, sendExt(), Buffer.from(`late ${i}`)).then(({ code }) => code, () => -1) // prettier-ignore
  )
  await two.until('SYNC_MASTER')
  await load.goesOn(200)
  one.signal('SIGCONT')
  expect((await Promise.all(late)).filter((code) => code === 0)).toEqual([])
  await one.until('SLAVE')
  await whole(set)
  await load.end()
  atOne.close()
  const there = await readAll(two.address)
  expect(missing(load.acknowledged, there)).toEqual([])
  expect(there.filter((body) => body.startsWith('late'))).toEqual([])
  await until(
    () => readAll(one.address),
    (copy) => copy.length === there.length
  )
  expect(await readAll(one.address)).toEqual(there)
})
