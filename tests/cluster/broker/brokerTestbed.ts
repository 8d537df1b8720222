/** A broker over real TCP and real files, on a clock that only the test moves. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock, type RealTime } from '../../../src/main/base/clock'
import { nodeDisk, type Disk } from '../../../src/main/base/disk'
import { createLog, silentLog } from '../../../src/main/base/log'
import { seededRandom } from '../../../src/main/base/random'
import { startBroker, type RunningBroker } from '../../../src/main/broker/startBroker'
import type { BrokerReport } from '../../../src/main/broker/brokerReport'
import { formatJson, parseJson } from '../../../src/main/protocol/bodies/rocketmqJson'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import type {
  RemotingCommand,
  RemotingRequest,
  Reply
} from '../../../src/main/protocol/remotingCommand'
import { signedWith } from '../../../src/main/protocol/aclSignature'
import type { SessionCredentials } from '../../../src/main/protocol/sessionCredentials'
import { RemotingClient } from '../../../src/main/remoting/client'

type Ext = Record<string, string | number | boolean>

const texts = (ext: Ext): Record<string, string> =>
  Object.fromEntries(Object.entries(ext).map(([key, value]) => [key, String(value)]))

/** One client with one connection to the broker under test. */
export class TestClient {
  /** What the broker asked this client, newest last. */
  readonly asked: RemotingCommand[] = []
  /** What this client answers when it is asked; by default nothing. */
  answer: (command: RemotingCommand) => Reply | undefined = () => undefined
  private readonly client: RemotingClient
  private readonly waiting: (() => void)[] = []

  constructor(
    clock: RealTime,
    readonly address: string,
    credentials?: SessionCredentials
  ) {
    this.client = new RemotingClient({
      beforeRequest: signedWith(credentials),
      clock,
      log: silentLog,
      handler: (command) => {
        this.asked.push(command)
        for (const wake of this.waiting.splice(0)) wake()
        return this.answer(command)
      }
    })
  }

  ask(
    code: number,
    ext: Ext = {},
    body?: Buffer | object,
    timeoutMs = 60_000
  ): Promise<RemotingCommand> {
    return this.client.invoke(this.address, request(code, ext, body), timeoutMs)
  }

  oneway(code: number, ext: Ext = {}, body?: Buffer | object): Promise<void> {
    return this.client.oneway(this.address, request(code, ext, body))
  }

  /** The body of a successful answer, read as JSON. */
  async body(code: number, ext: Ext = {}, body?: Buffer | object): Promise<unknown> {
    const response = await this.ask(code, ext, body)
    if (response.code !== 0) throw new Error(`${response.code}: ${response.remark ?? ''}`)
    return parseJson(response.body?.toString('utf8') ?? 'null')
  }

  /** Resolves when the broker has asked this client `count` times in all. */
  async askedTimes(count: number): Promise<RemotingCommand[]> {
    while (this.asked.length < count)
      await new Promise<void>((resolve) => this.waiting.push(resolve))
    return this.asked
  }

  send(topic: string, body: string | Buffer, more: SendMore = {}): Promise<RemotingCommand> {
    return this.ask(RequestCode.SEND_MESSAGE_V2, sendExt(topic, more), Buffer.from(body))
  }

  pull(group: string, topic: string, offset: number, more: Ext = {}): Promise<RemotingCommand> {
    return this.ask(RequestCode.PULL_MESSAGE, pullExt(group, topic, offset, more))
  }

  heartbeat(clientID: string, consumers: object[], producers: string[] = [], more: object = {}) {
    return this.ask(
      RequestCode.HEART_BEAT,
      {},
      {
        clientID,
        producerDataSet: producers.map((groupName) => ({ groupName })),
        consumerDataSet: consumers,
        ...more
      }
    )
  }

  close(): void {
    this.client.close()
  }
}

