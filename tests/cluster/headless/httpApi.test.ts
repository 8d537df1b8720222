/** The HTTP API over real HTTP, against a running cluster. */
import { request, type IncomingHttpHeaders } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { version } from '../../../package.json'
import { methods, type MethodName } from '../../../src/shared/contract'
import { apiRoutes } from '../../../src/main/http/api/routes'
import { startHeadless, type Headless } from '../../headless'

let headless: Headless
let url: URL
let token: string

beforeAll(async () => {
  headless = await startHeadless()
  url = new URL(headless.ready.console)
  token = url.searchParams.get('token')!
})
afterAll(() => headless.stop())

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
  json: () => unknown
}

/** A request whose every header is ours, which fetch does not allow. */
const ask = (
  method: string,
  path: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: string | Buffer } = {}
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asking = request(
      { host: '127.0.0.1', port: url.port, path, method, headers, agent: false },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.on('end', () => {
          const { statusCode: status = 0, headers: answered } = response
          resolve({ status, headers: answered, text, json: () => JSON.parse(text) as unknown })
        })
      }
    )
    asking.on('error', reject)
    asking.end(body)
  })

const bearer = () => ({ Authorization: `Bearer ${token}` })

const pathOf = (method: MethodName): string => `/api/v1/${method.replace('.', '/')}`

const post = (method: MethodName, params?: unknown): Promise<Answer> =>
  ask('POST', pathOf(method), {
    headers: { ...bearer(), ...(params !== undefined && { 'Content-Type': 'application/json' }) },
    ...(params !== undefined && { body: JSON.stringify(params) })
  })

const codeOf = (answer: Answer): string => (answer.json() as { code: string }).code

describe('who gets in', () => {
  test.each<[string, () => Record<string, string>, number]>([
    ['nobody without a token', () => ({}), 401],
    ['nobody with a wrong one', () => ({ Authorization: `Bearer ${'x'.repeat(43)}` }), 401],
    ['not by the cookie of the page', () => ({ Cookie: `gantry-${url.port}=${token}` }), 401],
    ['not under another name', () => ({ ...bearer(), Host: 'evil.example' }), 421],
    ['no page of another origin', () => ({ ...bearer(), Origin: 'http://evil.example' }), 403],
    ['who has the token', bearer, 200]
  ])('%s', async (_name, headers, status) => {
    const answer = await ask('GET', '/api/v1/topic/list', { headers: headers() })
    expect(answer.status).toBe(status)
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    if (status !== 200) expect(answer.headers['content-type']).toMatch('application/problem+json')
  })

  test('a browser that asks beforehand is told nothing', async () => {
    const preflight = await ask('OPTIONS', '/api/v1/topic/list', {
      headers: { Origin: 'http://evil.example', 'Access-Control-Request-Method': 'POST' }
    })
    expect(preflight.status).toBe(403)
    expect(preflight.headers['access-control-allow-origin']).toBeUndefined()
  })

  test('the token in the address opens nothing: addresses are written down', async () => {
    expect((await ask('GET', `/api/v1/topic/list?token=${token}`)).status).toBe(401)
  })
})

describe('requests', () => {
  test('a topic is made, listed and deleted', async () => {
    const queues = { readQueueNums: 2, writeQueueNums: 2, perm: 6 }
    expect(await post('topic.save', { topic: 'Http', ...queues })).toMatchObject({ status: 204, text: '' }) // prettier-ignore
    const listed = (await post('topic.list')).json() as { topic: string }[]
    expect(listed.map(({ topic }) => topic)).toContain('Http')
    expect((await post('topic.delete', { topic: 'Http' })).status).toBe(204)
    const gone = await post('topic.detail', { topic: 'Http' })
    expect(gone.status).toBe(404)
    expect(gone.json()).toMatchObject({
      type: 'urn:gantry:problem:TOPIC_NOT_EXIST',
      title: 'TOPIC_NOT_EXIST',
      status: 404,
      code: 'TOPIC_NOT_EXIST',
      params: { topic: 'Http' }
    })
  })

  test.each<[string, () => Promise<Answer>, number, string]>([
    ['wrong parameters', () => post('topic.save', { topic: '' }), 400, 'INVALID_INPUT'],
    ['an unknown path', () => ask('POST', '/api/v1/no/such', { headers: bearer() }), 404, 'UNKNOWN_METHOD'], // prettier-ignore
    ['a way out of the folder', () => ask('POST', '/api/v1/../topic/list', { headers: bearer() }), 405, ''], // prettier-ignore
    ['GET of what changes something', () => ask('GET', '/api/v1/topic/delete', { headers: bearer() }), 405, 'INVALID_INPUT'], // prettier-ignore
    ['a body of another type', () => ask('POST', '/api/v1/topic/save', { headers: { ...bearer(), 'Content-Type': 'text/plain' }, body: '{}' }), 415, 'INVALID_INPUT'], // prettier-ignore
    ['what is no JSON', () => ask('POST', '/api/v1/topic/save', { headers: { ...bearer(), 'Content-Type': 'application/json' }, body: '{' }), 400, 'INVALID_INPUT'] // prettier-ignore
  ])('%s', async (_name, asked, status, code) => {
    const answer = await asked()
    expect(answer.status).toBe(status)
    if (code !== '') expect(codeOf(answer)).toBe(code)
  })

  test('a body that is announced larger than the limit is refused unread', async () => {
    const answer = await ask('POST', '/api/v1/message/send', {
      headers: {
        ...bearer(),
        'Content-Type': 'application/json',
        'Content-Length': String(33 * 1024 * 1024)
      },
      body: '{'
    }).catch((error: Error) => error)
    if (answer instanceof Error) throw answer
    expect(answer.status).toBe(413)
    expect(codeOf(answer)).toBe('BODY_TOO_LARGE')
  })
})

