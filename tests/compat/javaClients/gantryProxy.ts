// Gantry's proxy, in this process, before whatever cluster a nameserver names.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../../src/main/base/clock'
import { nodeDisk } from '../../../src/main/base/disk'
import { createLog, silentLog } from '../../../src/main/base/log'
import { systemRandom } from '../../../src/main/base/random'
import { startProxy } from '../../../src/main/proxy/startProxy'
import type { StockProxy } from './stockProxy'
import { removeDeadFolder } from './stockServer'

const log = process.env['DEBUG_PROXY']
  ? createLog('proxy', systemClock, ({ level, message }) => process.stderr.write(`${level} ${message}\n`)) // prettier-ignore
  : silentLog

export async function startGantryProxy(namesrv: string): Promise<StockProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-proxy-'))
  const proxy = await startProxy({
    ...{ clock: systemClock, random: systemRandom, disk: nodeDisk, log },
    ...{ host: '127.0.0.1', port: 0, folder, properties: {} },
    namesrvAddresses: () => [namesrv]
  })
  return {
    endpoints: `127.0.0.1:${proxy.port}`,
    stop: async () => {
      await proxy.stop()
      removeDeadFolder(folder)
    }
  }
}
