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
  focused = false
  maximized = false
  isFocused(): boolean {
    return this.focused
  }
  isMaximized(): boolean {
    return this.maximized
  }
  maximize(): void {
    this.calls.push('maximize')
  }
  getNormalBounds(): object {
    return { x: 10, y: 20, width: 1300, height: 800 }
  }
  /** As Electron: asks nobody. */
  destroy(): void {
    this.calls.push('destroy')
    this.emit('closed')
  }
  /** As a click on its cross. */
  cross(): boolean {
    const event = { prevented: false, preventDefault: () => (event.prevented = true) }
    this.emit('close', event)
    if (!event.prevented) this.emit('closed')
    return !event.prevented
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
  setAsDefaultProtocolClient(scheme: string): void {
    this.calls.push(`protocol ${scheme}`)
  }
  setLoginItemSettings(settings: object): void {
    this.calls.push(`login ${JSON.stringify(settings)}`)
  }
  quit(): void {
    this.calls.push('quit')
  }
  exit(code: number): void {
    this.calls.push(`exit ${code}`)
  }
}

interface FakeMenuItem {
  label?: string
  enabled?: boolean
  click?: () => void
}

export class FakeTray extends EventEmitter {
  tip = ''
  menu: FakeMenuItem[] = []
  isDestroyed = false

  constructor(readonly icon: string) {
    super()
    if (fake.hasNoTray) throw new Error('no tray here')
    fake.trays.push(this)
  }
  setToolTip(tip: string): void {
    this.tip = tip
  }
  setContextMenu(menu: unknown): void {
    this.menu = menu as FakeMenuItem[]
  }
  destroy(): void {
    this.isDestroyed = true
  }
  item(label: string): FakeMenuItem {
    const found = this.menu.find((item) => item.label === label)
    if (!found) throw new Error(`no ${label} in ${JSON.stringify(this.menu)}`)
    return found
  }
}

export class FakeNotification extends EventEmitter {
  static isSupported = (): boolean => true
  readonly calls: string[] = []

  constructor(readonly options: { title: string; body: string }) {
    super()
    fake.notifications.push(this)
  }
  show(): void {
    this.calls.push('show')
  }
  close(): void {
    this.calls.push('close')
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
  trays: [] as FakeTray[],
  hasNoTray: false,
  notifications: [] as FakeNotification[],
  /** Questions asked, and the answer to the next. */
  questions: [] as { buttons: string[] }[],
  answer: { response: 0, checkboxChecked: true },
  displays: [{ workArea: { x: 0, y: 0, width: 1920, height: 1040 } }],
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
  Tray: FakeTray,
  Notification: FakeNotification,
  screen: { getAllDisplays: () => fake.displays },
  dialog: {
    showErrorBox: (_title: string, text: string) => fake.errorBoxes.push(text),
    showMessageBox: (_window: unknown, question: { buttons: string[] }) => {
      fake.questions.push(question)
      return Promise.resolve(fake.answer)
    }
  },
  protocol: {
    registerSchemesAsPrivileged: (schemes: unknown) => fake.privileged.push(schemes)
  }
}
