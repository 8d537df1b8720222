/** The renderer's build, for both transports: which files there are, and what they may do. */
import { extname, join } from 'node:path'
import { CONTENT_SECURITY_POLICY_HEADER } from '../../shared/csp'
import type { Disk } from '../base/disk'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm'
}

/** On every answer, errors included. No CORS header is ever sent: no other page may read us. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY_HEADER,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin'
}

/** Every part begins with a letter, digit, `_` or `-`: no `..`, no drive, no hidden file, nothing encoded. */
const SAFE_PATH = /^(?:\/[\w-][\w.-]*)+$/

/** Vite names these by their content. */
const HASHED = /^\/assets\/.*-[\w-]{8}\.\w+$/

export interface RendererFile {
  type: string
  content: Buffer
  cacheControl: string
}

/** Read when asked for: the page cache has it, and our memory need not. */
export class RendererFiles {
  constructor(
    private readonly disk: Pick<Disk, 'size' | 'readFile'>,
    private readonly folder: string
  ) {}

  /** Undefined where there is no such file, or its name or type is not one a renderer has. */
  get(pathname: string): RendererFile | undefined {
    const type = types[extname(pathname)]
    if (type === undefined || !SAFE_PATH.test(pathname)) return undefined
    const path = join(this.folder, ...pathname.split('/'))
    if (this.disk.size(path) === undefined) return undefined
    return {
      type,
      content: this.disk.readFile(path),
      cacheControl: HASHED.test(pathname) ? 'private, max-age=31536000, immutable' : 'no-store'
    }
  }
}
