/** Loads over the wire that driver.ts does not know: thousands of queues, a number of messages, a tail reader. */
import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { RequestCode } from '../src/main/protocol/codes/requestCode'
import { decodeFrame, encodeCommand, FrameDecoder } from '../src/main/protocol/frame'
import { PullMessageRequestHeader, PullSysFlag } from '../src/main/protocol/headers/consume'
import { PullMessageResponseHeader } from '../src/main/protocol/headers/consume'
import { createRequest } from '../src/main/protocol/remotingCommand'
import { Histogram } from './histogram'
import type { LoadResult, SpreadSendJob, TailJob } from './storeJobs'
import { FIRST_OPAQUE, isSuccess, opaquePosition, patchOpaque, peekOpaque, sendFrame } from './wire'

const open = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    socket.once('connect', () => resolve(socket))
    socket.once('error', reject)
  })

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Prepared frames; as many as the most queues, so that every run copies from as much memory. */
const TEMPLATES = 10_000

export const spreadTopic = (prefix: string, index: number): string =>
  `${prefix}${String(index).padStart(4, '0')}`

class Measure {
  isOn = false
  isStopped = false
  done = 0
  failed = 0
  max = 0
  private readonly latencies = new Histogram()

  record(micros: number, isGood: boolean): void {
    this.done++
    if (!isGood) this.failed++
    if (micros > this.max) this.max = micros
    this.latencies.record(micros)
  }

  result(seconds: number): LoadResult {
    const { done, failed, max, latencies } = this
    const [p50, p99] = [latencies.quantile(0.5), latencies.quantile(0.99)]
    return { rate: done / seconds, done, failed, p50, p99, max }
  }
}

export const spreadSend = async (job: SpreadSendJob): Promise<LoadResult> => {
  const queues = job.topics * job.queues
  // Neighbouring sends go to different topics.
  const frames = Array.from({ length: Math.max(TEMPLATES, queues) }, (_, i) =>
    sendFrame(
      spreadTopic(job.prefix, i % job.topics),
      Math.floor(i / job.topics) % job.queues,
      job.bodyBytes
    )
  )
  const opaqueAt = frames.map(opaquePosition)
  const measure = new Measure()
  let next = 0
  let left = job.count ?? Infinity
  let finish: () => void = () => undefined
  const finished = new Promise<void>((resolve) => (finish = resolve))

  const sender = async (): Promise<Socket> => {
    const socket = await open(job.port)
    const decoder = new FrameDecoder()
    const startedAt = new Float64Array(job.inFlight)
    const frameFor = (slot: number): Buffer => {
      const index = next++ % frames.length
      const frame = Buffer.from(frames[index]!)
      patchOpaque(frame, opaqueAt[index]!, FIRST_OPAQUE + slot)
      startedAt[slot] = performance.now()
      left--
      return frame
    }
    socket.on('close', () => {
      if (measure.done < (job.count ?? 0)) throw new Error('the broker closed the connection')
    })
    socket.on('data', (chunk) => {
      const out: Buffer[] = []
      for (const frame of decoder.push(chunk)) {
        const slot = peekOpaque(frame) - FIRST_OPAQUE
        if (measure.isOn)
          measure.record((performance.now() - startedAt[slot]!) * 1000, isSuccess(frame))
        if (!measure.isStopped && left > 0) out.push(frameFor(slot))
      }
      if (measure.done >= (job.count ?? Infinity)) finish()
      if (out.length > 0) socket.write(out.length === 1 ? out[0]! : Buffer.concat(out))
    })
    socket.write(
      Buffer.concat(
        Array.from({ length: Math.min(job.inFlight, left) }, (_, slot) => frameFor(slot))
      )
    )
    return socket
  }

  measure.isOn = job.count !== undefined
  let from = performance.now()
  const sockets: Socket[] = []
  for (let i = 0; i < job.connections; i++) sockets.push(await sender())
  if (job.count === undefined) {
    await pause(job.warmupSeconds * 1000)
    from = performance.now()
    measure.isOn = true
    await pause(job.seconds * 1000)
    measure.isOn = false
    measure.isStopped = true
  } else await finished
  const seconds = (performance.now() - from) / 1000
  if (job.count === undefined) await pause(50)
  for (const socket of sockets) socket.destroy()
  return measure.result(seconds)
}

const heldPull = (topic: string, offset: number): Buffer =>
  encodeCommand(
    createRequest(
      {
        code: RequestCode.PULL_MESSAGE,
        extFields: PullMessageRequestHeader.encode({
          ...{ consumerGroup: 'bench_tail', topic, queueId: 0, queueOffset: offset },
          ...{ maxMsgNums: 32, commitOffset: 0, suspendTimeoutMillis: 15_000 },
          sysFlag: PullSysFlag.SUSPEND | PullSysFlag.SUBSCRIPTION,
          ...{ subscription: '*', subVersion: 0 }
        })
      },
      FIRST_OPAQUE
    )
  )

export const tail = async (job: TailJob): Promise<LoadResult> => {
  const sends = await open(job.port)
  const pulls = await open(job.port)
  const template = sendFrame(job.topic, 0, job.bodyBytes)
  const opaqueAt = opaquePosition(template)
  const measure = new Measure()
  const sentAt: number[] = []
  let delivered = 0
  let begin: (offset: number) => void = () => undefined
  const first = new Promise<number>((resolve) => (begin = resolve))
  const decoder = new FrameDecoder()
  pulls.on('data', (chunk) => {
    for (const frame of decoder.push(chunk)) {
      const command = decodeFrame(frame)
      const { nextBeginOffset } = PullMessageResponseHeader.decode(command.extFields)
      if (command.code !== 0 && sentAt.length === 0) begin(nextBeginOffset)
      else {
        const body = command.body ?? Buffer.alloc(0)
        const now = performance.now()
        for (let at = 0; at < body.length; at += body.readInt32BE(at))
          measure.record((now - sentAt[delivered++]!) * 1000, true)
        pulls.write(heldPull(job.topic, nextBeginOffset))
      }
    }
  })
  sends.resume()
  // Far behind the end: the answer is where the end is.
  pulls.write(heldPull(job.topic, 2 ** 40))
  pulls.write(heldPull(job.topic, await first))
  const from = performance.now()
  for (let sent = 0; performance.now() - from < job.seconds * 1000; sent++) {
    const frame = Buffer.from(template)
    patchOpaque(frame, opaqueAt, FIRST_OPAQUE)
    sentAt.push(performance.now())
    sends.write(frame)
    await pause(job.everyMs)
  }
  const waitUntil = performance.now() + 2000
  while (delivered < sentAt.length && performance.now() < waitUntil) await pause(5)
  const seconds = (performance.now() - from) / 1000
  sends.destroy()
  pulls.destroy()
  measure.failed = sentAt.length - delivered
  return measure.result(seconds)
}
