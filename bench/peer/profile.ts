/** Where the time of Gantry's broker goes in a row: a CPU profile of its thread, taken through the inspector. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { root } from '../../tests/compat/javaClients/lines'
import { perSecond, printTable } from '../table'
import type { Driver } from './driverProcess'
import { jobOf, warmUp } from './grid'
import type { Flush, Options, Row } from './options'
import { startGantry } from './servers'

const SAMPLING_MICROS = 200
const TOP = 30

interface ProfileNode {
  id: number
  callFrame: { functionName: string; url: string; lineNumber: number }
}
interface CpuProfile {
  nodes: ProfileNode[]
  samples: number[]
  timeDeltas: number[]
}
interface Message {
  id?: number
  method?: string
  params?: Record<string, unknown>
  result?: Record<string, unknown>
  error?: { message: string }
}

/** A session with the thread named `broker`; its requests travel inside those to the process. */
const attachToBroker = async (url: string) => {
  const socket = new WebSocket(url)
  await new Promise((done, reject) => socket.once('open', done).once('error', reject))
  let lastId = 0
  const waiting = new Map<number, (message: Message) => void>()
  let sessionId: string | undefined
  let onAttached: () => void = () => undefined
  const attached = new Promise<void>((done) => (onAttached = done))
  const take = (message: Message): void => {
    if (message.id !== undefined) waiting.get(message.id)?.(message)
    const { params = {} } = message
    if (message.method === 'NodeWorker.attachedToWorker') {
      const { title } = params['workerInfo'] as { title: string }
      if (!title.includes('broker')) return
      sessionId = params['sessionId'] as string
      onAttached()
    }
    if (
      message.method === 'NodeWorker.receivedMessageFromWorker' &&
      params['sessionId'] === sessionId
    )
      take(JSON.parse(params['message'] as string) as Message)
  }
  socket.on('message', (data: Buffer) => take(JSON.parse(data.toString()) as Message))
  const answerTo = (id: number): Promise<Record<string, unknown>> =>
    new Promise((done, reject) =>
      waiting.set(id, ({ result, error }) => {
        waiting.delete(id)
        if (error) reject(new Error(`inspector: ${error.message}`))
        else done(result ?? {})
      })
    )
  const callProcess = (method: string, params = {}): Promise<Record<string, unknown>> => {
    const id = ++lastId
    socket.send(JSON.stringify({ id, method, params }))
    return answerTo(id)
  }
  const call = async (method: string, params = {}): Promise<Record<string, unknown>> => {
    const id = ++lastId
    const answer = answerTo(id)
    const message = JSON.stringify({ id, method, params })
    await callProcess('NodeWorker.sendMessageToWorker', { sessionId, message })
    return answer
  }
  await callProcess('NodeWorker.enable', { waitForDebuggerOnStart: false })
  await attached
  return { call, close: () => socket.close() }
}

/** Self time by function, its place in the bundle with it. */
const selfTimes = ({
  nodes,
  samples,
  timeDeltas
}: CpuProfile): { total: number; rows: [string, string, number][] } => {
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]))
  const spent = new Map<string, [string, string, number]>()
  let total = 0
  samples.forEach((id, i) => {
    const frame = byId.get(id)
    const micros = timeDeltas[i] ?? 0
    if (!frame) return
    const file = frame.url.split('/').at(-1) ?? ''
    const place = file === '' ? '' : `${file}:${frame.lineNumber + 1}`
    const key = `${frame.functionName} ${place}`
    const entry = spent.get(key) ?? [frame.functionName || '(anonymous)', place, 0]
    entry[2] += micros
    spent.set(key, entry)
    total += micros
  })
  return { total, rows: [...spent.values()].sort((a, b) => b[2] - a[2]) }
}

const printProfile = (row: Row, flush: Flush, rate: number, profile: CpuProfile): void => {
  const { total, rows } = selfTimes(profile)
  const idle = rows.find(([name]) => name === '(idle)')?.[2] ?? 0
  const messages = (rate * total) / 1e6
  printTable(
    `Profile of Gantry's broker thread: ${flush}, ${row.binary ? 'binary' : 'JSON'}, ${row.name}: ${perSecond(rate)}/s ` +
      `while profiled, idle ${((100 * idle) / total).toFixed(0)} % of the time`,
    ['function', 'where in out/main', 'self, % of busy', 'µs/msg'],
    rows
      .filter(([name]) => name !== '(idle)')
      .slice(0, TOP)
      .map(([name, place, micros]) => [
        name,
        place,
        ((100 * micros) / (total - idle)).toFixed(1),
        (micros / messages).toFixed(2)
      ])
  )
}

/** Prints the functions with the most self time and keeps the whole profile for DevTools. */
export const profileRows = async (driver: Driver, options: Options): Promise<void> => {
  const folder = join(root, '.cache/profiles')
  mkdirSync(folder, { recursive: true })
  for (const flush of options.flushes) {
    const gantry = await startGantry(flush, true)
    try {
      if (gantry.inspector === undefined) throw new Error('Gantry opened no inspector')
      await warmUp(driver, gantry, options.warmupSeconds / 6)
      const { call, close } = await attachToBroker(gantry.inspector)
      await call('Profiler.enable')
      await call('Profiler.setSamplingInterval', { interval: SAMPLING_MICROS })
      for (const row of options.rows) {
        await driver.run(jobOf(row, gantry, 1, 0))
        await call('Profiler.start')
        const { rate } = await driver.run(jobOf(row, gantry, options.seconds, 0))
        const { profile } = (await call('Profiler.stop')) as unknown as { profile: CpuProfile }
        const name = `${flush} ${row.binary ? 'binary' : 'json'} ${row.name}.cpuprofile`
        const file = join(folder, name.replaceAll(/[, ×]+/g, '-'))
        writeFileSync(file, JSON.stringify(profile))
        printProfile(row, flush, rate, profile)
        console.log(`\nWhole: ${file} (Chrome DevTools, Performance, Load)`)
      }
      close()
    } finally {
      await gantry.stop()
    }
  }
}
