/** The headless transport: the renderer's build and its WebSocket, on loopback only. */
import { createServer } from 'node:http'
import type { Disk } from '../base/disk'
import type { Log } from '../base/log'
import type { Random } from '../base/random'
import type { Console } from '../console/console'
import { RendererFiles } from '../console/rendererFiles'
import { Access, TOKEN_BYTES } from './access'
import { apiServer } from './api/apiServer'
import type { ResultSchemas } from './api/openApi'
import { API_PREFIX } from './api/routes'
import { pageServer, targetOf } from './pageServer'
import { SocketServer } from './socketServer'

/** A request must have arrived whole within this; the page's are a few hundred bytes. */
const REQUEST_TIMEOUT_MS = 10_000
const MAX_HEADER_BYTES = 16 * 1024
/** Connections of all windows; browsers open some six each. */
const MAX_CONNECTIONS = 512

interface Options {
  console: Pick<Console, 'call' | 'on' | 'forget'>
  disk: Disk
  random: Random
  log: Log
  /** Loopback. */
  host: string
  /** 0 takes any free port. */
  port: number
  /** The renderer's build, absolute. */
  rendererFolder: string
  version: string
  /** What the build made of the contract's types, absolute; see scripts/result-schemas.mjs. */
  resultSchemas: string
}

export interface ConsoleServer {
  /** With the token of this run: whoever knows it is in. */
  readonly url: string
  close(): Promise<void>
}

/** @throws Node's error (`EADDRINUSE` …) when the port cannot be had. */
export const startConsoleServer = async (options: Options): Promise<ConsoleServer> => {
  const { host, disk, random, log, console } = options
  const token = random.bytes(TOKEN_BYTES).toString('base64url')
  const server = createServer({
    requestTimeout: REQUEST_TIMEOUT_MS,
    headersTimeout: REQUEST_TIMEOUT_MS,
    maxHeaderSize: MAX_HEADER_BYTES
  })
  server.maxConnections = MAX_CONNECTIONS
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port: options.port }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : options.port
  const access = new Access({ token, port })
  const sockets = new SocketServer({ console, access, log })
  // Registered in the turn the port is bound in: nobody can have been served in between.
  const page = pageServer({ access, files: new RendererFiles(disk, options.rendererFolder) })
  const api = apiServer({
    ...{ console, access, version: options.version },
    schemas: () => JSON.parse(disk.readFile(options.resultSchemas).toString()) as ResultSchemas
  })
  server.on('request', (request, response) => {
    const path = targetOf(request)?.pathname ?? ''
    if (path.startsWith(API_PREFIX)) api(request, response, path)
    else page(request, response)
  })
  server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head))
  server.on('clientError', (_error, socket) => socket.destroy())
  server.on('error', (error) => log.error('the console listener failed', error))
  return {
    url: `http://${host}:${port}/?token=${token}`,
    close: async () => {
      sockets.dispose()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    }
  }
}
