/** Nodes beyond loopback, by every address this machine has. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../../src/main/base/clock'
import { silentLog } from '../../../src/main/base/log'
import { systemRandom } from '../../../src/main/base/random'
import { DefaultMQProducer } from '../../../src/main/client/defaultMQProducer'
import { MQClientInstance } from '../../../src/main/client/mqClientInstance'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { RemotingClient } from '../../../src/main/remoting/client'
import type { AddressProbe } from '../../../src/shared/addressViews'
import { runHeadless, startHeadless, type Headless } from '../../headless'
import { ConsoleSocket } from './consoleSocket'

const own = Object.values(networkInterfaces()).flatMap((entries = []) => entries)
const lan = own.find(({ family, internal }) => family === 'IPv4' && !internal)?.address
const v6 = own.find(
  ({ family, internal, address }) => family === 'IPv6' && !internal && !address.startsWith('fe80')
)?.address
/** Linux answers at all of 127.0.0.0/8. */
const OTHER = '127.0.0.2'
const there = [OTHER, ...(lan === undefined ? [] : [lan])]

const start = async (...args: string[]): Promise<Headless> => {
  const headless = await startHeadless({ args: ['--set', 'autoCreateTopicEnable=true', ...args] })
  onTestFinished(async () => void (await headless.stop()))
  return headless
}

const portOf = (address: string | undefined): number => Number(address?.split(':').at(-1))

/** Where the brokers are, as a nameserver tells a client that comes to it at an address. */
const toldAt = async (host: string, { ready }: Headless): Promise<string[]> => {
  const client = new RemotingClient({ clock: systemClock, log: silentLog })
  try {
    const address = `${host}:${portOf(ready.namesrv[0])}`
    const code = RequestCode.GET_BROKER_CLUSTER_INFO
    const { body } = await client.call(address, { code }, 3000)
    const { brokerAddrTable } = JSON.parse(body!.toString()) as {
      brokerAddrTable: Record<string, { brokerAddrs: Record<string, string> }>
    }
    return Object.values(brokerAddrTable).flatMap(({ brokerAddrs }) => Object.values(brokerAddrs))
  } finally {
    client.close()
  }
}

/** By the route it is given, as a stock client does. */
const send = async (host: string, { ready }: Headless): Promise<string> => {
  const client = new MQClientInstance({
    ...{ clock: systemClock, random: systemRandom, log: silentLog },
    namesrvAddresses: () => [`${host}:${portOf(ready.namesrv[0])}`]
  })
  const producer = new DefaultMQProducer(client, 'PG')
  try {
    return (await producer.send({ topic: 'T', body: Buffer.from('x') })).sendStatus
  } finally {
    client.close()
  }
}

test('on loopback nobody else gets in', async () => {
  const headless = await start()
  for (const host of there) await expect(toldAt(host, headless)).rejects.toThrow('cannot reach')
  expect(headless.stderr()).not.toContain('access control')
})

describe('listening at every address', () => {
  test('a client is told the address it came to, and can go there', async () => {
    const headless = await start('--host', '0.0.0.0')
    const port = portOf(headless.ready.brokers[0]?.address)
    for (const host of ['127.0.0.1', ...there]) {
      expect(await toldAt(host, headless)).toEqual([`${host}:${port}`])
      expect(await send(host, headless)).toBe('SEND_OK')
    }
    expect(headless.ready.namesrv[0]).toMatch(/^127\.0\.0\.1:/)
    expect(headless.stderr()).toContain('unless access control (Users & permissions) is on')
  })

  test.skipIf(v6 === undefined)('with :: by IPv6 too', async () => {
    const headless = await start('--host', '::')
    const port = portOf(headless.ready.brokers[0]?.address)
    for (const host of [`[${v6}]`, OTHER]) {
      expect(await toldAt(host, headless)).toEqual([`${host}:${port}`])
      expect(await send(host, headless)).toBe('SEND_OK')
    }
  })

  test('a fixed address is told everywhere', async () => {
    const headless = await start('--host', '0.0.0.0', '--advertise', OTHER)
    const port = portOf(headless.ready.brokers[0]?.address)
    expect(headless.ready.brokers[0]?.address).toBe(`${OTHER}:${port}`)
    for (const host of ['127.0.0.1', ...there])
      expect(await toldAt(host, headless)).toEqual([`${OTHER}:${port}`])
  })

  test('a brokerIP1 of its own is not touched', async () => {
    const headless = await start('--host', '0.0.0.0', '--set', `brokerIP1=${OTHER}`)
    expect(await toldAt(lan ?? '127.0.0.1', headless)).toEqual([
      `${OTHER}:${portOf(headless.ready.brokers[0]?.address)}`
    ])
  })
})

