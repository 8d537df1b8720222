/** The console's methods over plain HTTP, for scripts: a token in the Authorization header, JSON in and out. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Problem } from '../../../shared/views'
import type { Console } from '../../console/console'
import { SECURITY_HEADERS } from '../../console/rendererFiles'
import { Session } from '../../console/session'
import type { Access } from '../access'
import { openApi, type ResultSchemas } from './openApi'
import { problemStatus } from './problemStatus'
import { BodyReader, MAX_BODY_BYTES } from './readBody'
import { OPEN_API_PATH, routeAt } from './routes'

interface Deps {
  console: Pick<Console, 'call' | 'forget' | 'on'>
  access: Access
  version: string
  schemas: () => ResultSchemas
}

interface Answer {
  status: number
  type?: string
  value?: unknown
  headers?: Record<string, string>
}

const problemAnswer = (
  status: number,
  { code, message, params }: Problem,
  headers: Record<string, string> = {}
): Answer => ({
  status,
  type: 'application/problem+json',
  value: {
    type: `urn:gantry:problem:${code}`,
    title: code,
    status,
    detail: message,
    code,
    ...(params && { params })
  },
  headers
})

const refused = (status: number, code: string, message: string, headers = {}): Answer =>
  problemAnswer(status, { code, message }, headers)

const send = (response: ServerResponse, answer: Answer): void => {
  if (response.destroyed) return
  const isEmpty = answer.status === 204
  const content = isEmpty ? Buffer.alloc(0) : Buffer.from(JSON.stringify(answer.value ?? null))
  response.writeHead(answer.status, {
    ...SECURITY_HEADERS,
    'Cache-Control': 'no-store',
    ...(!isEmpty && {
      'Content-Type': `${answer.type ?? 'application/json'}; charset=utf-8`,
      'Content-Length': content.length
    }),
    ...answer.headers
  })
  response.end(content)
}

const bodyProblems = {
  TOO_LARGE: refused(413, 'BODY_TOO_LARGE', `a body has at most ${MAX_BODY_BYTES} bytes`, { Connection: 'close' }), // prettier-ignore
  BUSY: refused(503, 'SYSTEM_BUSY', 'the bodies of other requests fill the room there is; come again', { Connection: 'close' }), // prettier-ignore
  NOT_JSON: refused(400, 'INVALID_INPUT', 'the body is no JSON'),
  ABORTED: refused(400, 'INVALID_INPUT', 'the body did not arrive')
} as const

const isJson = ({ headers }: IncomingMessage): boolean =>
  /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

export const apiServer = ({ console, access, version, schemas }: Deps) => {
  const bodies = new BodyReader()
  // All requests are one caller: what waits for an answer is bounded as a window's is.
  const session = new Session(console, { id: 'http' }, () => undefined)

  const call = async (request: IncomingMessage, path: string): Promise<Answer> => {
    const route = routeAt(path)
    if (!route) return refused(404, 'UNKNOWN_METHOD', `there is nothing under ${path.slice(0, 200)}; ${OPEN_API_PATH} lists what there is`) // prettier-ignore
    const allowed = route.isReadOnly ? ['GET', 'POST'] : ['POST']
    if (!allowed.includes(request.method ?? ''))
      return refused(405, 'INVALID_INPUT', `${route.method} takes ${allowed.join(' and ')}`, { Allow: allowed.join(', ') }) // prettier-ignore
    if (hasBody(request) && !isJson(request))
      return refused(415, 'INVALID_INPUT', 'send the body with Content-Type: application/json')
    const body = await bodies.read(request)
    if (body.status !== 'READ') return bodyProblems[body.status]
    const outcome = await session.call(route.method, body.value)
    if (!outcome.ok) return problemAnswer(problemStatus(outcome.error), outcome.error)
    return outcome.value === undefined ? { status: 204 } : { status: 200, value: outcome.value }
  }

  const judged = async (request: IncomingMessage, path: string): Promise<Answer> => {
    const { headers } = request
    if (!access.isOwnHost(headers))
      return refused(421, 'NO_PERMISSION', 'this address is not the console; use the one printed at its start') // prettier-ignore
    if (headers.origin !== undefined && !access.isOwnOrigin(headers))
      return refused(403, 'NO_PERMISSION', 'requests of other pages are refused')
    const isDescription = path === OPEN_API_PATH && request.method === 'GET'
    // The page's own cookie opens the description, so that a link to it works; it calls nothing.
    if (!access.hasBearer(headers) && !(isDescription && access.hasCookie(headers)))
      return refused(401, 'NO_PERMISSION', 'send the token of the console’s address: Authorization: Bearer TOKEN', { 'WWW-Authenticate': 'Bearer' }) // prettier-ignore
    if (isDescription)
      return { status: 200, value: openApi(version, `http://${headers.host ?? ''}`, schemas()) }
    return call(request, path)
  }

  return (request: IncomingMessage, response: ServerResponse, path: string): void => {
    void judged(request, path).then((answer) => {
      send(response, answer)
      // What was refused unread is not wanted.
      request.resume()
    })
  }
}
