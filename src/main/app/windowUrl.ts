/** The one address a window of ours shows: our own scheme, or the dev server while developing. */

export const APP_SCHEME = 'gantry'
export const APP_ORIGIN = `${APP_SCHEME}://console`

export class WindowUrl {
  /** @param devServer what electron-vite announces while developing; undefined in every build. */
  constructor(private readonly devServer: string | undefined) {}

  get page(): string {
    return this.devServer ?? `${APP_ORIGIN}/`
  }

  /** The page with a place behind its hash. */
  at(page: string): string {
    return `${this.page}#${page}`
  }

  /** The place behind the hash; undefined for addresses that are not the page's. */
  pageOf(url: string): string | undefined {
    if (!this.isOwn(url)) return undefined
    const { hash } = new URL(url)
    return hash.startsWith('#/') ? hash.slice(1) : undefined
  }

  /** The page itself, whatever its hash; the renderer's router lives behind the hash. */
  isOwn(url: string): boolean {
    if (!URL.canParse(url)) return false
    const [candidate, own] = [new URL(url), new URL(this.page)]
    return (
      candidate.protocol === own.protocol &&
      candidate.host === own.host &&
      candidate.pathname === own.pathname
    )
  }
}