test.skipIf(lan === undefined)('one interface listens beside loopback', async () => {
  const headless = await start('--host', lan!)
  expect(await send(lan!, headless)).toBe('SEND_OK')
  expect(await send('127.0.0.1', headless)).toBe('SEND_OK')
  await expect(toldAt(OTHER, headless)).rejects.toThrow('cannot reach')
})

test.each([
  [
    ['--host', '203.0.113.77'],
    /--host 203\.0\.113\.77 is no address of this machine; it has 127\./
  ],
  [['--host', 'localhost'], /--host localhost: give an IP address/],
  [['--advertise', 'me'], /--advertise me: give an IP address .*, or auto/]
])('%j is refused with its cure', async (flags, line) => {
  const parent = mkdtempSync(join(tmpdir(), 'gantry-'))
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }))
  const ports = ['namesrv', 'broker', 'grpc', 'console'].flatMap((port) => [`--${port}`, '0'])
  const ended = await runHeadless(['--data', join(parent, 'data'), ...ports, ...flags])
  expect(ended).toMatchObject({ code: 2, stdout: '' })
  expect(ended.stderr).toMatch(line)
})

test('a port that somebody has at one address only is told before anything starts', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, OTHER, resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  const parent = mkdtempSync(join(tmpdir(), 'gantry-'))
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }))
  const ended = await runHeadless(
    ['--data', join(parent, 'data'), '--host', '0.0.0.0', '--namesrv', String(port)].concat(
      ['broker', 'grpc', 'console'].flatMap((flag) => [`--${flag}`, '0'])
    )
  )
  expect(ended.code).toBe(2)
  expect(ended.stderr).toContain(`port ${port} for namesrv-0 is in use`)
})

describe('from the window', () => {
  const byAddress = (probes: readonly AddressProbe[], address: string) =>
    Object.fromEntries(
      probes
        .find((probe) => probe.address === address)!
        .ports.map(({ purpose, outcome, reason }) => [purpose, `${outcome} ${reason}`])
    )

  test.skipIf(lan === undefined)(
    'the self-test says what is shut and why; saved and applied it is open, and stays so',
    async () => {
      const dataDir = mkdtempSync(join(tmpdir(), 'gantry-'))
      const headless = await startHeadless({ dataDir })
      const window = await ConsoleSocket.open(headless.ready.console)
      const view = await window.call('address.view')
      expect(view).toMatchObject({
        host: '127.0.0.1',
        advertise: 'auto',
        isGiven: false,
        stale: []
      })
      expect(view.interfaces.find(({ address }) => address === lan)).toMatchObject({
        isListening: false,
        namesrvAddr: `${lan}:${portOf(headless.ready.namesrv[0])}`
      })
      const shut = await window.call('address.test')
      expect(byAddress(shut.addresses, lan!)).toMatchObject({
        namesrv: 'refused loopbackOnly',
        broker: 'refused loopbackOnly'
      })
      expect(byAddress(shut.addresses, '127.0.0.1')).toMatchObject({
        namesrv: 'reachable ok',
        broker: 'reachable ok'
      })

      const saved = await window.call('address.save', { host: '0.0.0.0', advertise: 'auto' })
      // The nameserver, the broker and the proxy.
      expect(saved.stale).toHaveLength(3)
      const still = await window.call('address.test')
      expect(byAddress(still.addresses, lan!)['namesrv']).toBe('refused restartNeeded')
      expect((await window.call('address.apply')).stale).toEqual([])
      const open = await window.call('address.test')
      const probe = open.addresses.find(({ address }) => address === lan)
      expect(byAddress(open.addresses, lan!)).toMatchObject({
        namesrv: 'reachable ok',
        broker: 'reachable ok'
      })
      expect(probe?.told).toEqual([
        expect.objectContaining({
          brokerName: 'broker-a',
          address: expect.stringContaining(lan!) as string,
          outcome: 'reachable'
        })
      ])
      const codes = (await window.call('notice.list')).map(({ code }) => code)
      expect(codes).toContain('BEYOND_LOOPBACK')
      await headless.stop()

      const again = await startHeadless({ dataDir })
      expect(await toldAt(lan!, again)).toHaveLength(1)
      await again.stop()
      rmSync(dataDir, { recursive: true })
    }
  )

  test('an address of nobody here is a problem, and changes nothing', async () => {
    const headless = await start()
    const window = await ConsoleSocket.open(headless.ready.console)
    expect(
      await window.ask('address.save', { host: '203.0.113.77', advertise: 'auto' })
    ).toMatchObject({ ok: false, error: { code: 'INVALID_INPUT' } })
    expect(await window.call('address.view')).toMatchObject({ host: '127.0.0.1' })
  })
})
