/** A sample of the damages over a whole broker: real files, real sockets; and what the simulated disk cannot be. */
import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { decodeMessages } from '../../src/main/protocol/message/messageCodec'
import { RequestCode } from '../../src/main/protocol/codes/requestCode'
import { BrokerTestbed, type TestClient } from '../cluster/broker/brokerTestbed'
import { BROKER_OUTCOMES, type BrokerRow } from './outcomes'

const TOPIC = 'Orders'
const COUNT = 40

let bed: BrokerTestbed
afterEach(() => bed.dispose())

const bodyOf = (i: number): string => `order ${i} ${'x'.repeat(i)}`

const pullAll = async (client: TestClient): Promise<string[]> => {
  const bodies: string[] = []
  for (let offset = 0; ;) {
    const answer = await client.pull('G', TOPIC, offset, { sysFlag: 4 })
    if (answer.code === 0)
      for (const { body } of decodeMessages(answer.body ?? Buffer.alloc(0)))
        bodies.push(body.toString('utf8'))
    const next = Number(answer.extFields['nextBeginOffset'])
    if (!(next > offset)) return bodies
    offset = next
  }
}

/** The only file of a folder, or the one that ends so. */
const fileIn = (folder: string, end = ''): string => {
  const names = fs.readdirSync(folder).filter((name) => name.endsWith(end))
  return join(folder, names.sort().at(-1)!)
}

const flip = (path: string, at: number): void => {
  const bytes = fs.readFileSync(path)
  bytes[at] = bytes[at]! ^ 0x40
  fs.writeFileSync(path, bytes)
}

const becomesFolder = (path: string): void => {
  fs.rmSync(path, { force: true })
  fs.mkdirSync(path)
}

/** `store` and `meta` are the broker's folders. */
type Change = (store: string, meta: string) => void

const log = (store: string): string => fileIn(join(store, 'commitlog'))
const queue = (store: string): string => {
  const topics = join(store, 'consumequeue')
  const topic = fileIn(topics)
  return fileIn(fileIn(topic))
}

const damages: [string, Change][] = [
  ['nothing', () => undefined],
  ['log segment: a byte in the middle changed', (store) => flip(log(store), 2_000)],
  ['log segment: its last 10 bytes cut', (store) => fs.truncateSync(log(store), fs.statSync(log(store)).size - 10)], // prettier-ignore
  ['log segment: a folder of its name', (store) => becomesFolder(log(store))],
  ['log: a folder with the name of a later segment', (store) => fs.mkdirSync(join(store, 'commitlog', '00000000000000999999'))], // prettier-ignore
  ['consume queue file: a folder of its name', (store) => becomesFolder(queue(store))],
  ['consume queue: a file with the name of its folder', (store) => {
    fs.rmSync(join(store, 'consumequeue'), { recursive: true })
    fs.writeFileSync(join(store, 'consumequeue'), '')
  }], // prettier-ignore
  ['index table: a folder of its name', (store) => becomesFolder(fileIn(join(store, 'index')))],
  ['index: a file with the name of its folder', (store) => {
    fs.rmSync(join(store, 'index'), { recursive: true })
    fs.writeFileSync(join(store, 'index'), '')
  }], // prettier-ignore
  ['checkpoint: a folder of its name', (store) => becomesFolder(join(store, 'checkpoint'))],
  ['checkpoint: of a newer version', (store) => {
    const text = '{"version":99}'
    fs.writeFileSync(join(store, 'checkpoint'), `${text}\n${crc(text)}\n`)
  }], // prettier-ignore
  ['topics.db: both generations removed', (_, meta) => {
    for (const name of ['topics.db', 'topics.db.prev']) fs.rmSync(join(meta, name), { force: true })
  }], // prettier-ignore
  ['topics.db: a byte changed', (_, meta) => flip(join(meta, 'topics.db'), 300)],
  ['topics.db: a folder of its name', (_, meta) => becomesFolder(join(meta, 'topics.db'))],
  ['meta: the whole folder removed', (_, meta) => fs.rmSync(meta, { recursive: true })],
  ['store: the whole folder removed', (store) => fs.rmSync(store, { recursive: true })]
]

const crc = (text: string): string => {
  let c = ~0
  for (const byte of Buffer.from(text)) {
    c ^= byte
    for (let k = 0; k < 8; k++) c = (c >>> 1) ^ (0xedb88320 & -(c & 1))
  }
  return (~c >>> 0).toString(16).padStart(8, '0')
}

test.each(damages)('over sockets: %s', async (name, change) => {
  bed = new BrokerTestbed()
  const first = await bed.start()
  const sent: string[] = []
  const producer = bed.client(first)
  for (let i = 0; i < COUNT; i++) {
    sent.push(bodyOf(i))
    const properties = { KEYS: `k${i}` }
    expect((await producer.send(TOPIC, bodyOf(i), { properties })).code).toBe(0)
  }
  await first.stop()
  bed.reports.length = 0
  const folder = join(bed.folder, 'broker-a')
  change(join(folder, 'store'), join(folder, 'meta'))

  let served = 0
  let start = 'ok'
  let told: string[] = []
  try {
    const broker = await bed.start()
    const client = bed.client(broker)
    const bodies = await pullAll(client)
    expect(bodies.filter((body) => !sent.includes(body))).toEqual([])
    expect(bodies).toEqual([...bodies].sort((a, b) => sent.indexOf(a) - sent.indexOf(b)))
    served = bodies.length
    told = bed.reports.map((report) => ('report' in report ? report.report.kind : report.kind))
    expect((await client.send(TOPIC, 'after')).code).toBe(0)
    expect((await pullAll(client)).at(-1)).toBe('after')
    await broker.stop()
    bed.reports.length = 0
    const again = await bed.start()
    expect(bed.reports).toEqual([])
    expect(await pullAll(bed.client(again))).toHaveLength(served + 1)
    expect((await bed.client(again).ask(RequestCode.GET_BROKER_RUNTIME_INFO)).code).toBe(0)
  } catch (error) {
    if (start !== 'ok' || served > 0 || !(error instanceof Error)) throw error
    expect(error.message).not.toContain('\n')
    start = error.message.replaceAll(bed.folder, 'DATA')
  }
  const row: BrokerRow = [name, served, [...new Set(told)].sort().join(' + '), start]
  if (process.env['GANTRY_TORTURE_PRINT']) process.stdout.write(`ROW ${JSON.stringify(row)},\n`)
  expect(BROKER_OUTCOMES).toContainEqual(row)
})
