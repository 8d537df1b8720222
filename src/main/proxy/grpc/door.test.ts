/** One port for clients of every kind: those that speak gRPC are served, the others hear where to go. */
import { credentials, makeClientConstructor, Metadata, type ServiceError } from '@grpc/grpc-js'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../base/clock'
import { createLog, silentLog } from '../../base/log'
import { RequestCode } from '../../protocol/codes/requestCode'
import { RemotingClient } from '../../remoting/client'
import { RemotingServer } from '../../remoting/server'
import type { Stranger } from '../../remoting/strangers'
import { proxyAccess } from '../auth/proxyAccess'
import { readProxyConfig } from '../proxyConfig'
import { Code, OK } from '../v2/code'
import type { QueryRouteRequest, QueryRouteResponse } from '../v2/messages'
import { SERVICE_PATH, unaryCodecs } from '../v2/methods'
import { grpcRig, type GrpcRig } from './testing/rig'

const { request: requests, response: responses } = unaryCodecs.QueryRoute

const Client = makeClientConstructor(
  {
    QueryRoute: {
      path: `${SERVICE_PATH}QueryRoute`,
      requestStream: false,
      responseStream: false,
      requestSerialize: (request: QueryRouteRequest) => requests.encode(request),
      requestDeserialize: (bytes: Buffer) => requests.decode(bytes),
      responseSerialize: (response: QueryRouteResponse) => responses.encode(response),
      responseDeserialize: (bytes: Buffer) => responses.decode(bytes)
    }
  },
  'MessagingService'
)

type Ask = (
  request: QueryRouteRequest,
  metadata: Metadata,
  done: (error: ServiceError | null, answer?: QueryRouteResponse) => void
) => void

let folder: string
let rig: GrpcRig | undefined
let strangers: Stranger[]
let logged: string[]
const cleanups: (() => unknown)[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'door-'))
  strangers = []
  logged = []
})
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  await rig?.close()
  rig = undefined
  rmSync(folder, { recursive: true })
})

const serve = async (properties: Record<string, string> = {}): Promise<number> => {
  const config = readProxyConfig(properties)
  const nobody = () => Promise.resolve(undefined)
  rig = await grpcRig(
    {
      QueryRoute: (_request, call) =>
        Promise.resolve({ status: { ...OK, message: call.isTls ? 'by TLS' : 'plain' } })
    },
    {
      folder,
      config,
      access: proxyAccess({ config, metadata: { user: nobody, acl: nobody } }),
      log: createLog('test', systemClock, ({ message }) => logged.push(message)),
      onStranger: (stranger) => strangers.push(stranger)
    }
  )
  return rig.port
}

/** The stack of the npm client. */
const askByGrpcJs = (
  address: string,
  how = credentials.createInsecure()
): Promise<QueryRouteResponse> => {
  const client = new Client(address, how)
  cleanups.push(() => client.close())
  const metadata = new Metadata()
  metadata.set('x-mq-client-id', 'c')
  const ask = (client as unknown as { QueryRoute: Ask }).QueryRoute.bind(client)
  return new Promise((resolve, reject) =>
    ask({ topic: { name: 'T' } }, metadata, (error, answer) =>
      answer ? resolve(answer) : reject(error ?? new Error('no answer'))
    )
  )
}

/** By TLS, and without a look at the certificate, as Java and Go do. */
const askUnchecked = async (): Promise<QueryRouteResponse> => {
  if (!rig) throw new Error('nothing is served')
  const client = rig.connect(`https://127.0.0.1:${rig.port}`, { rejectUnauthorized: false })
  return client.ask('QueryRoute', unaryCodecs.QueryRoute, {})
}

const askRemoting = (port: number): ReturnType<RemotingClient['invoke']> => {
  const client = new RemotingClient({ clock: systemClock, log: silentLog })
  cleanups.push(() => client.close())
  return client.invoke(`127.0.0.1:${port}`, { code: RequestCode.GET_ROUTEINFO_BY_TOPIC }, 5000)
}

const talk = (port: number, bytes: string | Buffer): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => (text += chunk.toString('latin1')))
    socket.on('close', () => resolve(text))
    socket.write(bytes)
  })

test('plaintext and TLS are served at one port', async () => {
  const port = await serve()
  expect((await askByGrpcJs(`127.0.0.1:${port}`)).status.message).toBe('plain')
  expect((await askUnchecked()).status.message).toBe('by TLS')
  // Who is given the certificate trusts it.
  const trusted = credentials.createSsl(readFileSync(join(folder, 'proxy.crt')))
  expect((await askByGrpcJs(`localhost:${port}`, trusted)).status.message).toBe('by TLS')
  expect(strangers).toEqual([])
})

test('the made certificate is trusted by nobody else', async () => {
  const port = await serve()
  await expect(askByGrpcJs(`localhost:${port}`, credentials.createSsl())).rejects.toThrow(
    /self-signed certificate/
  )
})

test('many TLS clients at once make one certificate', async () => {
  await serve()
  const answers = await Promise.all(Array.from({ length: 5 }, askUnchecked))
  expect(answers.map(({ status }) => status.message)).toEqual(Array(5).fill('by TLS'))
  expect(logged.filter((message) => message.includes('trusted by nobody'))).toHaveLength(1)
})

test('without TLS its clients are cut off and reported', async () => {
  const port = await serve({ tlsTestModeEnable: 'false' })
  await expect(askByGrpcJs(`localhost:${port}`, credentials.createSsl())).rejects.toMatchObject({
    code: 14
  })
  expect(strangers).toMatchObject([{ protocol: 'tls', port }])
  expect(logged).toEqual([expect.stringContaining('tlsTestModeEnable=false')])
})

test('a certificate that is configured and cannot be used stops the start', async () => {
  const paths = { tlsKeyPath: join(folder, 'no.key'), tlsCertPath: join(folder, 'no.crt') }
  await expect(serve(paths)).rejects.toThrow(/no\.key/)
})

test('a remoting client hears which port is the nameserver’s, and is closed', async () => {
  const port = await serve()
  const { code, remark } = await askRemoting(port)
  expect(code).toBe(1)
  expect(remark).toContain('namesrvAddr to 127.0.0.1:9876')
  expect(strangers).toMatchObject([{ protocol: 'remoting', port }])
})

test('a browser hears it in plain words', async () => {
  const port = await serve()
  const answer = await talk(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*speaks gRPC/)
  expect(strangers).toMatchObject([{ protocol: 'http', port }])
})

test('what nobody understands is closed', async () => {
  const port = await serve()
  expect(await talk(port, 'SSH-2.0-x\r\n')).toBe('')
  expect(strangers).toMatchObject([{ protocol: 'unknown', port }])
})

test('the stack of the npm client hears at a remoting port which one it needs', async () => {
  const server = new RemotingServer({
    ...{ clock: systemClock, log: silentLog, host: '127.0.0.1', port: 0 },
    handler: () => undefined,
    onStranger: (stranger) => strangers.push(stranger)
  })
  const port = await server.listen()
  cleanups.push(() => server.close())
  await expect(askByGrpcJs(`127.0.0.1:${port}`)).rejects.toMatchObject({
    code: 12,
    details: expect.stringContaining('8081') as string
  })
  expect(strangers).toMatchObject([{ protocol: 'grpc', port }])
})

test('who has to sign and does not hears UNAUTHORIZED in the answer', async () => {
  const port = await serve({
    authenticationEnabled: 'true',
    initAuthenticationUser: '{"username":"u","password":"p"}'
  })
  expect((await askByGrpcJs(`127.0.0.1:${port}`)).status.code).toBe(Code.UNAUTHORIZED)
})
