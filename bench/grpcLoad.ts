/** The load over gRPC, on a bare socket, so that as little as possible of what is measured is the client. */
import { performance } from 'node:perf_hooks'
import type { Run } from './driver'
import { ackRequest, codeOf, Frames, patchId, receiptOf, receiveRequest, sendTemplate } from './grpcWire' // prettier-ignore
import type { Job } from './jobs'
import { headerBlock, RawHttp2 } from './rawHttp2'

const GROUP = 'bench_grpc'
const OK = 20_000
const MESSAGE_NOT_FOUND = 40_401

/** Headers that every official client sends. */
const headersOf = (method: string, timeout: string): Buffer =>
  headerBlock({
    ...{ ':method': 'POST', ':scheme': 'http', ':authority': '127.0.0.1' },
    ':path': `/apache.rocketmq.v2.MessagingService/${method}`,
    ...{ 'content-type': 'application/grpc', te: 'trailers', 'grpc-timeout': timeout },
    ...{ 'x-mq-client-id': `bench@${process.pid}@0@bench`, 'x-mq-language': 'HTTP' },
    ...{
      'x-mq-protocol': 'v2',
      'x-mq-client-version': '1.0.8',
      'user-agent': 'grpc-node-js/1.14.7'
    },
    ...{ 'x-mq-date-time': '20261122T091407Z', 'x-mq-request-id': '5c9dd0a6-6a64-4f3a-8a80-f4b5' }
  })

interface Answer {
  onMessage: (message: Buffer) => void
  /** True when the stream ended by itself; what came of the call says its message. */
  onEnd: (isWhole: boolean) => void
}

const call = (
  session: RawHttp2,
  headers: Buffer,
  request: Buffer,
  { onMessage, onEnd }: Answer
): void => {
  const frames = new Frames()
  session.call(headers, request, {
    onData: (chunk) => {
      for (const message of frames.push(chunk)) onMessage(message)
    },
    onEnd
  })
}

/** Counts through all jobs of this process. */
let serial = process.pid << 12

/** Keeps `inFlight` SendMessage calls outstanding on one connection. */
export const grpcSend = async (job: Job, run: Run): Promise<RawHttp2> => {
  const session = await RawHttp2.open(job.port)
  const headers = headersOf('SendMessage', '3S')
  const { request, idAt } = sendTemplate(job.topic, job.bodyBytes)
  const next = (): void => {
    const own = Buffer.from(request)
    patchId(own, idAt, serial++)
    const from = performance.now()
    let code = 0
    call(session, headers, own, {
      onMessage: (answer) => (code = codeOf(answer)),
      onEnd: (isWhole) => {
        run.replies++
        if (run.measuring) {
          run.done++
          run.latencies.record((performance.now() - from) * 1000)
          if (!isWhole || code !== OK) run.failed++
        }
        if (!run.stopped) next()
      }
    })
  }
  for (let i = 0; i < job.inFlight; i++) next()
  return session
}

/**
 * Keeps `inFlight` ReceiveMessage calls open and acknowledges each message by a call of its own, at once. A message is
 * done when its ack is answered; a latency is that of an ack. Ends when all that is expected is done, or nothing comes.
 */
export const grpcReceive = async (job: Job, run: Run): Promise<RawHttp2> => {
  const session = await RawHttp2.open(job.port)
  const receiveHeaders = headersOf('ReceiveMessage', '5S')
  const ackHeaders = headersOf('AckMessage', '3S')
  const request = receiveRequest(job.topic, GROUP)
  let receivers = job.inFlight
  let openAcks = 0
  const endIfDone = (): void => {
    if (run.done >= (job.expected ?? Infinity) || (receivers === 0 && openAcks === 0))
      run.stopped = true
  }
  const ack = (id: Buffer, handle: Buffer): void => {
    openAcks++
    const from = performance.now()
    let code = 0
    call(session, ackHeaders, ackRequest(job.topic, GROUP, id, handle), {
      onMessage: (answer) => (code = codeOf(answer)),
      onEnd: (isWhole) => {
        openAcks--
        run.latencies.record((performance.now() - from) * 1000)
        if (isWhole && code === OK) run.done++
        else run.failed++
        endIfDone()
      }
    })
  }
  const receive = (): void => {
    let code = 0
    call(session, receiveHeaders, request, {
      onMessage: (answer) => {
        code ||= codeOf(answer)
        const receipt = receiptOf(answer)
        if (receipt) ack(receipt.id, receipt.handle)
        run.bytes += answer.length
      },
      onEnd: (isWhole) => {
        if (isWhole && code === OK && !run.stopped) return receive()
        if (!run.stopped && (!isWhole || code !== MESSAGE_NOT_FOUND)) run.failed++
        receivers--
        endIfDone()
      }
    })
  }
  for (let i = 0; i < job.inFlight; i++) receive()
  return session
}
