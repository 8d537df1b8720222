/** Where the nodes listen and what brokers call themselves: loopback, unless a person or a flag says otherwise. */
import { isIP } from 'node:net'
import type { AddressSetting } from '../../../shared/addressViews'
import { isLoopback, isWildcard, LOOPBACK } from '../../base/bindAddresses'
import { Emitter } from '../../base/emitter'
import type { MachineAddress } from '../../base/networkInterfaces'
import type { SettingDoc } from '../../meta/installationMeta'
import type { Collection } from '../../meta/collection'
import { ProblemError } from '../problem'

export const AUTO = 'auto'

const KEYS = { host: 'addresses.host', advertise: 'addresses.advertise' } as const

export interface AddressFlags {
  host?: string | undefined
  advertise?: string | undefined
}

interface Deps {
  settings: Pick<Collection<SettingDoc>, 'get' | 'putAll'>
  /** `--host`, `--advertise`: for this run, until a person saves something else. */
  flags: AddressFlags
  machine: { addresses(): MachineAddress[] }
}

/** What one node is started with. */
export interface NodeAddresses {
  host: string
  /** Properties of a broker, below those that were chosen for it. */
  properties: Record<string, string>
  /** Of a nameserver. */
  arrivalAddress: boolean
}

const isHostOf = (addresses: readonly MachineAddress[], host: string): boolean =>
  isWildcard(host) || isLoopback(host) || addresses.some(({ address }) => address === host)

/** @throws ProblemError INVALID_INPUT naming the addresses there are. */
export const refuseForeignHost = (host: string, addresses: readonly MachineAddress[]): void => {
  if (isHostOf(addresses, host)) return
  const known = [...new Set(addresses.map(({ address }) => address))].join(', ')
  throw new ProblemError(
    'INVALID_INPUT',
    { field: 'host' },
    `--host ${host} is no address of this machine; it has ${known}; 0.0.0.0 listens at all of them`
  )
}

export class Addresses {
  readonly changed = new Emitter<AddressSetting>()
  private current: AddressSetting
  /** Of each node, since its last start. */
  private readonly startedWith = new Map<string, string>()
  private isFromFlags: boolean

  constructor(private readonly deps: Deps) {
    const { flags, settings } = deps
    const saved = (key: keyof typeof KEYS): string | undefined => {
      const value = settings.get(KEYS[key])?.value
      // What another version saved and this one does not take counts as nothing.
      return value !== undefined && (value === AUTO || isIP(value) !== 0) ? value : undefined
    }
    this.current = {
      host: flags.host ?? saved('host') ?? LOOPBACK,
      advertise: flags.advertise ?? saved('advertise') ?? AUTO
    }
    this.isFromFlags = flags.host !== undefined || flags.advertise !== undefined
  }

  get setting(): AddressSetting {
    return this.current
  }

  /** From flags of this run. */
  get isGiven(): boolean {
    return this.isFromFlags
  }

  /** An address that is gone, of a network that was left, is no reason not to start. */
  get isHostGone(): boolean {
    return !isHostOf(this.deps.machine.addresses(), this.current.host)
  }

  /** Where nodes listen when they start now. */
  get host(): string {
    return this.isHostGone ? LOOPBACK : this.current.host
  }

  get isBeyondLoopback(): boolean {
    return !isLoopback(this.host)
  }

  /** For the start of a node, which is remembered. */
  startOf(id: string): NodeAddresses {
    const { advertise } = this.current
    this.startedWith.set(id, this.fingerprint())
    return {
      host: this.host,
      properties: advertise === AUTO ? {} : { brokerIP1: advertise },
      arrivalAddress: advertise === AUTO
    }
  }

  /** Where a node listens that was started before; undefined where it never was. */
  hostOf(id: string): string | undefined {
    return this.startedWith.get(id)?.split(' ')[0]
  }

  /** The node was started with another setting. */
  isStale(id: string): boolean {
    const started = this.startedWith.get(id)
    return started !== undefined && started !== this.fingerprint()
  }

  /** For the next start of each node. @throws ProblemError where the address to listen at is none of this machine. */
  async save(setting: AddressSetting): Promise<void> {
    refuseForeignHost(setting.host, this.deps.machine.addresses())
    await this.deps.settings.putAll([
      [KEYS.host, { value: setting.host }],
      [KEYS.advertise, { value: setting.advertise }]
    ])
    this.current = { ...setting }
    this.isFromFlags = false
    this.changed.emit(this.current)
  }

  private fingerprint(): string {
    return `${this.host} ${this.current.advertise}`
  }
}
