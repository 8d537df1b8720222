import { readClusterInfo } from '../../protocol/bodies/route'
import { readJsonBody } from '../../protocol/bodies/rocketmqJson'
import { RequestCode } from '../../protocol/codes/requestCode'
import type { RemotingClient } from '../../remoting/client'

/** A nameserver that has not answered by then is asked again later. */
const ASK_TIMEOUT_MS = 3000

interface Deps {
  client: Pick<RemotingClient, 'call'>
  nameservers: () => readonly string[]
  /** It tells of other brokers than before; `name:id`, sorted. */
  onChange: (nameserver: string, brokers: string[]) => void
}

/** Asks every nameserver by itself which brokers it knows, one question at a time. */
export class RouteWatch {
  private readonly known = new Map<string, string>()
  private readonly asking = new Set<string>()

  constructor(private readonly deps: Deps) {}

  /** Never rejects: a nameserver that cannot be reached tells nothing. */
  async look(): Promise<void> {
    await Promise.all(this.deps.nameservers().map((address) => this.ask(address)))
  }

  private async ask(address: string): Promise<void> {
    if (this.asking.has(address)) return
    this.asking.add(address)
    try {
      const code = RequestCode.GET_BROKER_CLUSTER_INFO
      const { body } = await this.deps.client.call(address, { code }, ASK_TIMEOUT_MS)
      if (body) this.compare(address, this.brokersOf(body))
    } catch {
      // It cannot be reached or refuses: what it told last is what is known of it.
    } finally {
      this.asking.delete(address)
    }
  }

  private brokersOf(body: Buffer): string[] {
    const { brokerAddrTable } = readClusterInfo(readJsonBody(body, 'the brokers of a nameserver'))
    return [...brokerAddrTable.values()]
      .flatMap(({ brokerName, brokerAddrs }) =>
        Object.keys(brokerAddrs).map((id) => `${brokerName}:${id}`)
      )
      .sort()
  }

  private compare(address: string, brokers: string[]): void {
    const text = brokers.join()
    const before = this.known.get(address)
    this.known.set(address, text)
    if (before !== undefined && before !== text) this.deps.onChange(address, brokers)
  }
}
