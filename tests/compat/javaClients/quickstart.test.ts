// The classes that everybody tries first, as they lie on Maven Central.
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Cluster, startCluster } from './cluster'
import { type ClientLine, clientLines, jvm } from './lines'

const messageCount = 1000

/** Neither class sets a nameserver; both take it from this property (or NAMESRV_ADDR). */
function startQuickstart(line: ClientLine, name: string, { namesrv }: Cluster): ChildProcess {
  const flags = ['-Xmx256m', ...jvm(line, { 'rocketmq.namesrv.addr': namesrv })]
  return spawn('java', [...flags, `org.apache.rocketmq.example.quickstart.${name}`], {
    stdio: ['ignore', 'pipe', 'pipe']
  })
}

describe.skipIf(inject('hindrance')).each(clientLines)('stock quickstart, %s', (line) => {
  let cluster: Cluster
  let consumer: ChildProcess | undefined
  const sentIds: string[] = []

  beforeAll(async () => {
    cluster = await startCluster()
  })

  afterAll(async () => {
    consumer?.kill('SIGKILL')
    await cluster?.stop()
  })

  test('Producer gets SEND_OK for each of 1,000 messages', async () => {
    const { said, code } = await ended(startQuickstart(line, 'Producer', cluster))
    const results = said.split('\n').filter((text) => text.startsWith('SendResult'))
    expect(code).toBe(0)
    // It reports a failed send and goes on with the next message.
    expect(said.split('\n').filter((text) => /Exception/.test(text))).toEqual([])
    expect(results.filter((text) => !text.includes('sendStatus=SEND_OK'))).toEqual([])
    sentIds.push(...results.map((text) => /\bmsgId=(\w+)/.exec(text)?.[1] ?? ''))
    expect(new Set(sentIds).size).toBe(messageCount)
  })

  test('Consumer gets each of them once', async () => {
    expect(sentIds).toHaveLength(messageCount)
    consumer = startQuickstart(line, 'Consumer', cluster)
    const seen: string[] = []
    const closed = new Promise((fulfil) => consumer?.once('close', fulfil))
    // It runs until it is told to stop, and what it has received by then is counted.
    createInterface({ input: consumer.stdout ?? process.stdin }).on('line', (text) => {
      seen.push(...[...text.matchAll(/UNIQ_KEY=(\w+)/g)].map((match) => match[1] ?? ''))
      if (new Set(seen).size >= sentIds.length) consumer?.kill('SIGTERM')
    })
    await closed
    expect(seen.sort()).toEqual(sentIds.sort())
  })
})

async function ended(child: ChildProcess): Promise<{ said: string; code: number | null }> {
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (said += text))
  }
  const code = await new Promise<number | null>((fulfil) => child.once('close', fulfil))
  return { said, code }
}
