// The HA port of RocketMQ, recorded between two stock brokers, and a stock slave that takes what our master sends.
import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { inspect } from 'node:util'
import { afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import { startHeadless } from '../../headless'
import { framingOf, HaRecorder, SOUND } from './haRecorder'
import { fetchLine } from './maven'
import { freePorts, startStockBroker, startStockServers } from './stockServer'

const LINE = 'server-5.3'
const HEAP = ['-Xms128m', '-Xmx384m']
/** Sparse files; a heartbeat each second instead of each five. */
const STORE = { mappedFileSizeCommitLog: String(16 << 20), haSendHeartbeatInterval: '1000' }
const MESSAGES = 100

const open: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (let close = open.pop(); close; close = open.pop()) await close()
})

interface Answer {
  code: number
  body: string
}

/** One request, by hand: this suite shares no code with what it tests. */
const ask = (port: number, code: number, extFields: object = {}, body = ''): Promise<Answer> => {
  const header = Buffer.from(
    JSON.stringify({ code, flag: 0, language: 'JAVA', opaque: 1, version: 453, extFields })
  )
  const lengths = Buffer.alloc(8)
  lengths.writeInt32BE(4 + header.length + body.length, 0)
  lengths.writeInt32BE(header.length, 4)
  return new Promise((fulfil, reject) => {
    const socket = connect(port, '127.0.0.1')
    let got = Buffer.alloc(0)
    socket.write(Buffer.concat([lengths, header, Buffer.from(body)]))
    socket.once('error', reject)
    socket.on('data', (chunk) => {
      got = Buffer.concat([got, chunk])
      if (got.length < 4 || got.length < 4 + got.readInt32BE(0)) return
      socket.destroy()
      const headerEnd = 8 + (got.readInt32BE(4) & 0xffffff)
      const { code: answered } = JSON.parse(got.toString('utf8', 8, headerEnd)) as { code: number }
      fulfil({ code: answered, body: got.toString('utf8', headerEnd) })
    })
  })
}

const send = async (port: number, count: number): Promise<number[]> => {
  const codes = new Set<number>()
  for (let i = 0; i < count; i++) {
    const fields = { a: 'PG', b: 'HaTopic', c: 'TBW102', d: '4', e: '0', f: '0', g: '0', h: '0', i: '', j: '0', k: 'false', m: 'false' } // prettier-ignore
    codes.add((await ask(port, 310, fields, `message ${i}`)).code)
  }
  return [...codes]
}

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await setTimeout(50)
}

/** What PROTOCOL.md shows; with GANTRY_HA_CAPTURE it is printed. */
const show = (recorder: HaRecorder): void => {
  if (process.env['GANTRY_HA_CAPTURE'] === undefined) return
  const { reports, transfers } = recorder
  const told = { reports: reports.slice(0, 6).map(String), transfers: transfers.slice(0, 6), last: transfers.at(-1) } // prettier-ignore
  process.stdout.write(`${inspect(told)}\n`)
}

describe.skipIf(inject('hindrance') !== '')('the HA port', () => {
  beforeAll(() => fetchLine(LINE))

  test('of a stock SYNC_MASTER and its stock slave', async () => {
    const haPort = await freePorts(1)
    const master = await startStockServers(LINE, {
      settings: { ...STORE, brokerRole: 'SYNC_MASTER', inSyncReplicas: '2', haListenPort: String(haPort) }, // prettier-ignore
      brokerHeap: HEAP
    })
    open.push(() => master.stop())
    const recorder = new HaRecorder(() => haPort)
    open.push(() => recorder.close())
    await recorder.listen()
    const namesrvAddr = await recorder.nameserverFor(master.namesrv, haPort)
    const slave = await startStockBroker(
      LINE,
      { ...STORE, namesrvAddr, brokerName: 'broker-a', brokerId: '1', brokerRole: 'SLAVE' }, // prettier-ignore
      HEAP
    )
    open.push(() => slave.stop())
    await until(() => recorder.reports.length > 0)
    expect(recorder.reports[0]).toBe(0n)
    expect(await send(master.brokerPort, MESSAGES)).toEqual([0])
    const sent = recorder.transfers.length
    await until(() => recorder.transfers.slice(sent).some(({ size }) => size === 0))
    await until(() => framingOf(recorder).isAllAcknowledged)
    show(recorder)
    expect(framingOf(recorder)).toEqual(SOUND)
  })

  test('of our master and a stock slave: it takes our transfers and acknowledges them', async () => {
    const headless = await startHeadless({ args: ['--set', 'haSendHeartbeatInterval=1000'] })
    open.push(async () => void (await headless.stop()))
    const port = Number(headless.ready.brokers[0]?.address.split(':').at(-1))
    const { body } = await ask(port, 26)
    const haPort = Number(/^haListenPort=(\d+)$/m.exec(body)?.[1])
    await send(port, MESSAGES)
    const recorder = new HaRecorder(() => haPort)
    open.push(() => recorder.close())
    await recorder.listen()
    const namesrvAddr = await recorder.nameserverFor(headless.ready.namesrv[0] ?? '', haPort)
    const slave = await startStockBroker(
      LINE,
      { ...STORE, namesrvAddr, brokerName: 'broker-a', brokerId: '1', brokerRole: 'SLAVE' },
      HEAP
    )
    open.push(() => slave.stop())
    await until(() => recorder.transfers.length > 0)
    const before = recorder.transfers.length
    expect(await send(port, 1)).toEqual([0])
    await until(() => recorder.transfers.slice(before).some(({ size }) => size === 0))
    await until(() => framingOf(recorder).isAllAcknowledged)
    show(recorder)
    expect(recorder.reports[0]).toBe(0n)
    expect(framingOf(recorder)).toEqual(SOUND)
  })
})
