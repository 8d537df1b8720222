import { beforeEach, describe, expect, test, vi } from 'vitest'
import { Emitter } from '../base/emitter'
import { toDisposable } from '../base/disposable'
import type { Settings } from '../../shared/views'
import type { Disk } from '../base/disk'
import { silentLog } from '../base/log'
import { defaultSettings } from '../console/settings'
import { runDesktop, type DesktopEngine } from './desktop'
import { fake, resetElectron } from './electron.fixture'

vi.mock('electron', async () => (await import('./electron.fixture')).fakeElectron)

beforeEach(resetElectron)

interface More {
  open?: () => Promise<DesktopEngine>
  start?: () => Promise<void>
  settings?: Partial<Settings>
  hidden?: boolean
  argv?: string[]
  /** Files there are at the start. */
  files?: Record<string, string>
}

const setUp = async (more: More = {}) => {
  const log: string[] = []
  const onFocus = new Emitter<void>()
  const nodesChanged = new Emitter<void>()
  const events = new Map<string, (payload: never) => void>()
  let settings = { ...defaultSettings, ...more.settings }
  const states = [
    { id: 'namesrv', state: 'running' },
    { id: 'broker-a', state: 'running' }
  ]
  const files = new Map(Object.entries(more.files ?? {}))
  let stopped: () => void = () => undefined
  const engine: DesktopEngine = {
    console: {
      call: (method, params) => {
        if (method === 'settings.set') settings = { ...settings, ...(params as Partial<Settings>) }
        if (method.startsWith('node.')) log.push(`${method} ${(params as { id: string }).id}`)
        return Promise.resolve({ ok: true, value: settings })
      },
      on: (event, listener) => {
        events.set(event, listener)
        return toDisposable(() => undefined)
      },
      forget: () => undefined
    },
    nodes: { states: () => states, changed: nodesChanged },
    onFocus,
    start: () => {
      log.push('start')
      return more.start?.() ?? Promise.resolve()
    },
    stop: () => {
      log.push('stop')
      return new Promise((resolve) => (stopped = resolve))
    }
  }
  await runDesktop({
    userData: '/data/window',
    preload: '/out/preload/index.cjs',
    trayIcon: '/resources/tray.png',
    devServer: undefined,
    files: { get: () => undefined },
    disk: {
      exists: (path: string) => files.has(path),
      readFile: (path: string) => Buffer.from(files.get(path) ?? ''),
      replaceFile: (path: string, content: string) => void files.set(path, content),
      mkdirp: () => undefined
    } as unknown as Disk,
    log: silentLog,
    hidden: more.hidden ?? false,
    argv: more.argv ?? [],
    setStartAtLogin: (on) => log.push(`login ${on}`),
    open:
      more.open ??
      (() => {
        log.push('open')
        return Promise.resolve(engine)
      })
  })
  return {
    log,
    files,
    states,
    onFocus,
    nodesChanged,
    settings: () => settings,
    emit: (event: string, payload: unknown) => events.get(event)?.(payload as never),
    stopped: () => stopped()
  }
}

/** An event whose default may be prevented. */
const cancelable = () => {
  const event = { prevented: false, preventDefault: () => (event.prevented = true) }
  return event
}

describe('the start', () => {
  test('takes the folder, opens the window on our own scheme, then starts the nodes', async () => {
    const { log } = await setUp()
    expect(log).toEqual(['open', 'start', 'login false'])
    expect(fake.windows).toHaveLength(1)
    expect(fake.windows[0]!.loaded).toBe('gantry://console/')
    expect([...fake.session.schemes.keys()]).toEqual(['gantry'])
    expect(fake.privileged).toHaveLength(1)
    expect(fake.menus).toHaveLength(1)
  })

  test('keeps the instance lock below the data folder', async () => {
    await setUp()
    expect(fake.app.userData).toBe('/data/window')
    expect(fake.app.calls).toEqual(['lock', 'protocol gantry'])
  })

  test('of a second instance ends before it touches the data folder', async () => {
    fake.app.hasLock = false
    const { log } = await setUp()
    expect(log).toEqual([])
    expect(fake.app.calls).toEqual(['lock', 'quit'])
  })

  test('without the data folder says why and ends', async () => {
    await setUp({ open: () => Promise.reject(new Error('in use by process 7')) })
    expect(fake.errorBoxes).toEqual(['in use by process 7'])
    expect(fake.app.calls).toContain('exit 2')
    expect(fake.windows).toHaveLength(0)
  })

  test('with a port taken still opens the window, which says so', async () => {
    await setUp({ start: () => Promise.reject(new Error('PORT_IN_USE')) })
    expect(fake.windows).toHaveLength(1)
    expect(fake.app.calls).not.toContain('quit')
  })
})