interface Operation {
  requestBody?: { content: { 'application/json': { schema: object } } }
  responses: Record<string, { content?: { 'application/json': { schema: object } } }>
}

interface Described {
  openapi: string
  info: { version: string }
  paths: Record<string, { post: Operation; get?: Operation }>
  components: { schemas: Record<string, object> }
}

describe('openapi.json', () => {
  const described = async (): Promise<Described> =>
    (await ask('GET', '/api/v1/openapi.json', { headers: bearer() })).json() as Described

  /** References resolved the way zod wants them. */
  const validator = ({ components }: Described, schema: object): z.ZodType => {
    const whole = { ...schema, $defs: components.schemas }
    const text = JSON.stringify(whole).replaceAll('#/components/schemas/', '#/$defs/')
    return z.fromJSONSchema(JSON.parse(text) as Parameters<typeof z.fromJSONSchema>[0])
  }

  test('names every method of the contract, and what each answers', async () => {
    const { openapi, info, paths } = await described()
    expect({ openapi, version: info.version }).toEqual({ openapi: '3.1.0', version })
    expect(Object.keys(paths).sort()).toEqual(apiRoutes.map(({ path }) => path).sort())
    expect(apiRoutes.map(({ method }) => method)).toEqual(Object.keys(methods))
    for (const { path, hasParams, isReadOnly } of apiRoutes) {
      const { post: posted, get } = paths[path]!
      expect([path, posted.requestBody !== undefined]).toEqual([path, hasParams])
      expect([path, get !== undefined]).toEqual([path, isReadOnly])
      const schema = posted.responses['200']?.content?.['application/json'].schema
      expect([path, schema ?? posted.responses['204']]).not.toEqual([path, {}])
    }
  })

  test('the page’s cookie opens it, and nothing else', async () => {
    const Cookie = `gantry-${url.port}=${token}`
    expect((await ask('GET', '/api/v1/openapi.json', { headers: { Cookie } })).status).toBe(200)
    expect((await ask('GET', '/api/v1/openapi.json')).status).toBe(401)
  })

  test('answers of the running cluster are as described', async () => {
    await post('topic.save', { topic: 'Seen', readQueueNums: 1, writeQueueNums: 1, perm: 6 })
    await post('group.save', { groupName: 'Seers' })
    const document = await described()
    const { brokers } = (await post('cluster.view')).json() as { brokers: { id: string }[] }
    const asked: [MethodName, unknown?][] = [
      ['app.info'],
      ['settings.get'],
      ['cluster.view'],
      ['cluster.saved'],
      ['grpc.clients'],
      ['address.view'],
      ['clock.get'],
      ['snapshot.list'],
      ['topic.list'],
      ['topic.detail', { topic: 'Seen' }],
      ['group.list'],
      ['group.detail', { groupName: 'Seers' }],
      ['message.send', { topic: 'Seen', body: 'hello' }],
      ['message.browse', { topic: 'Seen', brokerName: 'broker-a', queueId: 0, offset: 0, limit: 10 }], // prettier-ignore
      ['traffic.history'],
      ['notice.list'],
      ['fault.list'],
      ['config.view', { id: brokers[0]?.id }]
    ]
    for (const [method, params] of asked) {
      const answer = await post(method, params)
      const { schema } =
        document.paths[pathOf(method)]!.post.responses['200']!.content!['application/json']
      const judged = validator(document, schema).safeParse(answer.json())
      expect([method, answer.status, judged.error?.issues ?? []]).toEqual([method, 200, []])
    }
  })

  test('a wrong answer would be noticed', async () => {
    const document = await described()
    const { schema } =
      document.paths['/api/v1/topic/list']!.post.responses['200']!.content!['application/json']
    expect(validator(document, schema).safeParse([{ topic: 1 }]).success).toBe(false)
  })
})
