/** Serves the renderer's build under our own scheme: a page of `file:` could read other files. */
import { protocol, type Session } from 'electron'
import { SECURITY_HEADERS, type RendererFiles } from '../console/rendererFiles'
import { APP_ORIGIN, APP_SCHEME } from './windowUrl'

/** Before the app is ready. */
export const registerScheme = (): void => {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, codeCache: true } }
  ])
}

const notFound = (): Response => new Response(null, { status: 404, headers: SECURITY_HEADERS })

export const respond = (files: Pick<RendererFiles, 'get'>, url: string): Response => {
  const { origin, host, pathname } = new URL(url)
  // Node calls the origin of a scheme it does not know "null".
  if (origin !== 'null' && origin !== APP_ORIGIN) return notFound()
  if (host !== new URL(APP_ORIGIN).host) return notFound()
  const file = files.get(pathname === '/' ? '/index.html' : pathname)
  if (!file) return notFound()
  return new Response(new Uint8Array(file.content), {
    headers: { ...SECURITY_HEADERS, 'Content-Type': file.type }
  })
}

export const serveRenderer = (session: Session, files: Pick<RendererFiles, 'get'>): void => {
  session.protocol.handle(APP_SCHEME, (request) => respond(files, request.url))
}
