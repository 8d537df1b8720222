/** The settings the desktop itself follows, read and written through the console as the window does. */
import type { EventName, Events } from '../../shared/contract'
import type { Settings } from '../../shared/views'
import { Emitter } from '../base/emitter'
import type { Log } from '../base/log'
import type { Console } from '../console/console'

export type DesktopChoices = Pick<
  Settings,
  'language' | 'closing' | 'startAtLogin' | 'desktopNotices'
>

const CALLER = { id: 'desktop' }

export class DesktopSettings {
  readonly changed = new Emitter<DesktopChoices>()
  private known: DesktopChoices = {
    language: 'system',
    closing: 'ask',
    startAtLogin: false,
    desktopNotices: true
  }

  constructor(
    private readonly console: Pick<Console, 'call' | 'on'>,
    private readonly log: Log
  ) {
    const event: EventName = 'changed'
    console.on(event, ({ nouns }: Events['changed']) => {
      if (nouns.includes('settings')) void this.refresh()
    })
  }

  get current(): DesktopChoices {
    return this.known
  }

  async refresh(): Promise<void> {
    const outcome = await this.console.call('settings.get', undefined, CALLER)
    if (!outcome.ok) return this.log.warn(`settings: ${outcome.error.message}`)
    // The answer of `settings.get`, by the contract.
    this.known = outcome.value as Settings
    this.changed.emit(this.known)
  }

  async set(change: Partial<DesktopChoices>): Promise<void> {
    const outcome = await this.console.call('settings.set', change, CALLER)
    if (!outcome.ok) this.log.warn(`settings: ${outcome.error.message}`)
    await this.refresh()
  }
}
