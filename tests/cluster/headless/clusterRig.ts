/** A headless engine with a window, whatever cluster it runs, and what its nameservers tell. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createAdmin } from '../../../src/main/admin/admin'
import { systemClock } from '../../../src/main/base/clock'
import { silentLog } from '../../../src/main/base/log'
import { RemotingClient } from '../../../src/main/remoting/client'
import { startHeadless } from '../../headless'
import { ConsoleSocket } from './consoleSocket'

export const freshFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-clusters-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A file of its own folder, so that its name can be chosen. */
export const writeFile = (name: string, text: string): string => {
  const path = join(freshFolder(), name)
  writeFileSync(path, text)
  return path
}

/** `broker-a:0` and so on, as one nameserver knows them. */
export const registeredAt = async (namesrv: string): Promise<string[]> => {
  const client = new RemotingClient({ clock: systemClock.real, log: silentLog })
  try {
    const admin = createAdmin({ client, clock: systemClock, namesrvAddresses: () => [namesrv] })
    const brokers = await admin.listBrokers()
    return brokers.map(({ brokerName, brokerId }) => `${brokerName}:${brokerId}`).sort()
  } finally {
    client.close()
  }
}

export const clusterRig = async (args: string[] = [], dataDir = freshFolder()) => {
  const headless = await startHeadless({ args, dataDir })
  let stopped: Promise<number> | undefined
  const stop = (): Promise<number> => (stopped ??= headless.stop())
  onTestFinished(async () => {
    await stop()
  })
  const window = await ConsoleSocket.open(headless.ready.console)
  const brokers = async () => {
    const view = await window.call('cluster.view')
    return view.brokers.map(({ id, state }) => `${id} ${state}`)
  }
  const saved = async () => (await window.call('cluster.saved')).clusters
  /** Bodies of the messages of a topic, as the console reads them over the wire. */
  const bodies = async (topic: string): Promise<string[]> => {
    const { queues } = await window.call('topic.detail', { topic })
    const found = await Promise.all(
      queues.map(async ({ brokerName, queueId }) => {
        const { messages } = await window.call('message.browse', {
          ...{ topic, brokerName, queueId, offset: 0 }
        })
        return messages.map(({ preview }) => preview)
      })
    )
    return found.flat().sort()
  }
  return { headless, ready: headless.ready, window, stop, dataDir, brokers, saved, bodies }
}
