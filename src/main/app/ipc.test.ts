import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { WebContents } from 'electron'
import type { EventName, Outcome } from '../../shared/contract'
import { toDisposable } from '../base/disposable'
import { silentLog } from '../base/log'
import { fake, FakeContents, FakeFrame, resetElectron } from './electron.fixture'
import { IpcTransport } from './ipc'
import { WindowUrl } from './windowUrl'

vi.mock('electron', async () => (await import('./electron.fixture')).fakeElectron)

beforeEach(resetElectron)

const setUp = () => {
  const listeners = new Map<EventName, (payload: never) => void>()
  const calls: unknown[] = []
  const transport = new IpcTransport({
    console: {
      call: (method, params, caller): Promise<Outcome<unknown>> => {
        calls.push([method, params, caller.id])
        return Promise.resolve({ ok: true, value: 'done' })
      },
      on: (event, listener) => {
        listeners.set(event, listener)
        return toDisposable(() => listeners.delete(event))
      },
      forget: () => undefined
    },
    url: new WindowUrl(undefined),
    log: silentLog
  })
  const contents = new FakeContents()
  transport.serve(contents as unknown as WebContents)
  const invoke = (event: object, ...args: unknown[]): unknown =>
    fake.ipcMain.handlers.get('gantry:call')?.(event, ...args)
  const subscribe = (event: object, ...args: unknown[]): boolean =>
    fake.ipcMain.emit('gantry:subscribe', event, ...args)
  const own = { sender: contents, senderFrame: contents.mainFrame }
  return { transport, contents, invoke, subscribe, own, listeners, calls }
}

test('the window calls and is answered with data', async () => {
  const { invoke, own, calls, contents } = setUp()
  expect(await invoke(own, 'topic.list', undefined)).toEqual({ ok: true, value: 'done' })
  expect(calls).toEqual([['topic.list', undefined, `window-${contents.id}`]])
})

describe('a message is refused', () => {
  test.each([
    [
      'from a frame inside the window',
      (c: FakeContents) => ({ sender: c, senderFrame: new FakeFrame('gantry://console/') })
    ],
    ['from a frame that is gone', (c: FakeContents) => ({ sender: c, senderFrame: null })],
    [
      'from contents nobody told us of',
      () => {
        const stranger = new FakeContents()
        return { sender: stranger, senderFrame: stranger.mainFrame }
      }
    ],
    [
      'from our window showing another page',
      (c: FakeContents) => {
        c.mainFrame.url = 'https://example.org/'
        return { sender: c, senderFrame: c.mainFrame }
      }
    ]
  ])('%s', async (_name, eventOf) => {
    const { invoke, subscribe, contents, calls, listeners } = setUp()
    const event = eventOf(contents)
    expect(await invoke(event, 'topic.list', undefined)).toMatchObject({
      ok: false,
      error: { code: 'NO_PERMISSION' }
    })
    subscribe(event, 'tail', true)
    expect(calls).toEqual([])
    expect(listeners.size).toBe(0)
  })
})

describe('events', () => {
  test('reach the window while it is subscribed', () => {
    const { subscribe, own, listeners, contents } = setUp()
    subscribe(own, 'tail', true)
    listeners.get('tail')?.({ passed: 3 } as never)
    expect(contents.sent).toEqual([['gantry:event', 'tail', { passed: 3 }]])
    subscribe(own, 'tail', false)
    expect(listeners.size).toBe(0)
  })

  test.each(['no-such-event', '__proto__', 7, null, { toString: 1 }])('%j is no event', (name) => {
    const { subscribe, own, listeners } = setUp()
    subscribe(own, name, true)
    expect(listeners.size).toBe(0)
  })

  test('end with a reload, not with a change of the hash', () => {
    const { subscribe, own, listeners, contents } = setUp()
    subscribe(own, 'tail', true)
    contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: true })
    expect(listeners.size).toBe(1)
    contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false })
    expect(listeners.size).toBe(0)
    subscribe(own, 'tail', true)
    expect(listeners.size).toBe(1)
  })

  test('end with the window, which is a stranger from then on', async () => {
    const { subscribe, invoke, own, listeners, contents } = setUp()
    subscribe(own, 'tail', true)
    contents.emit('destroyed')
    expect(listeners.size).toBe(0)
    expect(await invoke(own, 'topic.list', undefined)).toMatchObject({ ok: false })
  })
})

test('no channel is left when the transport ends', () => {
  const { transport } = setUp()
  transport.dispose()
  expect(fake.ipcMain.handlers.size).toBe(0)
  expect(fake.ipcMain.listenerCount('gantry:subscribe')).toBe(0)
})
