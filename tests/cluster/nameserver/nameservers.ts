/** Nameservers on real sockets and real files, gone when the test ends. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { systemClock } from '../../../src/main/base/clock'
import { nodeDisk } from '../../../src/main/base/disk'
import { silentLog } from '../../../src/main/base/log'
import {
  startNameserver,
  type NameserverOptions,
  type RunningNameserver
} from '../../../src/main/nameserver/startNameserver'
import { RemotingClient } from '../../../src/main/remoting/client'

export const tempFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'gantry test 数据-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export const nameserver = async (
  over: Partial<NameserverOptions> = {}
): Promise<RunningNameserver> => {
  const running = await startNameserver({
    clock: systemClock,
    disk: nodeDisk,
    log: silentLog,
    host: '127.0.0.1',
    port: 0,
    folder: over.folder ?? tempFolder(),
    ...over
  })
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => (stopped ??= running.stop())
  onTestFinished(stop)
  return { ...running, stop }
}

export const remotingClient = (): RemotingClient => {
  const client = new RemotingClient({ clock: systemClock, log: silentLog })
  onTestFinished(() => client.close())
  return client
}
