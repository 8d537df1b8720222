/** The parts of `electron` in use, played by a test: `vi.mock('electron', () => fakeElectron)`. */
import { EventEmitter } from 'node:events'

type Handler = (...args: unknown[]) => unknown

export class FakeFrame {
  constructor(public url: string) {}
}

export class FakeContents extends EventEmitter {
  static nextId = 1
  readonly id = FakeContents.nextId++
  readonly sent: unknown[][] = []
  readonly mainFrame = new FakeFrame('gantry://console/')
  windowOpenHandler: (() => { action: string }) | undefined

  setWindowOpenHandler(handler: () => { action: string }): void {
    this.windowOpenHandler = handler
  }
  send(...args: unknown[]): void {
    this.sent.push(args)
  }
  isDestroyed(): boolean {
    return false
  }
}

export class FakeSession {
  permissionRequest: Handler | undefined
  permissionCheck: Handler | undefined
  devicePermission: Handler | undefined
  headersReceived: Handler | undefined
  readonly schemes = new Map<string, Handler>()
  readonly webRequest = {
    onHeadersReceived: (handler: Handler) => (this.headersReceived = handler)
  }
  readonly protocol = {
    handle: (scheme: string, handler: Handler) => this.schemes.set(scheme, handler)
  }
  setPermissionRequestHandler(handler: Handler): void {
    this.permissionRequest = handler
  }
  setPermissionCheckHandler(handler: Handler): void {
    this.permissionCheck = handler
  }
  setDevicePermissionHandler(handler: Handler): void {
    this.devicePermission = handler
  }
}

export class FakeWindow extends EventEmitter {
  readonly webContents = new FakeContents()
  readonly calls: string[] = []
  loaded: string | undefined
  minimized = false

  constructor(readonly options: Record<string, unknown>) {
    super()
    fake.windows.push(this)
    fake.app.emit('web-contents-created', {}, this.webContents)
  }
  loadURL(url: string): Promise<void> {
    this.loaded = url
    return Promise.resolve()
  }
  isMinimized(): boolean {
    return this.minimized
  }
  show(): void {
    this.calls.push('show')
  }
  focus(): void {
    this.calls.push('focus')
  }
  restore(): void {
    this.calls.push('restore')
  }
}

class FakeApp extends EventEmitter {
  isPackaged = true
  hasLock = true
  userData = ''
  readonly calls: string[] = []

  setPath(name: string, path: string): void {
    if (name === 'userData') this.userData = path
  }
  requestSingleInstanceLock(): boolean {
    this.calls.push('lock')
    return this.hasLock
  }
  whenReady(): Promise<void> {
    return Promise.resolve()
  }
  getLocale(): string {
    return 'zh-CN'
  }
  quit(): void {
    this.calls.push('quit')
  }
  exit(code: number): void {
    this.calls.push(`exit ${code}`)
  }
}

class FakeIpcMain extends EventEmitter {
  readonly handlers = new Map<string, Handler>()
  handle(channel: string, handler: Handler): void {
    this.handlers.set(channel, handler)
  }
  removeHandler(channel: string): void {
    this.handlers.delete(channel)
  }
}

const create = () => ({
  app: new FakeApp(),
  ipcMain: new FakeIpcMain(),
  session: new FakeSession(),
  windows: [] as FakeWindow[],
  menus: [] as unknown[],
  errorBoxes: [] as string[],
  privileged: [] as unknown[]
})

export let fake = create()

/** A new world for each test; modules under test see it, because they reach through `fakeElectron`. */
export const resetElectron = (): void => {
  fake = create()
}

export const fakeElectron = {
  get app() {
    return fake.app
  },
  get ipcMain() {
    return fake.ipcMain
  },
  session: { fromPartition: () => fake.session },
  BrowserWindow: FakeWindow,
  Menu: {
    buildFromTemplate: (template: unknown) => template,
    setApplicationMenu: (menu: unknown) => fake.menus.push(menu)
  },
  dialog: { showErrorBox: (_title: string, text: string) => fake.errorBoxes.push(text) },
  protocol: {
    registerSchemesAsPrivileged: (schemes: unknown) => fake.privileged.push(schemes)
  }
}
