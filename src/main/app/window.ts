import { BrowserWindow, type Session, type WebContents } from 'electron'
import { CONTENT_SECURITY_POLICY_HEADER } from '../../shared/csp'
import type { WindowUrl } from './windowUrl'

/** Everything the console needs fits into this. */
const MIN_SIZE = { minWidth: 1024, minHeight: 700 }

interface WindowOptions {
  url: WindowUrl
  /** Behind the hash; the first page without it. */
  page?: string | undefined
  /** Where it was the last time. */
  bounds?: { x: number; y: number; width: number; height: number } | undefined
  isMaximized?: boolean
  session: Session
  /** Absolute. */
  preload: string
  devTools: boolean
}

/** No permission, no device, and our content policy on whatever is loaded. */
export const hardenSession = (session: Session, url: WindowUrl): void => {
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.webRequest.onHeadersReceived((details, answer) => {
    // The dev server's live reload needs more than the product may have.
    if (details.resourceType === 'mainFrame' && !url.isOwn(details.url)) {
      answer({ cancel: true })
      return
    }
    answer({
      responseHeaders: {
        ...details.responseHeaders,
        'Content-Security-Policy': [CONTENT_SECURITY_POLICY_HEADER]
      }
    })
  })
}

/** It stays on its page: no other address, no further window, no guest. */
export const hardenContents = (contents: WebContents, url: WindowUrl): void => {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !url.isOwn(event.url)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
}

export const createWindow = (options: WindowOptions): BrowserWindow => {
  const { url, session, preload, devTools } = options
  const window = new BrowserWindow({
    width: 1280,
    height: 820,
    ...options.bounds,
    ...MIN_SIZE,
    title: 'Gantry',
    show: false,
    webPreferences: {
      preload,
      session,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools
    }
  })
  // Not before the page has painted: no white flash in the dark.
  window.once('ready-to-show', () => window.show())
  if (options.isMaximized) window.maximize()
  void window.loadURL(options.page === undefined ? url.page : url.at(options.page))
  return window
}

export const bringForward = (window: BrowserWindow): void => {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
