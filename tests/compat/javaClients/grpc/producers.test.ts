import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Driver, Row } from '../driver'
import { bodies, endings, numbered, of, sorted } from './rows'
import { type GrpcRig, startGrpcRig } from './rig'

const scenarios = ['startup', 'normal', 'bodies', 'refusals', 'delay', 'recall']

describe.skipIf(inject('hindrance')).each([
  ['TLS, as it comes', 'tls', undefined],
  ['TLS switched off', 'plain', false]
] as const)('producers of the official Java gRPC client, %s', (_name, prefix, ssl) => {
  let rig: GrpcRig
  let driver: Driver

  beforeAll(async () => {
    rig = await startGrpcRig({ recallMessageEnable: 'true' })
    const name = (kind: string) => `${prefix}_${kind}`
    for (const kind of [
      'startup1',
      'startup2',
      'startup3',
      'startup4',
      'normal',
      'bodies',
      'refusals'
    ])
      // prettier-ignore
      await rig.topic(name(kind))
    for (const kind of ['delay', 'recall']) await rig.topic(name(kind), { type: 'DELAY' })
    for (const kind of ['starters', 'normals', 'bodyReaders', 'delayReaders', 'recallReaders'])
      await rig.group(name(kind))
    driver = rig.drive({ prefix, scenarios, ...(ssl !== undefined && { ssl }) })
  })

  afterAll(() => rig?.stop())

  test('each kind of client starts and ends, a producer of four topics too', async () => {
    const rows = of(await driver.rows('startup'), 'started')
    expect(rows.map(({ kind }) => kind)).toEqual(['first producer', 'producer', 'simple', 'push'])
  })

  test('messages arrive whole, once, with the ids that they were sent with', async () => {
    const rows = await driver.rows('normal')
    const sent = new Map(of(rows, 'sent').map((row) => [row['body'], row['msgId']]))
    const received = of(rows, 'received')
    expect(sorted(bodies(received))).toEqual(sorted(numbered('message', 60)))
    for (const row of received) {
      const i = Number(String(row['body']).split(' ')[1])
      expect(row).toMatchObject({ msgId: sent.get(row['body'] ?? ''), attempt: 1, group: null })
      expect(row).toMatchObject(
        i < 20
          ? { tag: 'TagA', keys: `key-${i} all`, properties: `{colour=红色, n=${i}}` }
          : { tag: null, keys: '', properties: '{}' }
      )
    }
    expect(of(rows, 'empty')).toMatchObject([{ count: 0 }])
  })

  test('bodies of a byte to nearly four megabytes arrive whole', async () => {
    const rows = of(await driver.rows('bodies'), 'body')
    const sizes = rows.map(({ size }) => Number(size)).sort((a, b) => a - b)
    expect(sizes).toEqual([1, 4097, 1 << 20, 2 << 20, 4_000_000])
    expect(rows.every(({ whole }) => whole === true)).toBe(true)
  })

  test('what is not allowed is refused with the code of its cause', async () => {
    const rows = await driver.rows('refusals')
    const refusals = endings(rows)
    // The client checks the type by the route and the size by the settings it was given.
    for (const what of ['FIFO to NORMAL', 'DELAY to NORMAL', 'oversize'])
      expect(refusals.get(what)).toMatchObject({ event: 'refused', code: null })
    expect(refusals.get('unknown topic')).toMatchObject({ error: 'NotFoundException', code: 40402 })
    expect(refusals.get('reserved property')).toMatchObject({ code: 40007 })
    expect(refusals.get('large properties')).toMatchObject({ code: 43101 })
    expect(refusals.get('far delay')).toMatchObject({ code: 40012 })
    expect(bodies(of(rows, 'sent'))).toEqual(['fitting'])
  })

  test('delayed messages come when they are due, in the order of their times', async () => {
    const received = of(await driver.rows('delay'), 'received')
    expect(sorted(bodies(received))).toEqual(
      sorted(['after -1', 'after 1', 'after 2', 'after 3', 'after 4'])
    )
    for (const row of received) {
      expect(row).toMatchObject({ tag: 'TagA', attempt: 1 })
      expect(Number(row['at'])).toBeGreaterThanOrEqual(Number(row['due']))
    }
  })

  test('a recalled message never comes', async () => {
    const rows: readonly Row[] = await driver.rows('recall')
    expect(of(rows, 'recalled')).toMatchObject([{ same: true }])
    expect(bodies(of(rows, 'received'))).toEqual(['marker'])
    expect(of(rows, 'rest')).toMatchObject([{ count: 0 }])
    expect(endings(rows).get('no handle')).toMatchObject({ event: 'refused' })
  })
})
