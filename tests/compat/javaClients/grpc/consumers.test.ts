import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Driver, Row } from '../driver'
import { isProxyOurs } from '../lines'
import { bodies, endings, numbered, of, sorted } from './rows'
import { type GrpcRig, startGrpcRig } from './rig'

const simple = ['fates', 'handles', 'filters']
const push = ['shared', 'failing', 'fifo', 'fifoDead', 'online']

/** Of the member that stays online. */
const GROUP = 'java_members'

describe.skipIf(inject('hindrance'))('consumers of the official Java gRPC client', () => {
  let rig: GrpcRig
  let driver: Driver
  let pushDriver: Driver

  beforeAll(async () => {
    rig = await startGrpcRig({ enablePropertyFilter: 'true' })
    for (const kind of ['fates', 'handles', 'filters', 'shared', 'failing', 'online'])
      await rig.topic(`java_${kind}`)
    for (const kind of ['fifo', 'fifoDead']) await rig.topic(`java_${kind}`, { type: 'FIFO' })
    for (const kind of ['fateful', 'handlers', 'byTag', 'bySql', 'bySql2', 'sharers', 'members'])
      await rig.group(`java_${kind}`)
    await rig.group('java_undertakers')
    await rig.group('java_failers', { retries: 2 })
    await rig.group('java_fifoReaders', { isOrderly: true, retries: 5 })
    await rig.group('java_fifoFailers', { isOrderly: true, retries: 2 })
    driver = rig.drive({ prefix: 'java', scenarios: simple })
    pushDriver = rig.drive({ prefix: 'java', scenarios: push })
  })

  afterAll(() => rig?.stop())

  const memberId = async (): Promise<string> => {
    const said = await rig.admin.run('consumerConnection', '-g', GROUP)
    return /^(\S+@\S+) /m.exec(said)?.[1] ?? said
  }

  test('a message that is not acknowledged comes again when its time is over, and no sooner', async () => {
    const rows = await driver.rows('fates')
    const received = of(rows, 'received')
    expect(sorted(bodies(received.slice(0, 4)))).toEqual(['acked', 'expired', 'later', 'sooner'])
    expect(received.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1, 2, 2, 2])
    const back = of(rows, 'back')
    expect(bodies(back)).toEqual(['sooner', 'expired', 'later'])
    for (const { lateMs, body } of back) expect(Number(lateMs), String(body)).toBeGreaterThan(-1000)
    expect(of(rows, 'rest')).toMatchObject([{ count: 0 }])
    const ids = new Map(of(rows, 'sent').map((row) => [row['body'], row['msgId']]))
    for (const row of received) expect(row['msgId']).toBe(ids.get(row['body'] ?? ''))
  })

  test('a handle counts once, and times have limits', async () => {
    const refusals = endings(await driver.rows('handles'))
    for (const what of ['too short', 'too long'])
      expect(refusals.get(what)).toMatchObject({ error: 'BadRequestException', code: 40011 })
    // A stock proxy takes an ack as often as it comes, as long as the time is not over.
    for (const what of isProxyOurs() ? ['acked twice', 'changed after ack'] : [])
      expect(refusals.get(what)).toMatchObject({ error: 'BadRequestException', code: 40013 })
    // A stock proxy answers a refusal without the handle, which the client then forgets.
    const after = isProxyOurs() ? { event: 'taken' } : { event: 'refused', code: 50001 }
    expect(refusals.get('acked after refusal')).toMatchObject(after)
  })

  test('tags and SQL92 choose; an expression that is none is refused', async () => {
    const rows = await driver.rows('filters')
    const next = rows.findIndex(({ event }) => event === 'next')
    const numbers = (from: number, to?: number) =>
      of(rows.slice(from, to), 'received')
        .map(({ body }) => Number(String(body).split(' ')[1]))
        .sort((a, b) => a - b)
    const all = Array.from({ length: 30 }, (_, i) => i)
    expect(numbers(0, next)).toEqual(all.filter((i) => i % 3 !== 1))
    expect(numbers(next)).toEqual(all.filter((i) => i > 9 && i % 2 === 0))
    expect(of(rows, 'rest')).toMatchObject([{ count: 0 }, { count: 0 }])
    const code = isProxyOurs() ? 40010 : 50001
    expect(endings(rows).get('wrong SQL')).toMatchObject({ event: 'refused', code })
  })

  test('two members of a group share the messages, each comes once', async () => {
    const rows = await pushDriver.rows('shared')
    expect(sorted(bodies(of(rows, 'received')))).toEqual(sorted(numbered('shared', 200)))
    expect(new Set(of(rows, 'by').map(({ who }) => who))).toEqual(new Set(['one', 'two']))
  })

  test('what fails comes again, and after its last attempt lies with the dead', async () => {
    const rows = await pushDriver.rows('failing')
    const attempts = (body: string) =>
      of(rows, 'received')
        .filter((row) => row['body'] === body)
        .map(({ attempt }) => attempt)
    expect(attempts('never')).toEqual([1, 2, 3])
    expect(attempts('once')).toEqual([1, 2])
    expect(attempts('fine')).toEqual([1])
    expect(of(rows, 'dead')).toMatchObject([{ body: 'never', tag: 'TagA', keys: 'key-never' }])
  })

  test('message groups keep their order, also behind one that fails', async () => {
    const received = of(await pushDriver.rows('fifo'), 'received')
    for (const group of ['g1', 'g2', 'g3']) {
      const mine = bodies(received.filter((row) => row['group'] === group))
      const expected = numbered(group, 10)
      // Tried until it succeeds, twice more, and nothing behind it meanwhile.
      if (group === 'g2') expected.splice(4, 0, 'g2 4', 'g2 4')
      expect(mine).toEqual(expected)
    }
  })

  test('in a message group the one that always fails goes to the dead, and those behind it come', async () => {
    const rows = await pushDriver.rows('fifoDead')
    const expected = numbered('dead', 6)
    expected.splice(2, 0, 'dead 2', 'dead 2')
    expect(bodies(of(rows, 'received'))).toEqual(expected)
    expect(of(rows, 'dead')).toMatchObject([{ body: 'dead 2', tag: 'TagA' }])
  })

  // Before a stock proxy it finds no member: nobody makes the group's retry topic, by which it looks.
  test.skipIf(!isProxyOurs())('mqadmin sees a member', async () => {
    await pushDriver.rows('online')
    const connection = await rig.admin.run('consumerConnection', '-g', GROUP)
    expect(connection).toContain('java_online')
    expect(connection).toContain('JAVA')
    expect(connection).toContain('CONSUME_PASSIVELY')
  })

  test.skipIf(!isProxyOurs())('mqadmin asks a member for its stack', async () => {
    await pushDriver.rows('online')
    const clientId = await memberId()
    const said = await rig.admin.run('consumerStatus', '-g', GROUP, '-i', clientId, '-s')
    expect(said).toContain('java_online')
    expect(said).toContain('org.apache.rocketmq.client.java.impl.ClientImpl')
  })

  test.skipIf(!isProxyOurs())('mqadmin has a member consume a message once more', async () => {
    const [sent] = of(await pushDriver.rows('online'), 'sent')
    const message = ['-t', 'java_online', '-i', String(sent?.['msgId'])]
    const asked = [...message, '-g', GROUP, '-d', await memberId()]
    expect(await rig.admin.run('queryMsgByUniqueKey', ...asked)).toContain('CR_SUCCESS')
    const isTwice = (rows: Row[]) =>
      of(rows, 'received').filter(({ body }) => body === 'hello').length >= 2
    await pushDriver.heard('online', isTwice)
  })
})
