/** The desktop application around the engine: one instance a data folder, one window, a tray, a clean end. */
import type { BrowserWindow } from 'electron'
import { app, dialog, screen, session } from 'electron'
import { join } from 'node:path'
import type { Disk } from '../base/disk'
import type { Emitter } from '../base/emitter'
import type { Log } from '../base/log'
import type { Console } from '../console/console'
import type { RendererFiles } from '../console/rendererFiles'
import { deepLinkIn, pageOfDeepLink } from './deepLink'
import { showNotices } from './desktopNotices'
import { DesktopSettings } from './desktopSettings'
import { desktopTexts, type DesktopTexts } from './desktopTexts'
import { IpcTransport } from './ipc'
import { installMenu } from './menu'
import { registerScheme, serveRenderer } from './rendererProtocol'
import { AppTray, type TrayNodes } from './tray'
import { bringForward, createWindow, hardenContents, hardenSession } from './window'
import { reachable, WindowMemory } from './windowMemory'
import { APP_SCHEME, WindowUrl } from './windowUrl'

/** What the window needs of the engine. */
export interface DesktopEngine {
  console: Pick<Console, 'call' | 'on' | 'forget'>
  nodes: TrayNodes
  /** A second starter asks for the window. */
  onFocus: Emitter<void>
  start(): Promise<void>
  stop(): Promise<void>
}

export interface DesktopOptions {
  /** Absolute; Chromium's own files go below it, so that the instance lock is the folder's. */
  userData: string
  /** Absolute. */
  preload: string
  /** Absolute, of the tray's icon. */
  trayIcon: string
  /** electron-vite's, while developing. */
  devServer: string | undefined
  files: Pick<RendererFiles, 'get'>
  disk: Disk
  log: Log
  /** Started at login: the tray is enough. */
  hidden: boolean
  /** Words of this start; one may be a link. */
  argv: readonly string[]
  /** @throws the system's error. */
  setStartAtLogin: (on: boolean) => void
  /** Takes the data folder. @throws where it cannot be had. */
  open: () => Promise<DesktopEngine>
}

/** Kept from one start to the next; apart from pages of other programs that use the default session. */
const PARTITION = 'persist:gantry'

export const runDesktop = async (options: DesktopOptions): Promise<void> => {
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
  await new Desktop(options, engine).run()
}

class Desktop {
  private readonly url: WindowUrl
  private readonly devTools = !app.isPackaged
  private readonly ipc: IpcTransport
  private readonly memory: WindowMemory
  private readonly settings: DesktopSettings
  private window: BrowserWindow | undefined
  private tray: AppTray | undefined
  private ending: 'no' | 'stopping' | 'stopped' = 'no'
  /** The window went and the tray stays: no reason to quit. */
  private isKept = false

  constructor(
    private readonly options: DesktopOptions,
    private readonly engine: DesktopEngine
  ) {
    const { userData, disk, log } = options
    this.url = new WindowUrl(options.devServer)
    this.ipc = new IpcTransport({ console: engine.console, url: this.url, log })
    this.memory = new WindowMemory(disk, userData, join(userData, 'gantry-window.json'), log)
    this.settings = new DesktopSettings(engine.console, log)
  }

  async run(): Promise<void> {
    const own = this.session
    hardenSession(own, this.url)
    serveRenderer(own, this.options.files)
    app.on('web-contents-created', (_event, contents) => hardenContents(contents, this.url))
    app.on('second-instance', (_event, argv: string[] = []) => this.show(deepLinkIn(argv)))
    app.on('open-url', (event, link) => {
      event.preventDefault()
      this.show(link)
    })
    this.engine.onFocus.on(() => this.show())
    app.on('activate', () => this.show())
    app.on('window-all-closed', () => {
      // On a Mac the application, and with it the cluster, goes on without a window.
      if (process.platform !== 'darwin' && !this.isKept) app.quit()
    })
    app.on('before-quit', () => (this.isKept = false))
    app.on('will-quit', (event) => this.end(event))
    // Not while developing: the system would start Electron itself, without the application.
    if (app.isPackaged) app.setAsDefaultProtocolClient(APP_SCHEME)
    // A port may be taken: the window says so, and the node can be started again once it is free.
    this.engine.start().catch((error: unknown) => this.options.log.error('cannot start', error))
    await this.settings.refresh()
    this.settings.changed.on(() => this.follow())
    this.openTray()
    this.follow()
    showNotices({
      console: this.engine.console,
      texts: () => this.texts,
      isChinese: () => this.texts === desktopTexts('zh-CN', ''),
      isWanted: () => this.settings.current.desktopNotices && !this.window?.isFocused(),
      open: () => this.show()
    })
    if (!this.options.hidden || !this.tray) this.show(deepLinkIn(this.options.argv))
  }

