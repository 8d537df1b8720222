import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Session, WebContents } from 'electron'
import { fake, FakeContents, resetElectron } from './electron.fixture'
import { bringForward, createWindow, hardenContents, hardenSession } from './window'
import { WindowUrl } from './windowUrl'

vi.mock('electron', async () => (await import('./electron.fixture')).fakeElectron)

const url = new WindowUrl(undefined)
const own = 'gantry://console/'

beforeEach(resetElectron)

const create = () => {
  const session = fake.session as unknown as Session
  return createWindow({ url, session, preload: '/out/preload/index.cjs', devTools: false })
}

test('the window is isolated, sandboxed and knows no Node', () => {
  create()
  const { webPreferences } = fake.windows[0]!.options as { webPreferences: object }
  expect(webPreferences).toEqual({
    preload: '/out/preload/index.cjs',
    session: fake.session,
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
    devTools: false
  })
  expect(fake.windows[0]!.loaded).toBe(own)
})

test('it is shown when it has something to show', () => {
  create()
  const window = fake.windows[0]!
  expect(window.options).toMatchObject({ show: false, minWidth: 1024, minHeight: 700 })
  window.emit('ready-to-show')
  expect(window.calls).toEqual(['show'])
})

test('bringing it forward also restores it', () => {
  const window = create()
  fake.windows[0]!.minimized = true
  bringForward(window)
  expect(fake.windows[0]!.calls).toEqual(['restore', 'show', 'focus'])
})

describe('a page cannot', () => {
  const harden = (): FakeContents => {
    const contents = new FakeContents()
    hardenContents(contents as unknown as WebContents, url)
    return contents
  }
  /** Whether the event was prevented. */
  const isDenied = (name: string, details: object): boolean => {
    let denied = false
    harden().emit(name, { ...details, preventDefault: () => (denied = true) })
    return denied
  }

  test('open another window', () => {
    expect(harden().windowOpenHandler?.()).toEqual({ action: 'deny' })
  })

  test.each([
    ['https://example.org/', true],
    ['file:///etc/passwd', true],
    ['gantry://elsewhere/', true],
    ['gantry://console/assets/x.js', true],
    ['javascript:alert(1)', true],
    ['not a url', true],
    [own, false],
    [`${own}#/topics`, false]
  ])('go to %s: denied %s', (target, expected) => {
    expect(isDenied('will-frame-navigate', { url: target, isMainFrame: true })).toBe(expected)
  })

  test('have frames of its own, be redirected, or attach a webview', () => {
    expect(isDenied('will-frame-navigate', { url: own, isMainFrame: false })).toBe(true)
    expect(isDenied('will-redirect', { url: own })).toBe(true)
    expect(isDenied('will-attach-webview', {})).toBe(true)
  })
})

describe('the session', () => {
  beforeEach(() => hardenSession(fake.session as unknown as Session, url))

  test('grants no permission and no device', () => {
    const decisions: unknown[] = []
    fake.session.permissionRequest?.({}, 'media', (granted: boolean) => decisions.push(granted))
    expect(decisions).toEqual([false])
    expect(fake.session.permissionCheck?.({}, 'media')).toBe(false)
    expect(fake.session.devicePermission?.({})).toBe(false)
  })

  test('adds the content policy to what is loaded', () => {
    const answers: unknown[] = []
    const details = { url: own, resourceType: 'mainFrame', responseHeaders: { A: ['1'] } }
    fake.session.headersReceived?.(details, (answer: unknown) => answers.push(answer))
    expect(answers).toMatchObject([
      {
        responseHeaders: {
          A: ['1'],
          'Content-Security-Policy': [expect.stringContaining("frame-ancestors 'none'")]
        }
      }
    ])
  })

  test('loads no other page as a main frame', () => {
    const answers: unknown[] = []
    const details = { url: 'https://example.org/', resourceType: 'mainFrame' }
    fake.session.headersReceived?.(details, (answer: unknown) => answers.push(answer))
    expect(answers).toEqual([{ cancel: true }])
  })
})
