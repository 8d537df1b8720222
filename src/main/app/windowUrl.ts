/** The one address a window of ours shows: our own scheme, or the dev server while developing. */

export const APP_SCHEME = 'gantry'
export const APP_ORIGIN = `${APP_SCHEME}://console`

export class WindowUrl {
  /** @param devServer what electron-vite announces while developing; undefined in every build. */
  constructor(private readonly devServer: string | undefined) {}

  get page(): string {
    return this.devServer ?? `${APP_ORIGIN}/`
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
