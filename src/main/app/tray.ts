/** The icon in the tray: how the cluster is, start and stop, and the way back to the window. */
import { Menu, Tray, type MenuItemConstructorOptions } from 'electron'
import type { Disposable } from '../base/disposable'
import type { Emitter } from '../base/emitter'
import type { Log } from '../base/log'
import type { DesktopTexts } from './desktopTexts'

/** The nodes as the tray needs them. */
export interface TrayNodes {
  /** In the order they start. */
  states(): readonly { id: string; state: string }[]
  changed: Emitter<void>
}

interface Deps {
  /** Absolute; undefined where there is no icon, and then no tray. */
  icon: string
  nodes: TrayNodes
  texts: () => DesktopTexts
  log: Log
  open: () => void
  quit: () => void
  /** `node.start`, `node.stop` of the console. */
  ask: (method: 'node.start' | 'node.stop', id: string) => Promise<void>
}

export type TrayStatus = keyof DesktopTexts['status']

export const trayStatus = (states: readonly { state: string }[]): TrayStatus => {
  if (states.some(({ state }) => state === 'starting' || state === 'stopping')) return 'changing'
  const running = states.filter(({ state }) => state === 'running').length
  if (running === 0) return 'stopped'
  return running === states.length ? 'running' : 'partial'
}

export class AppTray implements Disposable {
  private readonly tray: Tray
  private readonly listening: Disposable
  private shown = ''

  /** @throws where the system has no tray. */
  constructor(private readonly deps: Deps) {
    this.tray = new Tray(deps.icon)
    this.tray.on('click', () => deps.open())
    this.listening = deps.nodes.changed.on(() => this.refresh())
    this.refresh()
  }

  /** Also after the language changed. Linux takes a new menu as a whole, so only a change makes one. */
  refresh(): void {
    const { texts, nodes } = this.deps
    const words = texts()
    const status = trayStatus(nodes.states())
    const key = `${status} ${words.open}`
    if (key === this.shown) return
    this.shown = key
    this.tray.setToolTip(`Gantry · ${words.status[status]}`)
    this.tray.setContextMenu(Menu.buildFromTemplate(this.template(words, status)))
  }

  dispose(): void {
    this.listening.dispose()
    this.tray.destroy()
  }

  private template(words: DesktopTexts, status: TrayStatus): MenuItemConstructorOptions[] {
    const { open, quit } = this.deps
    return [
      { label: words.status[status], enabled: false },
      { type: 'separator' },
      { label: words.open, click: () => open() },
      {
        label: words.startCluster,
        enabled: status === 'stopped' || status === 'partial',
        click: () => void this.all('node.start')
      },
      {
        label: words.stopCluster,
        enabled: status === 'running' || status === 'partial',
        click: () => void this.all('node.stop')
      },
      { type: 'separator' },
      { label: words.quit, click: () => quit() }
    ]
  }

  /** Nameservers start first and end last. */
  private async all(method: 'node.start' | 'node.stop'): Promise<void> {
    const { nodes, ask, log } = this.deps
    const isStart = method === 'node.start'
    const wanted = nodes.states().filter(({ state }) => (state === 'running') !== isStart)
    for (const { id } of isStart ? wanted : wanted.reverse())
      await ask(method, id).catch((error: unknown) => log.warn(`${method} of ${id}`, error))
  }
}
