/** A nameserver and the brokers of one name over real TCP and real files, on the machine's clock. */
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../../src/main/base/clock'
import { nodeDisk, type Disk } from '../../../src/main/base/disk'
import type { Lines } from '../../../src/main/base/faultyLines'
import { createLog, silentLog } from '../../../src/main/base/log'
import { systemRandom } from '../../../src/main/base/random'
import { endOfTurn } from '../../../src/main/base/turn'
import type { BrokerReport } from '../../../src/main/broker/brokerReport'
import { startBroker, type RunningBroker } from '../../../src/main/broker/startBroker'
import { startNameserver, type RunningNameserver } from '../../../src/main/nameserver/startNameserver' // prettier-ignore
import { readEpochEntryCache, type EpochEntryCache } from '../../../src/main/protocol/bodies/epochEntryCache' // prettier-ignore
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import { decodeMessages } from '../../../src/main/protocol/message/messageCodec'
import { TestClient } from './brokerTestbed'

/** Small segments, so that a few messages fill several; short silences. */
const COMMON = {
  brokerName: 'broker-a',
  mappedFileSizeCommitLog: String(1024 * 1024),
  haSendHeartbeatInterval: '200',
  gantryMinFreeDiskSpace: '0'
}

export interface HaNode {
  broker: RunningBroker
  client: TestClient
}

interface StartOptions {
  properties?: Record<string, string>
  disk?: Disk
  lines?: Lines
}

export class HaTestbed {
  readonly folder = mkdtempSync(join(tmpdir(), 'gantry ha 测试 '))
  readonly reports: BrokerReport[] = []
  readonly logged: string[] = []
  private nameserver: RunningNameserver | undefined
  private readonly nodes = new Set<HaNode>()
  /** By name of the node: a broker comes back where it was. */
  private readonly ports = new Map<string, string>()

  /** Folder of a node: what it keeps. */
  folderOf(name: string): string {
    return join(this.folder, name)
  }

  async start(
    name: string,
    { properties = {}, disk = nodeDisk, lines }: StartOptions = {}
  ): Promise<HaNode> {
    // prettier-ignore
    const namesrvAddr = await this.namesrvAddr()
    const broker = await startBroker({
      ...{ clock: systemClock, disk, random: systemRandom, lines, vipChannel: false },
      log: createLog(name, systemClock, ({ message }) => this.logged.push(message)),
      folder: this.folderOf(name),
      host: '127.0.0.1',
      properties: {
        ...COMMON,
        listenPort: this.ports.get(name) ?? '0',
        namesrvAddr,
        ...properties
      },
      onReport: (report) => this.reports.push(report),
      onPropertiesChanged: () => undefined
    })
    this.ports.set(name, String(broker.port))
    const node = { broker, client: new TestClient(systemClock, broker.address) }
    this.nodes.add(node)
    return node
  }

  master(properties: Record<string, string> = {}, name = 'a'): Promise<HaNode> {
    return this.start(name, { properties: { brokerRole: 'SYNC_MASTER', ...properties } })
  }

  slave(name = 'b', options: StartOptions & { id?: number } = {}): Promise<HaNode> {
    const { properties, id = 1 } = options
    return this.start(name, {
      ...options,
      properties: { brokerRole: 'SLAVE', brokerId: String(id), ...properties }
    })
  }

  async stop(node: HaNode): Promise<void> {
    node.client.close()
    this.nodes.delete(node)
    await node.broker.stop()
  }

  async epochs({ client }: HaNode): Promise<EpochEntryCache> {
    const { body } = await client.ask(RequestCode.GET_BROKER_EPOCH_CACHE)
    return readEpochEntryCache(body ?? Buffer.alloc(0))
  }

  /** Resolves when the slave has all its master has. */
  async caughtUp(master: HaNode, slave: HaNode): Promise<void> {
    await until(async () => {
      const [theirs, own] = [await this.epochs(master), await this.epochs(slave)]
      const [last, ownLast] = [theirs.epochList.at(-1), own.epochList.at(-1)]
      return theirs.maxOffset === own.maxOffset && last?.gantryId === ownLast?.gantryId
    })
  }

  /** Segments of a node's log: names, sizes and what is in them. */
  logFiles(name: string): { name: string; size: number; digest: string }[] {
    const folder = join(this.folderOf(name), 'store', 'commitlog')
    return readdirSync(folder)
      .sort()
      .map((file) => {
        const bytes = readFileSync(join(folder, file))
        const digest = createHash('sha256').update(bytes).digest('hex')
        return { name: file, size: bytes.length, digest }
      })
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.nodes].map((node) => this.stop(node)))
    await this.nameserver?.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }

  private async namesrvAddr(): Promise<string> {
    this.nameserver ??= await startNameserver({
      ...{ clock: systemClock, disk: nodeDisk, log: silentLog, host: '127.0.0.1', port: 0 },
      folder: this.folderOf('namesrv'),
      onReport: () => undefined,
      onRouteMiss: () => undefined
    })
    return this.nameserver.address
  }
}

/** Asks again and again, over the wire: whoever waits longer than the test may has failed. */
export const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await new Promise<void>((resolve) => endOfTurn(resolve))
}

/** Bodies m<from>… to queue 0 of T, all at once; the codes of the answers. */
export const sendMany = async ({ client }: HaNode, from: number, to: number): Promise<number[]> => {
  const sends = Array.from({ length: to - from }, (_, i) => client.send('T', `m${from + i}`))
  return (await Promise.all(sends)).map(({ code }) => code)
}

/** Bodies of a queue, as a consumer of that broker gets them. */
export const bodiesOf = async (
  { client }: HaNode,
  topic: string,
  queueId = 0
): Promise<string[]> => {
  // prettier-ignore
  const bodies: string[] = []
  for (;;) {
    const { code, body } = await client.pull('G', topic, bodies.length, { queueId })
    if (code !== ResponseCode.SUCCESS) return bodies
    for (const message of decodeMessages(body ?? Buffer.alloc(0)))
      bodies.push(message.body.toString())
  }
}
