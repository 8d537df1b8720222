/** What a slave runs instead of delivering, checking and reviving: it follows its master. */
import { Disposables, type Disposable } from '../../base/disposable'
import type { RemotingClient } from '../../remoting/client'
import type { BrokerServices } from '../brokerServices'
import type { ControlledRole } from '../controlled/controlledRole'
import type { HaMaster, HaService } from '../ha/haService'
import { SlaveOffsets } from './slaveOffsets'
import { SlaveProgress } from './slaveProgress'
import { SlaveSynchronize } from './slaveSynchronize'

type Deps = Pick<
  BrokerServices,
  | 'clock'
  | 'log'
  | 'config'
  | 'identity'
  | 'meta'
  | 'store'
  | 'topics'
  | 'table'
  | 'groups'
  | 'offsets'
  | 'removal'
  | 'nameservers'
  | 'sign'
> & {
  client: Pick<RemotingClient, 'connectionTo'>
  ha: Pick<HaService, 'setMaster'>
  controlled: ControlledRole | undefined
}

export const startSlave = (deps: Deps): Disposable => {
  const { clock, identity, nameservers, ha, controlled } = deps
  const slaveOffsets = new SlaveOffsets(deps)
  const progress = new SlaveProgress({ ...deps, slaveOffsets })
  const synchronize = new SlaveSynchronize({
    ...deps,
    clock: clock.real,
    progress,
    seekMaster: () => nameservers.registerSoon()
  })
  const running = new Disposables()
  running.add(slaveOffsets.start())
  let told: HaMaster | undefined
  const follow = (): void => {
    // Not itself, should a nameserver still know it as master.
    const mayFollow = ({ masterAddr }: HaMaster): boolean =>
      masterAddr !== identity.address && (controlled?.mayFollow(masterAddr) ?? true)
    const master = told && mayFollow(told) ? told : undefined
    ha.setMaster(master)
    synchronize.setMasterAddr(master?.masterAddr)
  }
  running.add(
    nameservers.masterTold.on((master) => {
      told = master
      follow()
    })
  )
  if (controlled) running.add(controlled.masterChanged.on(follow))
  running.add(synchronize.start())
  return running
}
