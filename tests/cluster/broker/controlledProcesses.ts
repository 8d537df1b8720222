/** Members of a broker set in processes of their own, that can be killed, stopped and continued; gone when the test ends. */
import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { RemotingClient } from '../../../src/main/remoting/client'
import { systemClock } from '../../../src/main/base/clock'
import { silentLog } from '../../../src/main/base/log'
import { freePort } from '../../../src/main/remoting/freePort'
import { bundleEntry } from '../../crash/brokerProcess'
import { nameserver, tempFolder } from '../nameserver/nameservers'

export class Member {
  readonly roles: string[] = []
  address = ''
  private readonly waiting: (() => void)[] = []

  constructor(private readonly child: ChildProcess) {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const [, role = '', address = ''] = line.split(' ')
      this.roles.push(role)
      this.address = address
      for (const wake of this.waiting.splice(0)) wake()
    })
  }

  get role(): string | undefined {
    return this.roles.at(-1)
  }

  async until(role: string): Promise<void> {
    while (this.role !== role) await new Promise<void>((resolve) => this.waiting.push(resolve))
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name)
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const gone = new Promise((resolve) => this.child.once('exit', resolve))
    this.child.kill('SIGKILL')
    await gone
  }
}

export interface ProcessSet {
  namesrv: string
  remoting: RemotingClient
  /** Starts a member, or the one of that number again: same folder, same ports. Resolves when it serves. */
  member: (number: number, properties?: Record<string, string>) => Promise<Member>
  /** Address of the master as the controller has it; undefined while it has none. */
  master: () => Promise<string | undefined>
  /** Ids in the sync-state set. */
  syncStateSet: () => Promise<number[]>
}

export const processSet = async (): Promise<ProcessSet> => {
  const folder = tempFolder()
  const bundle = await bundleEntry('controlledChild')
  const { address: namesrv } = await nameserver({
    properties: { enableControllerInNamesrv: 'true' }
  })
  const remoting = new RemotingClient({ clock: systemClock, log: silentLog })
  onTestFinished(() => remoting.close())
  const ports = new Map<number, [listenPort: number, haListenPort: number]>()
  const info = () =>
    remoting.invoke(
      namesrv,
      { code: RequestCode.CONTROLLER_GET_REPLICA_INFO, extFields: { brokerName: 'broker-a' } },
      5000
    )
  return {
    namesrv,
    remoting,
    member: async (number, properties = {}) => {
      const [listenPort, haListenPort] =
        ports.get(number) ?? ([await freePort('127.0.0.1'), await freePort('127.0.0.1')] as const)
      ports.set(number, [listenPort, haListenPort])
      const argument = {
        folder: join(folder, `member-${number}`),
        properties: {
          brokerName: 'broker-a',
          listenPort: String(listenPort),
          haListenPort: String(haListenPort),
          namesrvAddr: namesrv,
          enableControllerMode: 'true',
          controllerAddr: namesrv,
          gantrySlaveSyncInterval: '100',
          ...properties
        }
      }
      const child = spawn(process.execPath, [bundle, JSON.stringify(argument)], {
        stdio: ['ignore', 'pipe', 'inherit']
      })
      const member = new Member(child)
      onTestFinished(async () => {
        // One that stands still does not die of anything else.
        await member.kill()
      })
      while (member.role === undefined) await new Promise((resolve) => setTimeout(resolve, 20))
      return member
    },
    master: async () => (await info()).extFields.masterAddress,
    syncStateSet: async () => {
      const { body } = await info()
      return (
        (JSON.parse(body?.toString() ?? '{}') as { syncStateSet?: number[] }).syncStateSet ?? []
      )
    }
  }
}
