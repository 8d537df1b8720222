/** Answers plain HTTP: the page and its assets, nothing that changes anything. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { SECURITY_HEADERS, type RendererFile, type RendererFiles } from '../console/rendererFiles'
import type { Access } from './access'

interface Deps {
  access: Access
  files: RendererFiles
}

const answer = (
  response: ServerResponse,
  status: number,
  body: string | RendererFile,
  headers: Record<string, string> = {}
): void => {
  const isText = typeof body === 'string'
  const content = isText ? Buffer.from(`${body}\n`) : body.content
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    'Content-Type': isText ? 'text/plain; charset=utf-8' : body.type,
    'Content-Length': content.length,
    'Cache-Control': isText || status !== 200 ? 'no-store' : body.cacheControl,
    ...headers
  })
  response.end(content)
}

/** The request's own part of the address; undefined where it is none. */
export const targetOf = ({ url }: IncomingMessage): URL | undefined => {
  if (url === undefined || !url.startsWith('/') || url.startsWith('//')) return undefined
  return new URL(url, 'http://console')
}

export const pageServer =
  ({ access, files }: Deps) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    const { method, headers } = request
    request.resume() // a body is not wanted
    if (!access.isOwnHost(headers)) {
      answer(response, 421, 'this address is not the console; use the one printed at its start')
      return
    }
    if (headers.origin !== undefined && !access.isOwnOrigin(headers)) {
      answer(response, 403, 'requests of other pages are refused')
      return
    }
    if (method !== 'GET' && method !== 'HEAD') {
      answer(response, 405, 'only GET and HEAD are known here', { Allow: 'GET, HEAD' })
      return
    }
    const target = targetOf(request)
    if (target?.pathname === '/') {
      servePage({ access, files }, headers, target, response)
      return
    }
    const file =
      target && target.pathname !== '/index.html' ? files.get(target.pathname) : undefined
    if (file) answer(response, 200, file)
    else answer(response, 404, 'there is nothing under this address')
  }

/** Without the token the same page comes with 403: it explains how to get in, and its WebSocket is refused. */
const servePage = (
  { access, files }: Deps,
  headers: IncomingMessage['headers'],
  target: URL,
  response: ServerResponse
): void => {
  const page = files.get('/index.html')
  if (!page) {
    answer(response, 503, 'the console was not built: run "npm run build" and start again')
    return
  }
  const isInvited = access.isToken(target.searchParams.get('token'))
  if (isInvited) answer(response, 200, page, { 'Set-Cookie': access.setCookie })
  else answer(response, access.hasCookie(headers) ? 200 : 403, page)
}
