/** The load over gRPC: prepared requests, as lean as the load over remoting. */
import { performance } from 'node:perf_hooks'
import type { Run } from './driver'
import { ackRequest, codeOf, Frames, patchId, receiptOf, receiveRequest, sendTemplate } from './grpcWire' // prettier-ignore
import { Http2Client, pathBlock } from './http2Client'
import type { Job } from './jobs'

const GROUP = 'bench_grpc'
const OK = 20_000
const MESSAGE_NOT_FOUND = 40_401

/** Headers that every official client sends. */
const HEADERS = {
  ...{ ':authority': '127.0.0.1', 'content-type': 'application/grpc', te: 'trailers' },
  ...{ 'grpc-timeout': '5S', 'user-agent': 'grpc-node-js/1.14.7', 'x-mq-language': 'HTTP' },
  ...{ 'x-mq-client-id': `bench@${process.pid}@0@bench`, 'x-mq-protocol': 'v2' },
  ...{ 'x-mq-client-version': '1.0.8', 'x-mq-date-time': '20261122T091407Z' },
  'x-mq-request-id': '5c9dd0a6-6a64-4f3a-8a80-f4b5a1c0b7e2'
}

const methodBlock = (method: string): Buffer =>
  pathBlock(`/apache.rocketmq.v2.MessagingService/${method}`)
const SEND = methodBlock('SendMessage')
const RECEIVE = methodBlock('ReceiveMessage')
const ACK = methodBlock('AckMessage')

interface Answer {
  onMessage: (message: Buffer) => void
  onEnd: () => void
}

const call = (client: Http2Client, path: Buffer, request: Buffer, answer: Answer): void => {
  const frames = new Frames()
  client.call(path, request, {
    onData: (chunk) => {
      for (const message of frames.push(chunk)) answer.onMessage(message)
    },
    onEnd: answer.onEnd
  })
}

/** Counts through all jobs of this process. */
let serial = process.pid << 12

/** Keeps `inFlight` SendMessage calls outstanding on one connection. */
export const grpcSend = async (job: Job, run: Run): Promise<Http2Client> => {
  const client = await Http2Client.open(job.port, HEADERS)
  const { request, idAt } = sendTemplate(job.topic, job.bodyBytes)
  const next = (): void => {
    const own = Buffer.from(request)
    patchId(own, idAt, serial++)
    const from = performance.now()
    let code = 0
    call(client, SEND, own, {
      onMessage: (answer) => (code = codeOf(answer)),
      onEnd: () => {
        run.replies++
        if (run.measuring) {
          run.done++
          run.latencies.record((performance.now() - from) * 1000)
          if (code !== OK) run.failed++
        }
        if (!run.stopped) next()
      }
    })
  }
  for (let i = 0; i < job.inFlight; i++) next()
  return client
}

/**
 * Keeps `inFlight` ReceiveMessage calls open and acknowledges each message by a call of its own, at once. A message is
 * done when its ack is answered; a latency is that of an ack. Ends when all that is expected is done, or nothing comes.
 */
export const grpcReceive = async (job: Job, run: Run): Promise<Http2Client> => {
  const client = await Http2Client.open(job.port, HEADERS)
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
    call(client, ACK, ackRequest(job.topic, GROUP, id, handle), {
      onMessage: (answer) => (code = codeOf(answer)),
      onEnd: () => {
        openAcks--
        run.latencies.record((performance.now() - from) * 1000)
        if (code === OK) run.done++
        else run.failed++
        endIfDone()
      }
    })
  }
  const receive = (): void => {
    let code = 0
    call(client, RECEIVE, request, {
      onMessage: (answer) => {
        code ||= codeOf(answer)
        const receipt = receiptOf(answer)
        if (receipt) ack(receipt.id, receipt.handle)
        run.bytes += answer.length
      },
      onEnd: () => {
        if (code === OK && !run.stopped) return receive()
        if (!run.stopped && code !== MESSAGE_NOT_FOUND) run.failed++
        receivers--
        endIfDone()
      }
    })
  }
  for (let i = 0; i < job.inFlight; i++) receive()
  return client
}
