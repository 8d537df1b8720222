/** Who gets in: token, Host and Origin over real HTTP and WebSocket. */
import { request, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
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
  body: string
}

/** A request whose every header is ours, which fetch does not allow. */
const ask = (
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
  body = ''
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asking = request(
      { host: '127.0.0.1', port: url.port, path, method, headers, agent: false },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text })
        )
      }
    )
    asking.on('error', reject)
    asking.end(body)
  })

const cookieOf = async (): Promise<string> => {
  const { headers } = await ask(`/?token=${token}`)
  return headers['set-cookie']![0]!.split(';')[0]!
}

describe('the page', () => {
  test('comes with the token, and a cookie scripts cannot read', async () => {
    const { status, headers, body } = await ask(`/?token=${token}`)
    expect(status).toBe(200)
    expect(body).toContain('<div id="app">')
    expect(headers['set-cookie']).toEqual([
      `gantry-${url.port}=${token}; Path=/; HttpOnly; SameSite=Strict`
    ])
  })

  test('comes with the cookie alone', async () => {
    const { status, headers } = await ask('/', { cookie: await cookieOf() })
    expect(status).toBe(200)
    expect(headers['set-cookie']).toBeUndefined()
  })

  test.each([
    ['no token', '/'],
    ['a wrong token', '/?token=wrong'],
    ['an empty token', '/?token=']
  ])('explains itself with 403 and no cookie to %s', async (_name, path) => {
    const { status, headers } = await ask(path)
    expect(status).toBe(403)
    expect(headers['set-cookie']).toBeUndefined()
  })

  test('and everything else carries the security headers', async () => {
    for (const path of [`/?token=${token}`, '/', '/no.js', '/assets/none.css']) {
      const { headers } = await ask(path)
      expect(headers['content-security-policy']).toContain("default-src 'none'")
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
      expect(headers['content-security-policy']).not.toContain('unsafe-eval')
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['referrer-policy']).toBe('no-referrer')
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  })

  test('finds its scripts, which may be kept', async () => {
    const { body } = await ask(`/?token=${token}`)
    const script = /src="\.?(\/assets\/[^"]+\.js)"/.exec(body)?.[1]
    const { status, headers } = await ask(script!)
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect(headers['cache-control']).toContain('immutable')
  })
})

describe('a request is refused', () => {
  test.each([
    ['another name for this machine', 'evil.example'],
    ['another port', '127.0.0.1:1'],
    ['our address without a port', '127.0.0.1']
  ])('421 for a Host that is %s', async (_name, host) => {
    expect((await ask(`/?token=${token}`, { host })).status).toBe(421)
  })

  test.each(['http://evil.example', 'null', 'https://127.0.0.1'])(
    '403 for the Origin %s',
    async (origin) => {
      expect((await ask(`/?token=${token}`, { origin })).status).toBe(403)
    }
  )

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('405 for %s', async (method) => {
    const headers = { 'content-type': 'text/plain' }
    const { status } = await ask(`/?token=${token}`, headers, method, '{"kind":"call"}')
    expect(status).toBe(405)
  })

  test.each([
    '/../package.json',
    '/..%2f..%2fpackage.json',
    '/assets/..%5c..%5cpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '/assets/%00.js',
    '/index.html/..',
    '/ws'
  ])('404 for %s', async (path) => {
    const { status, body } = await ask(path, { cookie: await cookieOf() })
    // A path that is "/" once it is resolved is the page.
    if (status === 200) expect(body).toContain('<div id="app">')
    else expect(status).toBe(404)
    expect(body).not.toContain('devDependencies')
  })

  test('and what is no HTTP closes the connection only', async () => {
    const socket = connect({ host: '127.0.0.1', port: Number(url.port) })
    socket.on('error', () => undefined)
    socket.write('\0\0\0\x10 no http at all\r\n\r\n')
    await new Promise<void>((done) => socket.once('close', () => done()))
    expect((await ask(`/?token=${token}`)).status).toBe(200)
  })
})

/** How an attempt at a WebSocket ends: a refused upgrade's status, or a close code, or `open`. */
const attempt = (path: string, headers: Record<string, string>): Promise<number | 'open'> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${url.port}${path}`, { headers })
    let isOpen = false
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
    socket.on('error', () => undefined)
    socket.on('close', (code) => resolve(code))
    socket.on('open', () => {
      isOpen = true
      socket.send(JSON.stringify({ kind: 'call', id: 1, method: 'app.info' }))
    })
    socket.on('message', () => {
      if (isOpen) resolve('open')
      socket.terminate()
    })
  })

describe('the WebSocket', () => {
  const own = (): Record<string, string> => ({ origin: url.origin })

  test('opens with cookie and own origin', async () => {
    expect(await attempt('/ws', { ...own(), cookie: await cookieOf() })).toBe('open')
  })

  test('opens with the token in the address', async () => {
    expect(await attempt(`/ws?token=${token}`, own())).toBe('open')
  })

  test.each([
    ['without a token', '/ws', {}],
    ['with a wrong token', '/ws?token=wrong', {}],
    ['with a wrong cookie', '/ws', { cookie: 'gantry-1=x' }]
  ])('is closed with 4401 %s', async (_name, path, headers) => {
    expect(await attempt(path, { ...own(), ...headers })).toBe(4401)
  })

  test.each([
    ['no origin', {}],
    ['a foreign origin', { origin: 'http://evil.example' }],
    ['the origin null', { origin: 'null' }],
    ['the origin of another port', { origin: 'http://127.0.0.1:1' }]
  ])('is refused with 403 for %s, even with the token', async (_name, headers) => {
    expect(await attempt(`/ws?token=${token}`, headers as Record<string, string>)).toBe(403)
  })

  test('is refused with 421 for a foreign Host', async () => {
    const headers = { host: 'evil.example', origin: 'http://evil.example' }
    expect(await attempt(`/ws?token=${token}`, headers)).toBe(421)
  })

  test('is nowhere else', async () => {
    expect(await attempt(`/other?token=${token}`, own())).toBe(404)
  })
})