describe('a second start', () => {
  test('of the application brings the window forward', async () => {
    await setUp()
    fake.app.emit('second-instance')
    expect(fake.windows).toHaveLength(1)
    expect(fake.windows[0]!.calls).toEqual(['show', 'focus'])
  })

  test('of the same data folder brings the window forward', async () => {
    const { onFocus } = await setUp()
    onFocus.emit()
    expect(fake.windows[0]!.calls).toEqual(['show', 'focus'])
  })

  test('after the window was closed opens a new one', async () => {
    await setUp()
    fake.windows[0]!.emit('closed')
    fake.app.emit('second-instance')
    expect(fake.windows).toHaveLength(2)
  })
})

describe('the end', () => {
  test('waits for the cluster, once', async () => {
    const { log, stopped } = await setUp()
    const [first, second] = [cancelable(), cancelable()]
    fake.app.emit('will-quit', first)
    fake.app.emit('will-quit', second)
    expect([first.prevented, second.prevented]).toEqual([true, true])
    expect(log).toEqual(['open', 'start', 'login false', 'stop'])
    expect(fake.app.calls).not.toContain('quit')
    stopped()
    await vi.waitFor(() => expect(fake.app.calls).toContain('quit'))
    const last = cancelable()
    fake.app.emit('will-quit', last)
    expect(last.prevented).toBe(false)
    expect(fake.ipcMain.handlers.size).toBe(0)
  })

  test.runIf(process.platform !== 'darwin')('comes with the last window', async () => {
    await setUp()
    fake.app.emit('window-all-closed')
    expect(fake.app.calls).toContain('quit')
  })
})

test('every window that appears is hardened', async () => {
  await setUp()
  const contents = fake.windows[0]!.webContents
  expect(contents.windowOpenHandler?.()).toEqual({ action: 'deny' })
  expect(contents.listenerCount('will-frame-navigate')).toBe(1)
})

const isMac = process.platform === 'darwin'

describe.skipIf(isMac)('the cross of the window', () => {
  test('asks once, and what was chosen is remembered: keep', async () => {
    const { settings } = await setUp()
    expect(fake.windows[0]!.cross()).toBe(false)
    await vi.waitFor(() => expect(fake.windows[0]!.calls).toContain('destroy'))
    expect(fake.questions[0]!.buttons).toEqual(['继续运行', '退出'])
    expect(settings().closing).toBe('keep')
    fake.app.emit('window-all-closed')
    expect(fake.app.calls).not.toContain('quit')
    // The tray opens a new window; its cross asks no more.
    fake.trays[0]!.emit('click')
    expect(fake.windows).toHaveLength(2)
    expect(fake.windows[1]!.cross()).toBe(true)
    fake.app.emit('window-all-closed')
    expect(fake.questions).toHaveLength(1)
    expect(fake.app.calls).not.toContain('quit')
  })

  test('quits where that was chosen', async () => {
    const { settings } = await setUp()
    fake.answer = { response: 1, checkboxChecked: false }
    fake.windows[0]!.cross()
    await vi.waitFor(() => expect(fake.windows[0]!.calls).toContain('destroy'))
    expect(settings().closing).toBe('ask')
    fake.app.emit('window-all-closed')
    expect(fake.app.calls).toContain('quit')
  })

  test('does nothing where the question was left', async () => {
    await setUp()
    fake.answer = { response: 2, checkboxChecked: true }
    fake.windows[0]!.cross()
    await vi.waitFor(() => expect(fake.questions).toHaveLength(1))
    await Promise.resolve()
    expect(fake.windows[0]!.calls).not.toContain('destroy')
  })

  test('follows the setting', async () => {
    await setUp({ settings: { closing: 'quit' } })
    expect(fake.windows[0]!.cross()).toBe(true)
    fake.app.emit('window-all-closed')
    expect(fake.questions).toEqual([])
    expect(fake.app.calls).toContain('quit')
  })

  test('quits without a word where there is no tray', async () => {
    fake.hasNoTray = true
    await setUp()
    expect(fake.windows[0]!.cross()).toBe(true)
    fake.app.emit('window-all-closed')
    expect(fake.app.calls).toContain('quit')
  })
})

describe('the tray', () => {
  test('tells how the cluster is, and stops and starts it', async () => {
    const { log, states, nodesChanged } = await setUp({ settings: { language: 'en' } })
    const [tray] = fake.trays
    expect(tray!.icon).toBe('/resources/tray.png')
    expect(tray!.tip).toBe('Gantry · The cluster is running')
    expect(tray!.item('Start the cluster').enabled).toBe(false)
    tray!.item('Stop the cluster').click!()
    await vi.waitFor(() => expect(log.slice(-2)).toEqual(['node.stop broker-a', 'node.stop namesrv'])) // prettier-ignore
    for (const node of states) node.state = 'stopped'
    nodesChanged.emit()
    expect(tray!.tip).toBe('Gantry · The cluster is stopped')
    tray!.item('Start the cluster').click!()
    await vi.waitFor(() => expect(log.slice(-2)).toEqual(['node.start namesrv', 'node.start broker-a'])) // prettier-ignore
    states[0]!.state = 'running'
    nodesChanged.emit()
    expect(tray!.tip).toBe('Gantry · The cluster is partly running')
    tray!.item('Quit Gantry').click!()
    expect(fake.app.calls).toContain('quit')
  })

  test('changes its language with the window’s', async () => {
    const setting = await setUp()
    expect(fake.trays[0]!.tip).toContain('集群运行中')
    setting.settings().language = 'en'
    setting.emit('changed', { nouns: ['settings'] })
    await vi.waitFor(() => expect(fake.trays[0]!.tip).toContain('The cluster is running'))
  })

  test('is all there is after a start at login', async () => {
    await setUp({ hidden: true })
    expect(fake.windows).toHaveLength(0)
    expect(fake.trays).toHaveLength(1)
  })

  test('that is not there does not leave a start at login without a window', async () => {
    fake.hasNoTray = true
    await setUp({ hidden: true })
    expect(fake.windows).toHaveLength(1)
  })
})

