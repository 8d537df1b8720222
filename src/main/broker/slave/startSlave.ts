/** What a slave runs instead of delivering, checking and reviving: it follows its master. */
import { Disposables, type Disposable } from '../../base/disposable'
import type { RemotingClient } from '../../remoting/client'
import type { BrokerServices } from '../brokerServices'
import type { HaService } from '../ha/haService'
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
> & {
  client: Pick<RemotingClient, 'connectionTo'>
  ha: Pick<HaService, 'setMaster'>
}

export const startSlave = (deps: Deps): Disposable => {
  const { clock, identity, nameservers, ha } = deps
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
  running.add(
    nameservers.masterTold.on((told) => {
      // Not itself, should a nameserver still know it as master.
      const master = told?.masterAddr === identity.address ? undefined : told
      ha.setMaster(master)
      synchronize.setMasterAddr(master?.masterAddr)
    })
  )
  running.add(synchronize.start())
  return running
}
