/** What watching costs: the same sends with and without somebody on the Traffic page, in turns. */
import { WebSocket } from 'ws'
import { launchBrowser } from '../e2e/browser'
import type { ClientFrame } from '../src/shared/contract'
import { median } from './histogram'
import { drive, startHeadless, type Headless } from './processes'
import { perSecond, times } from './table'
import { createTopic } from './topic'

interface Plan {
  rounds: number
  seconds: number
  queues: number
  bodyBytes: number
}

interface Watcher {
  name: string
  /** Begins to watch; the result ends it. */
  watch(headless: Headless): Promise<() => Promise<void>>
}

const TOPIC = 'BenchTraffic'

/** What the page subscribes to, without a page: the engine's share of the cost. */
const socketWatcher: Watcher = {
  name: 'a WebSocket with both subscriptions of the page',
  watch: async ({ console: url }) => {
    const address = new URL(url)
    const socket = new WebSocket(`ws://${address.host}/ws${address.search}`, {
      origin: address.origin
    })
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('error', reject)
    })
    for (const event of ['traffic', 'tail'] as const)
      socket.send(JSON.stringify({ kind: 'subscribe', event } satisfies ClientFrame))
    let frames = 0
    socket.on('message', () => frames++)
    return async () => {
      socket.close()
      if (frames === 0) throw new Error('the watcher received nothing: this round measured nothing')
    }
  }
}

const browserWatcher = async (): Promise<Watcher | undefined> => {
  const browser = await launchBrowser()
  if (!browser) return undefined
  return {
    name: 'the page in a real browser on the same two cores',
    watch: async ({ console: url }) => {
      const page = await browser.newPage()
      await page.goto(url)
      await page.goto(`${new URL(url).origin}/#/traffic`)
      await page.locator('h1').waitFor()
      return async () => {
        await page.close()
      }
    }
  }
}

export const trafficCost = async ({
  rounds,
  seconds,
  queues,
  bodyBytes
}: Plan): Promise<string[][]> => {
  const rows: string[][] = []
  for (const watcher of [socketWatcher, await browserWatcher()]) {
    if (!watcher) {
      console.log('no browser found: the page itself was not measured')
      continue
    }
    const closed: number[] = []
    const open: number[] = []
    const headless = await startHeadless()
    await createTopic(headless.brokerPort, TOPIC, queues)
    const send = async (): Promise<number> => {
      const result = await drive({
        kind: 'send',
        port: headless.brokerPort,
        topic: TOPIC,
        queues,
        connections: 1,
        inFlight: 32,
        bodyBytes,
        warmupSeconds: 1,
        seconds
      })
      return result.rate
    }
    for (let round = 0; round < rounds; round++) {
      closed.push(await send())
      const stop = await watcher.watch(headless)
      open.push(await send())
      await stop()
    }
    await headless.stop()
    const ratios = open.map((rate, i) => rate / closed[i]!)
    rows.push([
      watcher.name,
      perSecond(median(closed)),
      perSecond(median(open)),
      times(median(ratios)),
      `${times(Math.min(...ratios))} – ${times(Math.max(...ratios))}`
    ])
  }
  return rows
}
