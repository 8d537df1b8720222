/**
 * The load: its own process, so that it takes no time of the server's loop. Reads one job from argv, prints one JSON
 * line. Ends by itself: every run is bounded in time.
 */
import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { decodeFrame, FrameDecoder } from '../src/main/protocol/frame'
import { PullMessageResponseHeader } from '../src/main/protocol/headers/consume'
import { Histogram } from './histogram'
import type { Job, JobResult } from './jobs'
import {
  FIRST_OPAQUE,
  isSuccess,
  opaquePosition,
  patchOpaque,
  peekOpaque,
  pullFrame,
  sendFrame
} from './wire'

const open = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    socket.once('connect', () => resolve(socket))
    socket.once('error', reject)
  })

interface Run {
  measuring: boolean
  stopped: boolean
  done: number
  bytes: number
  failed: number
  latencies: Histogram
}

/** Keeps `inFlight` sends outstanding on one connection. */
const sender = async (job: Job, run: Run, index: number): Promise<Socket> => {
  const socket = await open(job.port)
  const decoder = new FrameDecoder()
  const queues = job.queues
  const templates = Array.from({ length: queues }, (_, q) => sendFrame(job.topic, q, job.bodyBytes))
  const at = templates.map(opaquePosition)
  const startedAt = new Float64Array(job.inFlight)
  let next = index
  const frameFor = (slot: number): Buffer => {
    const queue = next++ % queues
    const frame = Buffer.from(templates[queue]!)
    patchOpaque(frame, at[queue]!, FIRST_OPAQUE + slot)
    startedAt[slot] = performance.now()
    return frame
  }
  socket.on('data', (chunk) => {
    const out: Buffer[] = []
    for (const frame of decoder.push(chunk)) {
      const slot = peekOpaque(frame) - FIRST_OPAQUE
      if (run.measuring) {
        run.done++
        run.latencies.record((performance.now() - startedAt[slot]!) * 1000)
        if (!isSuccess(frame) && !job.echo) run.failed++
      }
      if (!run.stopped) out.push(frameFor(slot))
    }
    if (out.length > 0) socket.write(out.length === 1 ? out[0]! : Buffer.concat(out))
  })
  socket.write(Buffer.concat(Array.from({ length: job.inFlight }, (_, slot) => frameFor(slot))))
  return socket
}

/** Pulls every queue from its beginning, one request outstanding per queue; ends at the last message. */
const puller = async (job: Job, run: Run): Promise<Socket> => {
  const socket = await open(job.port)
  const decoder = new FrameDecoder()
  let openQueues = job.queues
  socket.on('data', (chunk) => {
    const out: Buffer[] = []
    for (const frame of decoder.push(chunk)) {
      const command = decodeFrame(frame)
      const queue = command.opaque - FIRST_OPAQUE
      const header = PullMessageResponseHeader.decode(command.extFields)
      const body = command.body
      if (command.code !== 0 || !body) {
        if (command.code !== 19) run.failed++
        if (--openQueues === 0) run.stopped = true
        continue
      }
      for (let at = 0; at < body.length; at += body.readInt32BE(at)) run.done++
      run.bytes += body.length
      out.push(pullFrame(job.topic, queue, header.nextBeginOffset))
    }
    if (out.length > 0) socket.write(Buffer.concat(out))
  })
  socket.write(
    Buffer.concat(Array.from({ length: job.queues }, (_, queue) => pullFrame(job.topic, queue, 0)))
  )
  return socket
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const main = async (): Promise<void> => {
  const job = JSON.parse(process.argv[2] ?? '{}') as Job
  const run: Run = {
    measuring: false,
    stopped: false,
    done: 0,
    bytes: 0,
    failed: 0,
    latencies: new Histogram()
  }
  const startedAt = performance.now()
  let seconds: number
  const sockets: Socket[] = []
  if (job.kind === 'pull') {
    sockets.push(await puller(job, run))
    while (!run.stopped && performance.now() - startedAt < job.seconds * 1000) await pause(1)
    seconds = (performance.now() - startedAt) / 1000
  } else {
    for (let i = 0; i < job.connections; i++) sockets.push(await sender(job, run, i))
    await pause(job.warmupSeconds * 1000)
    const from = performance.now()
    run.measuring = true
    await pause(job.seconds * 1000)
    run.measuring = false
    run.stopped = true
    seconds = (performance.now() - from) / 1000
    await pause(50)
  }
  for (const socket of sockets) socket.destroy()
  const result: JobResult = {
    rate: run.done / seconds,
    done: run.done,
    failed: run.failed,
    megabytes: run.bytes / 1e6,
    p50: run.latencies.quantile(0.5),
    p99: run.latencies.quantile(0.99),
    p999: run.latencies.quantile(0.999)
  }
  process.stdout.write(`${JSON.stringify(result)}\n`)
}

await main()
