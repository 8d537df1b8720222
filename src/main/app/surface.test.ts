/** Menu, scheme and preload: the small surfaces of the window. */
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Bridge } from '../../shared/contract'
import { desktopTexts } from './desktopTexts'
import { menuTemplate } from './menu'
import { respond } from './rendererProtocol'

const renderer = vi.hoisted(() => ({
  exposed: new Map<string, unknown>(),
  invoked: [] as unknown[][],
  sent: [] as unknown[][],
  listeners: new Map<string, (...args: unknown[]) => void>()
}))

vi.mock('electron', () => ({
  Menu: {},
  protocol: {},
  contextBridge: {
    exposeInMainWorld: (name: string, api: unknown) => renderer.exposed.set(name, api)
  },
  ipcRenderer: {
    invoke: (...args: unknown[]) => {
      renderer.invoked.push(args)
      return Promise.resolve({ ok: true, value: 1 })
    },
    send: (...args: unknown[]) => renderer.sent.push(args),
    on: (channel: string, listener: (...args: unknown[]) => void) =>
      renderer.listeners.set(channel, listener)
  }
}))

describe('the preload script', () => {
  beforeEach(async () => {
    vi.resetModules()
    renderer.exposed.clear()
    renderer.listeners.clear()
    renderer.invoked.length = 0
    renderer.sent.length = 0
    await import('../../preload/index')
  })
  const bridge = (): Bridge => renderer.exposed.get('gantry') as Bridge
  const emit = (event: string, payload: unknown): void =>
    renderer.listeners.get('gantry:event')?.({ sender: 'secret' }, event, payload)

  test('exposes call and on, and nothing else', () => {
    expect([...renderer.exposed.keys()]).toEqual(['gantry'])
    expect(Object.keys(bridge()).sort()).toEqual(['call', 'on'])
  })

  test('call goes through the one channel', async () => {
    expect(await bridge().call('topic.list', undefined)).toEqual({ ok: true, value: 1 })
    expect(renderer.invoked).toEqual([['gantry:call', 'topic.list', undefined]])
  })

  test('a listener gets the payload and never Electron’s event', () => {
    const seen: unknown[][] = []
    bridge().on('tail', (...args) => seen.push(args))
    emit('tail', { passed: 1 })
    emit('traffic', { at: 1 })
    expect(seen).toEqual([[{ passed: 1 }]])
  })

  test('the engine hears of the first listener and the last', () => {
    const listener = (): void => undefined
    const offs = [bridge().on('tail', listener), bridge().on('tail', listener)]
    offs[0]?.()
    offs[0]?.()
    expect(renderer.sent).toEqual([['gantry:subscribe', 'tail', true]])
    offs[1]?.()
    expect(renderer.sent.at(-1)).toEqual(['gantry:subscribe', 'tail', false])
  })
})

describe('the renderer scheme', () => {
  const files = {
    get: (path: string) =>
      path === '/index.html'
        ? { type: 'text/html; charset=utf-8', content: Buffer.from('page'), cacheControl: '' }
        : undefined
  }

  test('serves the page with its content policy', async () => {
    const response = respond(files, 'gantry://console/')
    expect(await response.text()).toBe('page')
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  test.each(['gantry://elsewhere/', 'gantry://console/../../etc/passwd', 'gantry://console/no.js'])(
    '%s is not there',
    (url) => {
      expect(respond(files, url).status).toBe(404)
    }
  )
})

describe('the menu', () => {
  test('speaks the language that was chosen, or the system’s', () => {
    const labels = (language: 'system' | 'en' | 'zh-CN', locale: string) =>
      menuTemplate(desktopTexts(language, locale), 'linux', false).flatMap(
        ({ label }) => label ?? []
      )
    expect(labels('system', 'zh-CN')).toEqual(['文件', '编辑', '视图', '窗口'])
    expect(labels('system', 'de')).toEqual(['File', 'Edit', 'View', 'Window'])
    expect(labels('en', 'zh-CN')).toEqual(['File', 'Edit', 'View', 'Window'])
  })

  test('quitting has a key of its own', () => {
    const [file] = menuTemplate(desktopTexts('en', ''), 'linux', false)
    expect(JSON.stringify(file)).toContain('"role":"quit"')
  })

  test('has developer tools only while developing', () => {
    const has = (devTools: boolean) =>
      JSON.stringify(menuTemplate(desktopTexts('en', ''), 'linux', devTools)).includes(
        'toggleDevTools'
      )
    expect([has(true), has(false)]).toEqual([true, false])
  })
})
