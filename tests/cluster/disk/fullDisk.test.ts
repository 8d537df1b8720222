/** A broker on a disk that is really full: a small tmpfs, mounted for the test. Skipped where none can be mounted. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/main/base/clock'
import { nodeDisk } from '../../../src/main/base/disk'
import { Emitter } from '../../../src/main/base/emitter'
import { silentLog } from '../../../src/main/base/log'
import { systemRandom } from '../../../src/main/base/random'
import { startBroker, type RunningBroker } from '../../../src/main/broker/startBroker'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import { decodeMessages } from '../../../src/main/protocol/message/messageCodec'
import { TestClient } from '../broker/brokerTestbed'

const MOUNT = mkdtempSync(join(tmpdir(), 'gantry-full-'))
const SIZE_MIB = 16
const BALLAST = join(MOUNT, 'ballast')
/** A start writes small files beside the old ones: it needs a page or two, and no message fits in so little. */
const SPARE = join(MOUNT, 'spare')
const SPARE_BYTES = 12 * 1024

const whyNot = (): string | undefined => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MIB}m`, 'gantry', MOUNT], {
      stdio: 'pipe'
    })
    return undefined
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).trim()
  }
}
const reason = whyNot()
if (reason !== undefined)
  process.stderr.write(`skipped: no tmpfs can be mounted here (${reason})\n`)

let broker: RunningBroker
let client: TestClient
const kinds = new Emitter<string>()

const open = async (): Promise<void> => {
  broker = await startBroker({
    ...{ clock: systemClock, disk: nodeDisk, random: systemRandom, log: silentLog },
    folder: join(MOUNT, 'broker-a'),
    host: '127.0.0.1',
    properties: {
      listenPort: '0',
      mappedFileSizeCommitLog: '1048576',
      gantryMinFreeDiskSpace: '0',
      flushConsumerOffsetInterval: '100'
    },
    vipChannel: false,
    onReport: (report) => kinds.emit(report.kind === 'store' ? report.report.kind : report.kind),
    onPropertiesChanged: () => undefined
  })
  client = new TestClient(systemClock, broker.address)
}

const close = async (): Promise<void> => {
  client.close()
  await broker.stop()
}

const hear = (kind: string): Promise<void> =>
  new Promise((resolve) => {
    const listening = kinds.on((heard) => {
      if (heard !== kind) return
      listening.dispose()
      resolve()
    })
  })

let sent = 0
const acknowledged: string[] = []
const bodyOf = (n: number): string => `${n}:`.padEnd(20_000, String(n % 10))

/** Sends until it is refused; gives the refusal. */
const fill = async () => {
  for (;;) {
    const body = bodyOf(sent++)
    const answer = await client.send('T', body)
    if (answer.code !== ResponseCode.SUCCESS) return answer
    acknowledged.push(body)
  }
}

const expectAll = async (): Promise<void> => {
  const found: string[] = []
  while (found.length < acknowledged.length) {
    const { code, body } = await client.pull('CG', 'T', found.length)
    expect(code).toBe(ResponseCode.SUCCESS)
    found.push(...decodeMessages(body!).map((message) => message.body.toString()))
  }
  expect(found).toEqual(acknowledged)
}

const makeTopic = (topic: string) =>
  client.ask(RequestCode.UPDATE_AND_CREATE_TOPIC, {
    ...{ topic, defaultTopic: 'TBW102', readQueueNums: 4, writeQueueNums: 4, perm: 6 },
    ...{ topicFilterType: 'SINGLE_TAG', topicSysFlag: 0, order: false }
  })

const offset = { consumerGroup: 'CG', topic: 'T', queueId: 0 }
const commit = (commitOffset: number) =>
  client.ask(RequestCode.UPDATE_CONSUMER_OFFSET, { ...offset, commitOffset })
const committed = async () =>
  (await client.ask(RequestCode.QUERY_CONSUMER_OFFSET, offset)).extFields?.['offset']

describe.skipIf(reason !== undefined)('on a full disk', () => {
  beforeEach(async () => {
    mkdirSync(join(MOUNT, 'broker-a'), { recursive: true })
    writeFileSync(BALLAST, Buffer.alloc(6 * 1024 * 1024))
    sent = 0
    acknowledged.length = 0
    await open()
  })
  afterEach(async () => {
    await close()
    rmSync(join(MOUNT, 'broker-a'), { recursive: true })
  })
  afterAll(() => {
    execFileSync('umount', [MOUNT])
    rmSync(MOUNT, { recursive: true })
  })

  test('sends are refused with the cause, the rest goes on, and sending resumes by itself', async () => {
    const refusal = await fill()
    expect(refusal.code).toBe(ResponseCode.SERVICE_NOT_AVAILABLE)
    expect(refusal.remark).toContain('ENOSPC')
    await expectAll()
    expect((await client.send('T', 'still')).code).toBe(ResponseCode.SERVICE_NOT_AVAILABLE)
    // Whatever little is left is taken away too: not even a line of settings fits.
    const crumbs = join(MOUNT, 'broker-a', 'crumbs')
    try {
      for (;;) writeFileSync(crumbs, Buffer.alloc(4096), { flag: 'a' })
    } catch {
      // Full to the last page.
    }
    // The last page of a file has some room left.
    let topics = 0
    let refused = await makeTopic(`New${topics}`)
    while (refused.code === ResponseCode.SUCCESS) refused = await makeTopic(`New${++topics}`)
    expect(refused.code).toBe(ResponseCode.SYSTEM_ERROR)
    expect(refused.remark).toContain('ENOSPC')
    expect((await commit(7)).code).toBe(ResponseCode.SUCCESS)
    expect(await committed()).toBe('7')
    await expectAll()
    const resumed = hear('sends-resumed')
    rmSync(BALLAST)
    await resumed
    acknowledged.push('resumed')
    expect((await client.send('T', 'resumed')).code).toBe(ResponseCode.SUCCESS)
    expect((await makeTopic(`New${topics}`)).code).toBe(ResponseCode.SUCCESS)
    await expectAll()
    await close()
    await open()
    await expectAll()
    expect(await committed()).toBe('7')
    const kept = (await client.body(RequestCode.GET_ALL_TOPIC_CONFIG)) as {
      topicConfigTable: Record<string, unknown>
    }
    for (let n = 0; n <= topics; n++) expect(kept.topicConfigTable).toHaveProperty(`New${n}`)
  })

  test('a broker starts, reads, refuses, and resumes', async () => {
    writeFileSync(SPARE, Buffer.alloc(SPARE_BYTES))
    await fill()
    await commit(3)
    await close()
    rmSync(SPARE)
    await open()
    await expectAll()
    expect((await client.send('T', bodyOf(0))).code).toBe(ResponseCode.SERVICE_NOT_AVAILABLE)
    expect(broker.storage().refusal).toMatchObject({ isPassing: true })
    const resumed = hear('sends-resumed')
    rmSync(BALLAST)
    await resumed
    acknowledged.push('resumed')
    expect((await client.send('T', 'resumed')).code).toBe(ResponseCode.SUCCESS)
    await close()
    await open()
    await expectAll()
  })
})
