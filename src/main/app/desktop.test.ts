import { beforeEach, describe, expect, test, vi } from 'vitest'
import { Emitter } from '../base/emitter'
import { toDisposable } from '../base/disposable'
import { silentLog } from '../base/log'
import { runDesktop, type DesktopEngine } from './desktop'
import { fake, resetElectron } from './electron.fixture'

vi.mock('electron', async () => (await import('./electron.fixture')).fakeElectron)

beforeEach(resetElectron)

const setUp = async (
  more: { open?: () => Promise<DesktopEngine>; start?: () => Promise<void> } = {}
) => {
  const log: string[] = []
  const onFocus = new Emitter<void>()
  let stopped: () => void = () => undefined
  const engine: DesktopEngine = {
    console: {
      call: () => Promise.resolve({ ok: true, value: undefined }),
      on: () => toDisposable(() => undefined),
      forget: () => undefined
    },
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
    devServer: undefined,
    files: { get: () => undefined },
    log: silentLog,
    open:
      more.open ??
      (() => {
        log.push('open')
        return Promise.resolve(engine)
      })
  })
  return { log, onFocus, stopped: () => stopped() }
}

/** An event whose default may be prevented. */
const cancelable = () => {
  const event = { prevented: false, preventDefault: () => (event.prevented = true) }
  return event
}

describe('the start', () => {
  test('takes the folder, opens the window on our own scheme, then starts the nodes', async () => {
    const { log } = await setUp()
    expect(log).toEqual(['open', 'start'])
    expect(fake.windows).toHaveLength(1)
    expect(fake.windows[0]!.loaded).toBe('gantry://console/')
    expect([...fake.session.schemes.keys()]).toEqual(['gantry'])
    expect(fake.privileged).toHaveLength(1)
    expect(fake.menus).toHaveLength(1)
  })

  test('keeps the instance lock below the data folder', async () => {
    await setUp()
    expect(fake.app.userData).toBe('/data/window')
    expect(fake.app.calls).toEqual(['lock'])
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
    expect(log).toEqual(['open', 'start', 'stop'])
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
