/** Who may talk to the console: our own page, from our own address, with this run's token. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** 256 bits. */
export const TOKEN_BYTES = 32

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** In constant time, whatever the lengths. */
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b))

/** A cookie is not tied to a port, so its name is: two consoles on one machine do not take each other's. */
export const cookieName = (port: number): string => `gantry-${port}`

const cookieValue = (header: string | undefined, name: string): string | undefined => {
  for (const part of header?.split(';') ?? []) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim()
  }
  return undefined
}

export interface AccessOptions {
  token: string
  port: number
}

export class Access {
  private readonly hosts: ReadonlySet<string>
  private readonly cookie: string

  constructor(private readonly options: AccessOptions) {
    const { port } = options
    this.hosts = new Set(['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`))
    this.cookie = cookieName(port)
  }

  /** A name that was made to point at loopback is not ours (DNS rebinding). */
  isOwnHost({ host }: IncomingHttpHeaders): boolean {
    return host !== undefined && this.hosts.has(host.toLowerCase())
  }

  /** Pages of other origins announce themselves; our own page is the host it was loaded from. */
  isOwnOrigin({ origin, host }: IncomingHttpHeaders): boolean {
    return origin !== undefined && host !== undefined && origin === `http://${host}`
  }

  isToken(candidate: string | null | undefined): boolean {
    return candidate !== null && candidate !== undefined && isSame(candidate, this.options.token)
  }

  hasCookie({ cookie }: IncomingHttpHeaders): boolean {
    return this.isToken(cookieValue(cookie, this.cookie))
  }

  /** For programs: a header no page of another origin can send along. */
  hasBearer({ authorization }: IncomingHttpHeaders): boolean {
    return this.isToken(/^Bearer ([\w-]+)$/i.exec(authorization ?? '')?.[1])
  }

  /** Not readable by scripts, not sent along from other sites; ends with the browser. */
  get setCookie(): string {
    return `${this.cookie}=${this.options.token}; Path=/; HttpOnly; SameSite=Strict`
  }
}
