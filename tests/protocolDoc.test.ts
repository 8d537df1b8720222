/** docs/PROTOCOL.md against a running nameserver, one that is a controller, and a broker: every code is asked. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../src/main/base/clock'
import { nodeDisk } from '../src/main/base/disk'
import { silentLog } from '../src/main/base/log'
import { systemRandom } from '../src/main/base/random'
import { requestRights } from '../src/main/broker/auth/requestRights'
import { startBroker, type RunningBroker } from '../src/main/broker/startBroker'
import { startNameserver, type RunningNameserver } from '../src/main/nameserver/startNameserver'
import { RequestCode, type RequestCodeName } from '../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../src/main/protocol/codes/responseCode'
import { RemotingClient } from '../src/main/remoting/client'

interface Row {
  code: number
  name: string
  by: string
  status: string
  note: string
}

const text = readFileSync(resolve(import.meta.dirname, '../docs/PROTOCOL.md'), 'utf8')
const rows: Row[] = [...text.matchAll(/^\| +(\d+) \| (\w+) +\| (\w+) +\| (\w+) +\|(.*)\|$/gm)].map(
  ([, code, name, by, status, note]) => ({
    code: Number(code),
    name: name!,
    by: by!,
    status: status!,
    note: note!
  })
)

test('the table lists every request code once, by its name', () => {
  const documented = rows.map(({ code, name }) => `${name} ${code}`).sort()
  const known = (Object.keys(RequestCode) as RequestCodeName[]).map(
    (name) => `${name} ${RequestCode[name]}`
  )
  expect(documented).toEqual(known.sort())
})

test('what is partial or refused says why', () => {
  expect(
    rows.filter((r) => ['partial', 'refused', 'sent'].includes(r.status) && r.note.trim() === '')
  ).toEqual([])
})

test('every request a broker answers has its rights', () => {
  const answered = rows.filter(
    ({ by, status }) => by === 'broker' && (status === 'supported' || status === 'partial')
  )
  const rightless = answered.filter(({ code }) => !requestRights.has(code))
  expect(rightless.map(({ name }) => name)).toEqual([])
  expect(requestRights.size).toBe(answered.length)
})

describe('what the servers answer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-protocol-'))
  const client = new RemotingClient({ clock: systemClock, log: silentLog })
  let nameserver: RunningNameserver
  let controller: RunningNameserver
  let broker: RunningBroker

  beforeAll(async () => {
    const common = { clock: systemClock, disk: nodeDisk, log: silentLog, host: '127.0.0.1' }
    nameserver = await startNameserver({ ...common, port: 0, folder: join(folder, 'namesrv') })
    controller = await startNameserver({
      ...common,
      port: 0,
      folder: join(folder, 'controller'),
      properties: { enableControllerInNamesrv: 'true' }
    })
    broker = await startBroker({
      ...common,
      random: systemRandom,
      folder: join(folder, 'broker'),
      vipChannel: false,
      properties: {
        brokerClusterName: 'DefaultCluster',
        brokerName: 'broker-a',
        brokerId: '0',
        brokerIP1: '127.0.0.1',
        listenPort: '0',
        namesrvAddr: nameserver.address
      },
      onReport: () => undefined,
      onPropertiesChanged: () => undefined
    })
  })

  afterAll(async () => {
    client.close()
    await broker.stop()
    await nameserver.stop()
    await controller.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const isAnswered = async (address: string, code: number): Promise<boolean> => {
    const { code: answer } = await client.invoke(address, { code }, 5000)
    return answer !== ResponseCode.REQUEST_CODE_NOT_SUPPORTED
  }

  test.each(rows.map((row) => [row.name, row] as const))(
    '%s',
    async (_name, { code, by, status }) => {
      const answered = status === 'supported' || status === 'partial'
      expect({
        nameserver: await isAnswered(nameserver.address, code),
        controller: await isAnswered(controller.address, code),
        broker: await isAnswered(broker.address, code)
      }).toEqual({
        nameserver: answered && by === 'nameserver',
        controller: answered && (by === 'nameserver' || by === 'controller'),
        broker: answered && by === 'broker'
      })
    }
  )
})