describe('links of other programs', () => {
  test('open their page, at the start and while it runs', async () => {
    await setUp({ argv: ['/opt/gantry', 'gantry://topic/Orders'] })
    expect(fake.windows[0]!.loaded).toBe('gantry://console/#/topics?topic=Orders')
    fake.app.emit('second-instance', {}, ['/opt/gantry', 'gantry://group/Buyers'])
    expect(fake.windows[0]!.loaded).toBe('gantry://console/#/groups?group=Buyers')
    const event = { preventDefault: () => undefined }
    fake.app.emit('open-url', event, 'gantry://page/traffic')
    expect(fake.windows[0]!.loaded).toBe('gantry://console/#/traffic')
  })

  test('that are wrong only bring the window', async () => {
    await setUp()
    fake.app.emit('second-instance', {}, ['gantry://delete/Orders'])
    expect(fake.windows[0]!.loaded).toBe('gantry://console/')
    expect(fake.windows[0]!.calls).toContain('focus')
  })
})

describe('the window comes back', () => {
  const path = '/data/window/gantry-window.json'

  test('where it was, with the page it showed', async () => {
    const { files } = await setUp({ settings: { closing: 'quit' } })
    const [window] = fake.windows
    window!.webContents.emit('did-navigate-in-page', {}, 'gantry://console/#/topics?topic=T', true)
    window!.webContents.emit('did-navigate-in-page', {}, 'https://evil.example/#/x', true)
    window!.maximized = true
    window!.cross()
    const remembered = files.get(path)!
    resetElectron()
    await setUp({ files: { [path]: remembered } })
    expect(fake.windows[0]!.loaded).toBe('gantry://console/#/topics?topic=T')
    expect(fake.windows[0]!.options).toMatchObject({ x: 10, y: 20, width: 1300, height: 800 })
    expect(fake.windows[0]!.calls).toContain('maximize')
  })

  test('where the system puts it when the screen is gone', async () => {
    const bounds = { x: 5000, y: 20, width: 1300, height: 800 }
    await setUp({ files: { [path]: JSON.stringify({ bounds }) } })
    expect(fake.windows[0]!.options).toMatchObject({ width: 1280, height: 820 })
    expect(fake.windows[0]!.options).not.toHaveProperty('x')
  })

  test.each([
    ['torn', '{"bou'],
    ['strange', '{"page":"https://evil.example"}'],
    ['empty', '']
  ])('as at the first start when what was kept is %s', async (_name, kept) => {
    await setUp({ files: { [path]: kept } })
    expect(fake.windows[0]!.loaded).toBe('gantry://console/')
  })
})

describe('notices', () => {
  const notice = { id: '1', at: 0, level: 'warning', code: 'SLAVE_FOREIGN', params: { broker: 'b', master: 'm' }, count: 1 } // prettier-ignore

  test('are shown while nobody looks, one at a time, and lead to the window', async () => {
    const { emit } = await setUp({ settings: { language: 'en' } })
    emit('notice', notice)
    const [first] = fake.notifications
    expect(first!.options.title).toBe('b cannot follow m')
    emit('notice', { ...notice, code: 'NEVER_HEARD', id: '2' })
    expect(first!.calls).toEqual(['show', 'close'])
    expect(fake.notifications[1]!.options).toEqual({
      title: 'The cluster needs a look',
      body: 'Open Gantry to read it'
    })
    first!.emit('click')
    expect(fake.windows[0]!.calls).toContain('focus')
  })

  test('are not shown to who looks at the window, twice, or against the setting', async () => {
    const { emit } = await setUp()
    fake.windows[0]!.focused = true
    emit('notice', notice)
    fake.windows[0]!.focused = false
    emit('notice', { ...notice, count: 2 })
    expect(fake.notifications).toEqual([])
    resetElectron()
    const off = await setUp({ settings: { desktopNotices: false } })
    off.emit('notice', notice)
    expect(fake.notifications).toEqual([])
  })
})

test('start at login follows the setting', async () => {
  const setting = await setUp()
  setting.settings().startAtLogin = true
  setting.emit('changed', { nouns: ['settings'] })
  await vi.waitFor(() => expect(setting.log).toContain('login true'))
})
