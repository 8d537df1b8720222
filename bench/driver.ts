/**
 * The load: its own process, so that it takes no time of the server's loop. Reads one job from argv, or with `serve`
 * one a line from standard input, and prints one JSON line for each. Every job is bounded in time.
 */
import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { decodeFrame, FrameDecoder } from '../src/main/protocol/frame'
import { PullMessageResponseHeader } from '../src/main/protocol/headers/consume'
import { grpcReceive, grpcSend } from './grpcLoad'
import { Histogram } from './histogram'
import type { Job, JobResult } from './jobs'
import { cpuBetween, cpuSample } from './procfs'
import { pop } from './popLoad'
import { transact } from './transactionLoad'
import {
  FIRST_OPAQUE,
  isSuccess,
  opaquePosition,
  patchOpaque,
  patchUniqKey,
  peekOpaque,
  pullFrame,
  sendFrame,
  uniqKeyPosition
} from './wire'

const open = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    socket.once('connect', () => resolve(socket))
    socket.once('error', reject)
  })

export interface Run {
  measuring: boolean
  stopped: boolean
  done: number
  /** Replies since the first request. */
  replies: number
  bytes: number
  failed: number
  latencies: Histogram
}

/** Counts through all jobs of this process. */
let serial = process.pid << 12

/** Keeps `inFlight` sends outstanding on one connection. */
const sender = async (job: Job, run: Run, index: number): Promise<Socket> => {
  const socket = await open(job.port)
  const decoder = new FrameDecoder()
  const queues = job.queues
  const templates = Array.from({ length: queues }, (_, q) =>
    sendFrame(job.topic, q, job.bodyBytes, job.binary ? 'ROCKETMQ' : 'JSON', {
      properties: job.properties ?? ''
    })
  )
  const at = templates.map(opaquePosition)
  const keyAt = templates.map(uniqKeyPosition)
  const startedAt = new Float64Array(job.inFlight)
  let next = index
  const frameFor = (slot: number): Buffer => {
    const queue = next++ % queues
    const frame = Buffer.from(templates[queue]!)
    patchOpaque(frame, at[queue]!, FIRST_OPAQUE + slot)
    patchUniqKey(frame, keyAt[queue]!, serial++)
    startedAt[slot] = performance.now()
    return frame
  }
  socket.on('data', (chunk) => {
    const out: Buffer[] = []
    for (const frame of decoder.push(chunk)) {
      const slot = peekOpaque(frame) - FIRST_OPAQUE
      run.replies++
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

/** Keeps `inFlight` transactions open on one connection. */
const transactor = async (job: Job, run: Run, index: number): Promise<Socket> =>
  transact(await open(job.port), job, run, index)

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
      // 20: nothing matched so far, there is more.
      if ((command.code !== 0 || !body) && command.code !== 20) {
        if (command.code !== 19) run.failed++
        if (--openQueues === 0) run.stopped = true
        continue
      }
      if (body) for (let at = 0; at < body.length; at += body.readInt32BE(at)) run.done++
      run.bytes += body?.length ?? 0
      out.push(pullFrame(job.topic, queue, header.nextBeginOffset, job.sql))
    }
    if (out.length > 0) socket.write(Buffer.concat(out))
  })
  socket.write(
    Buffer.concat(
      Array.from({ length: job.queues }, (_, queue) => pullFrame(job.topic, queue, 0, job.sql))
    )
  )
  return socket
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** So long a server is left alone with what reading the system's counters has delayed. */
const SETTLE_MS = 20

/** What ends by itself, when nothing is left. */
const drains: Partial<Record<Job['kind'], (job: Job, run: Run) => Promise<{ destroy(): void }>>> = {
  pull: puller,
  pop: async (job, run) => pop(await open(job.port), job, run),
  grpcReceive
}

const runJob = async (job: Job): Promise<JobResult> => {
  const run: Run = {
    measuring: false,
    stopped: false,
    done: 0,
    replies: 0,
    bytes: 0,
    failed: 0,
    latencies: new Histogram()
  }
  const startedAt = performance.now()
  let seconds: number
  let cpu: JobResult['cpu']
  const sockets: { destroy(): void }[] = []
  const drain = drains[job.kind]
  if (drain) {
    sockets.push(await drain(job, run))
    while (!run.stopped && performance.now() - startedAt < job.seconds * 1000) await pause(1)
    seconds = (performance.now() - startedAt) / 1000
  } else {
    const load = { transaction: transactor, grpcSend, send: sender }[job.kind as 'send']
    for (let i = 0; i < job.connections; i++) sockets.push(await load(job, run, i))
    await pause(job.warmupSeconds * 1000)
    const repliesBefore = run.replies
    const before = job.watch && cpuSample([...job.watch, process.pid])
    if (before) await pause(SETTLE_MS)
    const from = performance.now()
    run.measuring = true
    await pause(job.seconds * 1000)
    run.measuring = false
    seconds = (performance.now() - from) / 1000
    if (before) {
      const replies = run.replies - repliesBefore
      cpu = { ...cpuBetween(before, cpuSample([...(job.watch ?? []), process.pid])), replies }
    }
    run.stopped = true
    await pause(50)
  }
  for (const socket of sockets) socket.destroy()
  return {
    rate: run.done / seconds,
    done: run.done,
    failed: run.failed,
    megabytes: run.bytes / 1e6,
    p50: run.latencies.quantile(0.5),
    p99: run.latencies.quantile(0.99),
    p999: run.latencies.quantile(0.999),
    ...(cpu && { cpu })
  }
}

const answer = async (text: string): Promise<void> => {
  const result = await runJob(JSON.parse(text) as Job)
  process.stdout.write(`${JSON.stringify(result)}\n`)
}

const argument = process.argv[2] ?? '{}'
// One at a time, and the end of the input is the end.
if (argument === 'serve') {
  for await (const line of createInterface({ input: process.stdin })) await answer(line)
} else {
  await answer(argument)
}
