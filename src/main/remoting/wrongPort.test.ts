import { connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2'
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { afterEach, expect, test } from 'vitest'
import { ManualClock, systemClock } from '../base/clock'
import { createLog, silentLog, type LogRecord } from '../base/log'
import { RequestCode } from '../protocol/codes/requestCode'
import { RemotingClient } from './client'
import { replyBody } from './route'
import { RemotingServer } from './server'
import { protocolOf, REPORT_PERIOD_MS, Strangers, type Stranger } from './strangers'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const serve = async (): Promise<{ port: number; strangers: Stranger[]; logged: LogRecord[] }> => {
  const strangers: Stranger[] = []
  const logged: LogRecord[] = []
  const server = new RemotingServer({
    clock: systemClock,
    log: createLog('test', systemClock, (record) => logged.push(record)),
    handler: () => replyBody(Buffer.from('served')),
    host: '127.0.0.1',
    port: 0,
    onStranger: (stranger) => strangers.push(stranger)
  })
  const port = await server.listen()
  cleanups.push(() => server.close())
  return { port, strangers, logged }
}

/** What comes back before the server closes. */
const talk = (port: number, bytes: string | Buffer): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => (text += chunk.toString('latin1')))
    socket.on('close', () => resolve(text))
    socket.write(bytes)
  })

const askGrpc = (port: number): Promise<IncomingHttpHeaders> =>
  new Promise((resolve, reject) => {
    const session = connectHttp2(`http://127.0.0.1:${port}`)
    cleanups.push(() => session.destroy())
    session.on('error', reject)
    const stream = session.request({
      ':method': 'POST',
      ':path': '/apache.rocketmq.v2.MessagingService/QueryRoute',
      'content-type': 'application/grpc'
    })
    stream.on('error', reject)
    stream.on('response', resolve)
    stream.end(Buffer.alloc(5))
  })

test('a gRPC client at a remoting port is told the port it needs, and is reported', async () => {
  const { port, strangers, logged } = await serve()
  const headers = await askGrpc(port)
  expect(headers).toMatchObject({ ':status': 200, 'grpc-status': '12' })
  expect(headers['grpc-message']).toContain('8081')
  expect(strangers).toEqual([
    { protocol: 'grpc', port, remoteAddress: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string }
  ])
  expect(logged.map(({ message }) => message)).toEqual([expect.stringContaining('8081')])
})

test('also when the first bytes of it come one by one', async () => {
  const { port, strangers } = await serve()
  const socket = connect(port, '127.0.0.1')
  cleanups.push(() => socket.destroy())
  const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])
  const answered = new Promise<Buffer>((resolve) => socket.once('data', resolve))
  for (const piece of ['P', 'R', 'I * HTTP/2.0\r\n\r\nSM\r\n\r\n', settings])
    await new Promise((resolve) => socket.write(piece, resolve))
  // A SETTINGS frame is the first thing an HTTP/2 server says.
  expect((await answered)[3]).toBe(4)
  expect(strangers.map(({ protocol }) => protocol)).toEqual(['grpc'])
})

test('a browser is told so in plain words', async () => {
  const { port, strangers } = await serve()
  const answer = await talk(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*remoting protocol/)
  expect(strangers.map(({ protocol }) => protocol)).toEqual(['http'])
})

test('TLS is closed, and reported with the cure', async () => {
  const { port, strangers, logged } = await serve()
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.on('close', resolve))
  expect(strangers.map(({ protocol }) => protocol)).toEqual(['tls'])
  expect(logged[0]?.message).toContain('tls.enable=false')
})

test('what is no frame and nobody’s first bytes is closed as ever', async () => {
  const { port, strangers } = await serve()
  expect(await talk(port, Buffer.from([0x7f, 255, 255, 255]))).toBe('')
  expect(strangers).toEqual([])
})

test('remoting clients are served before and after', async () => {
  const { port } = await serve()
  const client = new RemotingClient({ clock: systemClock, log: silentLog })
  cleanups.push(() => client.close())
  const ask = async (): Promise<string> => {
    const { body } = await client.call(`127.0.0.1:${port}`, { code: RequestCode.GET_BROKER_CONFIG }, 5000) // prettier-ignore
    return String(body)
  }
  expect(await ask()).toBe('served')
  await askGrpc(port)
  expect(await ask()).toBe('served')
})

test('a server that stops does not wait for such a client', async () => {
  const { port } = await serve()
  await askGrpc(port)
  await cleanups.shift()?.()
})

test.each([
  ['PRI * HTTP/2.0', 'grpc'],
  ['PUT ', 'http'],
  ['PR', undefined],
  ['\x16', 'tls'],
  ['\x00\x00\x01\x00{', 'remoting'],
  ['\x00\x00\x00\x01', 'unknown'],
  ['\xff\xff\xff\xff', 'unknown'],
  ['SSH-', 'unknown']
])('%j speaks %s', (text, protocol) => {
  expect(protocolOf(Buffer.from(text, 'latin1'))).toBe(protocol)
})

test('one of a kind and host is reported a minute', () => {
  const clock = new ManualClock()
  const told: string[] = []
  const strangers = new Strangers({
    ...{ clock, log: silentLog, describe: () => '' },
    onStranger: ({ protocol, remoteAddress }) => told.push(`${protocol} ${remoteAddress}`)
  })
  const seen = (protocol: 'grpc' | 'tls', remoteAddress: string): void =>
    strangers.seen({ protocol, remoteAddress, port: 9876 })
  seen('grpc', '10.0.0.1:1')
  seen('grpc', '10.0.0.1:2')
  seen('tls', '10.0.0.1:3')
  seen('grpc', '[::1]:4')
  clock.advance(REPORT_PERIOD_MS)
  seen('grpc', '10.0.0.1:5')
  expect(told).toEqual(['grpc 10.0.0.1:1', 'tls 10.0.0.1:3', 'grpc [::1]:4', 'grpc 10.0.0.1:5'])
})
