/** The IPC transport: one channel to call, one to subscribe, one for events; senders are checked on every message. */
import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron'
import { CALL_CHANNEL, EVENT_CHANNEL, SUBSCRIBE_CHANNEL } from '../../shared/channels'
import { eventNames, type EventName, type Outcome } from '../../shared/contract'
import { toDisposable, type Disposable } from '../base/disposable'
import type { Log } from '../base/log'
import type { Console } from '../console/console'
import { Session } from '../console/session'
import type { WindowUrl } from './windowUrl'

interface Deps {
  console: Pick<Console, 'call' | 'on' | 'forget'>
  url: WindowUrl
  log: Log
}

const isEventName = (value: unknown): value is EventName =>
  eventNames.some((name) => name === value)

const refused: Outcome<never> = {
  ok: false,
  error: { code: 'NO_PERMISSION', message: 'only the window of this application may ask' }
}

/** Knows the windows it was told of; everybody else is refused. */
export class IpcTransport implements Disposable {
  private readonly sessions = new Map<WebContents, Session>()

  constructor(private readonly deps: Deps) {
    ipcMain.handle(CALL_CHANNEL, (event, method: unknown, params: unknown) =>
      this.call(event, method, params)
    )
    ipcMain.on(SUBSCRIBE_CHANNEL, (event, name: unknown, on: unknown) =>
      this.subscribe(event, name, on)
    )
  }

  /** Until it is destroyed; a reload begins with no subscriptions. */
  serve(contents: WebContents): Disposable {
    const open = (): void => {
      this.sessions.get(contents)?.dispose()
      this.sessions.set(contents, this.sessionFor(contents))
    }
    const close = toDisposable(() => {
      this.sessions.get(contents)?.dispose()
      this.sessions.delete(contents)
    })
    open()
    contents.on('did-start-navigation', (event) => {
      if (event.isMainFrame && !event.isSameDocument) open()
    })
    contents.once('destroyed', () => close.dispose())
    return close
  }

  dispose(): void {
    ipcMain.removeHandler(CALL_CHANNEL)
    ipcMain.removeAllListeners(SUBSCRIBE_CHANNEL)
    for (const session of this.sessions.values()) session.dispose()
    this.sessions.clear()
  }

  private sessionFor(contents: WebContents): Session {
    return new Session(this.deps.console, { id: `window-${contents.id}` }, (event, payload) => {
      if (!contents.isDestroyed()) contents.send(EVENT_CHANNEL, event, payload)
    })
  }

  /** The session of the main frame of one of our windows, showing our own page. */
  private trusted(event: IpcMainEvent | IpcMainInvokeEvent): Session | undefined {
    const { sender, senderFrame } = event
    const session = this.sessions.get(sender)
    if (session && senderFrame && senderFrame === sender.mainFrame) {
      if (this.deps.url.isOwn(senderFrame.url)) return session
    }
    this.deps.log.warn(`refused a message of ${senderFrame?.url ?? 'a frame that is gone'}`)
    return undefined
  }

  private async call(
    event: IpcMainInvokeEvent,
    method: unknown,
    params: unknown
  ): Promise<Outcome<unknown>> {
    const session = this.trusted(event)
    if (!session) return refused
    return session.call(typeof method === 'string' ? method : '', params)
  }

  private subscribe(event: IpcMainEvent, name: unknown, on: unknown): void {
    const session = this.trusted(event)
    if (!session || !isEventName(name)) return
    if (on === true) session.subscribe(name)
    else session.unsubscribe(name)
  }
}
