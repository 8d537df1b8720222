/** The headless cluster with three nameservers, which a test takes from stock clients one by one. */
import { createAdmin } from '../../src/main/admin/admin'
import { systemClock } from '../../src/main/base/clock'
import { silentLog } from '../../src/main/base/log'
import { RemotingClient } from '../../src/main/remoting/client'
import { until } from '../cluster/client/cluster'
import { startHeadless } from '../headless'
import { ConsoleSocket } from '../cluster/headless/consoleSocket'

const knowsAll = async (address: string, brokers: number): Promise<void> => {
  const client = new RemotingClient({ clock: systemClock, log: silentLog })
  const admin = createAdmin({ client, clock: systemClock, namesrvAddresses: () => [address] })
  await until(
    () => admin.listBrokers().catch(() => []),
    (known) => known.length === brokers
  )
  client.close()
}

export const startThreeNameservers = async () => {
  const headless = await startHeadless({ args: ['--preset', '3n-2m-2s'] })
  const window = await ConsoleSocket.open(headless.ready.console)
  const addresses = headless.ready.namesrv
  const ids = (await window.call('cluster.view')).nameservers.map(({ id }) => id)
  const master = headless.ready.brokers.find(({ id }) => id === 0)!
  const kill = async (lost: readonly string[]): Promise<void> => {
    await Promise.all(lost.map((id) => window.call('node.kill', { id })))
  }
  return {
    window,
    addresses,
    master,
    /** The last one of the list stays. */
    loseAllButOne: () => kill(ids.slice(0, -1)),
    loseTheLast: () => kill(ids.slice(-1)),
    /** When each of them knows every broker again. */
    comeBack: async (): Promise<void> => {
      await Promise.all(ids.map((id) => window.call('node.start', { id })))
      await Promise.all(
        addresses.map((address) => knowsAll(address, headless.ready.brokers.length))
      )
    },
    stop: () => headless.stop()
  }
}
export type ThreeNameservers = Awaited<ReturnType<typeof startThreeNameservers>>
