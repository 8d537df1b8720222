/** A topic that was deleted stays so over a kill, whatever of it the log still tells. */
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import { BrokerTestbed, type TestClient } from './brokerTestbed'

let bed: BrokerTestbed
let after: BrokerTestbed
let client: TestClient

beforeEach(async () => {
  bed = new BrokerTestbed()
  after = new BrokerTestbed()
  client = bed.client(await bed.start())
})
afterEach(async () => {
  await bed.dispose()
  await after.dispose()
})

/** A broker that finds what a kill of the first one would leave now. */
const startAfterKill = async (): Promise<TestClient> => {
  cpSync(join(bed.folder, 'broker-a'), join(after.folder, 'broker-a'), { recursive: true })
  return after.client(await after.start())
}

test.each<[string, () => Promise<unknown>]>([
  ['after its messages', () => client.send('T', 'last')],
  ['with a message under way', () => Promise.resolve(void client.send('T', 'last'))]
])('deleted %s', async (_name, sendLast) => {
  for (const text of ['a', 'b', 'c']) await client.send('T', text)
  await sendLast()
  await client.body(RequestCode.DELETE_TOPIC_IN_BROKER, { topic: 'T' })
  const again = await startAfterKill()
  expect((await again.ask(RequestCode.GET_TOPIC_CONFIG, { topic: 'T' })).code).toBe(
    ResponseCode.TOPIC_NOT_EXIST
  )
  expect(after.reports).toEqual([])
  expect((await again.send('T', 'new')).extFields.queueOffset).toBe('0')
})
