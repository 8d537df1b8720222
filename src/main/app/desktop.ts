/** The desktop application around the engine: one instance a data folder, one window, a clean end. */
import { app, dialog, session, type BrowserWindow } from 'electron'
import type { Emitter } from '../base/emitter'
import type { Log } from '../base/log'
import type { Console } from '../console/console'
import type { RendererFiles } from '../console/rendererFiles'
import { IpcTransport } from './ipc'
import { installMenu } from './menu'
import { registerScheme, serveRenderer } from './rendererProtocol'
import { bringForward, createWindow, hardenContents, hardenSession } from './window'
import { WindowUrl } from './windowUrl'

/** What the window needs of the engine. */
export interface DesktopEngine {
  console: Pick<Console, 'call' | 'on' | 'forget'>
  /** A second starter asks for the window. */
  onFocus: Emitter<void>
  start(): Promise<void>
  stop(): Promise<void>
}

interface Options {
  /** Absolute; Chromium's own files go below it, so that the instance lock is the folder's. */
  userData: string
  /** Absolute. */
  preload: string
  /** electron-vite's, while developing. */
  devServer: string | undefined
  files: Pick<RendererFiles, 'get'>
  log: Log
  /** Takes the data folder. @throws where it cannot be had. */
  open: () => Promise<DesktopEngine>
}

/** Kept from one start to the next; apart from pages of other programs that use the default session. */
const PARTITION = 'persist:gantry'

export const runDesktop = async (options: Options): Promise<void> => {
  const { log } = options
  registerScheme()
  app.setPath('userData', options.userData)
  if (!app.requestSingleInstanceLock()) {
    // The first instance hears `second-instance` and comes forward.
    app.quit()
    return
  }
  let engine: DesktopEngine
  try {
    ;[engine] = await Promise.all([options.open(), app.whenReady()])
  } catch (error) {
    log.error('cannot start', error)
    dialog.showErrorBox('Gantry', error instanceof Error ? error.message : String(error))
    app.exit(2)
    return
  }
  new Desktop(options, engine).run()
}

class Desktop {
  private readonly url: WindowUrl
  private readonly devTools = !app.isPackaged
  private readonly ipc: IpcTransport
  private window: BrowserWindow | undefined
  private ending: 'no' | 'stopping' | 'stopped' = 'no'

  constructor(
    private readonly options: Options,
    private readonly engine: DesktopEngine
  ) {
    this.url = new WindowUrl(options.devServer)
    this.ipc = new IpcTransport({ console: engine.console, url: this.url, log: options.log })
  }

  run(): void {
    const own = this.session
    hardenSession(own, this.url)
    serveRenderer(own, this.options.files)
    installMenu(app.getLocale(), process.platform, this.devTools)
    app.on('web-contents-created', (_event, contents) => hardenContents(contents, this.url))
    app.on('second-instance', () => this.show())
    this.engine.onFocus.on(() => this.show())
    app.on('activate', () => this.show())
    app.on('window-all-closed', () => {
      // On a Mac the application, and with it the cluster, goes on without a window.
      if (process.platform !== 'darwin') app.quit()
    })
    app.on('will-quit', (event) => this.end(event))
    this.show()
    // A port may be taken: the window says so, and the node can be started again once it is free.
    this.engine.start().catch((error: unknown) => this.options.log.error('cannot start', error))
  }

  private get session(): Electron.Session {
    return session.fromPartition(PARTITION)
  }

  private show(): void {
    if (this.window) {
      bringForward(this.window)
      return
    }
    const window = createWindow({
      url: this.url,
      session: this.session,
      preload: this.options.preload,
      devTools: this.devTools
    })
    this.window = window
    this.ipc.serve(window.webContents)
    window.on('closed', () => (this.window = undefined))
  }

  /** Brokers flush and unregister before the process goes. */
  private end(event: Electron.Event): void {
    if (this.ending === 'stopped') return
    event.preventDefault()
    if (this.ending === 'stopping') return
    this.ending = 'stopping'
    void this.engine
      .stop()
      .catch((error: unknown) => this.options.log.error('did not stop cleanly', error))
      .finally(() => {
        this.ending = 'stopped'
        this.ipc.dispose()
        app.quit()
      })
  }
}