export const request = (code: number, ext: Ext, body?: Buffer | object): RemotingRequest => ({
  code,
  extFields: texts(ext),
  ...(body !== undefined && {
    body: Buffer.isBuffer(body) ? body : Buffer.from(formatJson(body))
  })
})

interface SendMore {
  queueId?: number
  defaultTopic?: string
  queueNums?: number
  properties?: Record<string, string>
  sysFlag?: number
  group?: string
}

export const propertiesText = (properties: Record<string, string>): string =>
  Object.entries(properties)
    .map(([name, value]) => `${name}\u0001${value}\u0002`)
    .join('')

export const sendExt = (topic: string, more: SendMore = {}): Ext => ({
  a: more.group ?? 'PG',
  b: topic,
  c: more.defaultTopic ?? 'TBW102',
  d: more.queueNums ?? 4,
  e: more.queueId ?? 0,
  f: more.sysFlag ?? 0,
  g: 1_700_000_000_000,
  h: 0,
  i: propertiesText(more.properties ?? {}),
  j: 0,
  k: false,
  m: false
})

/** Without `sysFlag`: nothing to commit, not to be held, subscription inline. */
export const pullExt = (group: string, topic: string, offset: number, more: Ext = {}): Ext => ({
  consumerGroup: group,
  topic,
  queueId: 0,
  queueOffset: offset,
  maxMsgNums: 32,
  sysFlag: 4,
  commitOffset: 0,
  suspendTimeoutMillis: 15_000,
  subscription: '*',
  subVersion: 0,
  expressionType: 'TAG',
  ...more
})

export const consumerData = (
  groupName: string,
  topic: string,
  subString = '*',
  more: object = {}
): object => ({
  groupName,
  consumeType: 'CONSUME_PASSIVELY',
  messageModel: 'CLUSTERING',
  consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
  unitMode: false,
  subscriptionDataSet: [topic, `%RETRY%${groupName}`].map((name) => ({
    topic: name,
    subString: name === topic ? subString : '*',
    tagsSet: [],
    codeSet: [],
    subVersion: 1,
    expressionType: 'TAG',
    classFilterMode: false
  })),
  ...more
})

/** Brokers of one test, their data, and what they reported; all gone after `dispose`. */
export class BrokerTestbed {
  readonly clock = new ManualClock()
  readonly folder = mkdtempSync(join(tmpdir(), 'gantry broker 测试 '))
  readonly reports: BrokerReport[] = []
  readonly changedProperties: Readonly<Record<string, string>>[] = []
  private readonly logged: string[] = []
  private readonly waiting: (() => void)[] = []
  private readonly clients: TestClient[] = []
  private readonly brokers = new Set<RunningBroker>()

  async start(
    properties: Record<string, string> = {},
    { disk = nodeDisk, host = '127.0.0.1' }: { disk?: Disk; host?: string } = {}
  ): Promise<RunningBroker> {
    const broker = await startBroker({
      clock: this.clock,
      disk,
      random: seededRandom(1),
      log: createLog('broker-a', this.clock, ({ message }) => this.onLog(message)),
      folder: join(this.folder, 'broker-a'),
      host,
      properties: { listenPort: '0', ...properties },
      vipChannel: false,
      onReport: (report) => this.reports.push(report),
      onPropertiesChanged: (changed) => this.changedProperties.push(changed)
    })
    this.brokers.add(broker)
    return broker
  }

  client(broker: RunningBroker): TestClient {
    const client = new TestClient(this.clock, broker.address)
    this.clients.push(client)
    return client
  }

  /** Resolves when a broker has logged such a message. */
  async untilLogged(pattern: RegExp): Promise<void> {
    while (!this.logged.some((message) => pattern.test(message)))
      await new Promise<void>((resolve) => this.waiting.push(resolve))
  }

  private onLog(message: string): void {
    this.logged.push(message)
    for (const wake of this.waiting.splice(0)) wake()
  }

  async dispose(): Promise<void> {
    for (const client of this.clients) client.close()
    for (const broker of this.brokers) await broker.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