  private get session(): Electron.Session {
    return session.fromPartition(PARTITION)
  }

  private get texts(): DesktopTexts {
    return desktopTexts(this.settings.current.language, app.getLocale())
  }

  /** What the settings say, as soon as they say it. */
  private follow(): void {
    installMenu(this.texts, process.platform, this.devTools)
    this.tray?.refresh()
    try {
      if (app.isPackaged) this.options.setStartAtLogin(this.settings.current.startAtLogin)
    } catch (error) {
      this.options.log.warn('start at login could not be set', error)
    }
  }

  private openTray(): void {
    const { log, trayIcon } = this.options
    try {
      this.tray = new AppTray({
        icon: trayIcon,
        nodes: this.engine.nodes,
        texts: () => this.texts,
        log,
        open: () => this.show(),
        quit: () => app.quit(),
        ask: async (method, id) => {
          const outcome = await this.engine.console.call(method, { id }, { id: 'tray' })
          if (!outcome.ok) throw new Error(outcome.error.message)
        }
      })
    } catch (error) {
      log.warn('there is no tray here', error)
    }
  }

  /** @param link of another program; where it is none of ours the window comes all the same. */
  private show(link?: string): void {
    const page = link === undefined ? undefined : pageOfDeepLink(link)
    if (link !== undefined && page === undefined) this.options.log.warn('a link that is none was left out') // prettier-ignore
    this.isKept = false
    if (!this.window) return this.open(page)
    if (page !== undefined) void this.window.loadURL(this.url.at(page))
    bringForward(this.window)
  }

  private open(page: string | undefined): void {
    const { bounds, isMaximized, page: last } = this.memory.get()
    const screens = screen.getAllDisplays().map(({ workArea }) => workArea)
    const window = createWindow({
      url: this.url,
      page: page ?? last,
      bounds: reachable(bounds, screens),
      isMaximized,
      session: this.session,
      preload: this.options.preload,
      devTools: this.devTools
    })
    this.window = window
    this.ipc.serve(window.webContents)
    window.webContents.on('did-navigate-in-page', (_event, url, isMainFrame) => {
      const now = isMainFrame ? this.url.pageOf(url) : undefined
      if (now !== undefined) this.memory.set({ page: now })
    })
    window.on('close', (event) => this.closing(event, window))
    window.on('closed', () => (this.window = undefined))
  }

  /** The cross of the window: stay in the tray, or quit; asked once. */
  private closing(event: Electron.Event, window: BrowserWindow): void {
    this.memory.set({ bounds: window.getNormalBounds(), isMaximized: window.isMaximized() })
    // A Mac keeps programs without windows; where nobody would find the cluster again, it goes with the window.
    if (this.ending !== 'no' || process.platform === 'darwin' || !this.tray) return
    const { closing } = this.settings.current
    if (closing === 'keep') this.isKept = true
    if (closing !== 'ask' || this.isKept) return
    event.preventDefault()
    void this.askHowToClose(window)
  }

  private async askHowToClose(window: BrowserWindow): Promise<void> {
    const { message, detail, keep, quit, remember } = this.texts.closing
    const { response, checkboxChecked } = await dialog.showMessageBox(window, {
      ...{ type: 'question', message, detail, noLink: true },
      ...{ buttons: [keep, quit], defaultId: 0, cancelId: 2 },
      ...{ checkboxLabel: remember, checkboxChecked: true }
    })
    if (response === 2) return
    const closing = response === 0 ? 'keep' : 'quit'
    if (checkboxChecked) await this.settings.set({ closing })
    this.isKept = closing === 'keep'
    window.destroy()
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
        this.tray?.dispose()
        this.ipc.dispose()
        app.quit()
      })
  }
}
