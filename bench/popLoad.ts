/** Pops as official consumers make them: 32 messages at a time, then an ack for each, or one for all of a queue. */
import type { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { RequestCode } from '../src/main/protocol/codes/requestCode'
import { formatExtraInfo } from '../src/main/protocol/extraInfo'
import { decodeFrame, encodeCommand, FrameDecoder } from '../src/main/protocol/frame'
import {
  AckMessageRequestHeader,
  PopMessageRequestHeader,
  PopMessageResponseHeader
} from '../src/main/protocol/headers/pop'
import { MessagePosition, readLong } from '../src/main/protocol/message/messageCodec'
import { createRequest, type RemotingCommand } from '../src/main/protocol/remotingCommand'
import type { Run } from './driver'
import type { Job } from './jobs'

const GROUP = 'bench_popper'
const INVISIBLE_MS = 60_000

const popFrame = (topic: string, opaque: number): Buffer => {
  const extFields = PopMessageRequestHeader.encode({
    ...{ consumerGroup: GROUP, topic, queueId: -1, maxMsgNums: 32, invisibleTime: INVISIBLE_MS },
    ...{ pollTime: 0, bornTime: Date.now(), initMode: 0, expType: 'TAG', exp: '*' }
  })
  return encodeCommand(createRequest({ code: RequestCode.POP_MESSAGE, extFields }, opaque))
}

type Receipt = Parameters<typeof formatExtraInfo>[1]

const ackFrame = (topic: string, receipt: Receipt, offset: number, opaque: number): Buffer => {
  const extFields = AckMessageRequestHeader.encode({
    ...{ consumerGroup: GROUP, topic, queueId: receipt.queueId, offset },
    extraInfo: formatExtraInfo(topic, receipt, offset)
  })
  return encodeCommand(createRequest({ code: RequestCode.ACK_MESSAGE, extFields }, opaque))
}

const batchAckFrame = (
  topic: string,
  receipts: ReadonlyMap<Receipt, number[]>,
  opaque: number
): Buffer => {
  const acks = [...receipts].map(([receipt, offsets]) => {
    const bits = Buffer.alloc(8)
    for (const offset of offsets) {
      const bit = offset - receipt.startOffset
      bits[bit >> 3] = bits[bit >> 3]! | (1 << (bit & 7))
    }
    const { startOffset: so, queueId: q, reviveQid: rq, popTime: pt, invisibleTime: it } = receipt
    return { ...{ c: GROUP, t: topic, r: '0', so, q, rq, pt, it }, b: bits.toString('base64') }
  })
  const body = Buffer.from(JSON.stringify({ acks, brokerName: 'broker-a' }))
  return encodeCommand(createRequest({ code: RequestCode.BATCH_ACK_MESSAGE, body }, opaque))
}

/** Queue offsets that came with a pop, by the queue's receipt. */
const receiptsOf = ({ extFields, body }: RemotingCommand): Map<Receipt, number[]> => {
  const header = PopMessageResponseHeader.decode(extFields)
  const byQueue = new Map<number, Receipt>()
  for (const entry of (header.startOffsetInfo ?? '').split(';')) {
    const [, queueId, startOffset] = entry.split(' ').map(Number)
    const { popTime, invisibleTime, reviveQid } = header
    byQueue.set(queueId!, {
      ...{ popTime, invisibleTime, reviveQid, startOffset: startOffset!, queueId: queueId! },
      ...{ brokerName: 'broker-a', offset: undefined }
    })
  }
  const found = new Map<Receipt, number[]>()
  for (let at = 0; body && at < body.length; at += body.readInt32BE(at)) {
    const receipt = byQueue.get(body.readInt32BE(at + MessagePosition.QUEUE_ID))!
    const offset = readLong(body, at + MessagePosition.QUEUE_OFFSET)
    const offsets = found.get(receipt)
    if (offsets) offsets.push(offset)
    else found.set(receipt, [offset])
  }
  return found
}

/** Keeps `inFlight` pops open; a message is done when its ack is answered. Ends when nothing is left. */
export const pop = (socket: Socket, job: Job, run: Run): Socket => {
  const decoder = new FrameDecoder()
  let openPops = job.inFlight
  let opaque = 0
  /** By the opaque of an ack: so many messages, and when it left. */
  const acks = new Map<number, { count: number; from: number }>()
  const ackAll = (command: RemotingCommand): Buffer[] => {
    const receipts = receiptsOf(command)
    if (job.batchAck) {
      const count = [...receipts.values()].reduce((sum, { length }) => sum + length, 0)
      acks.set(++opaque, { count, from: performance.now() })
      return [batchAckFrame(job.topic, receipts, opaque)]
    }
    return [...receipts].flatMap(([receipt, offsets]) =>
      offsets.map((offset) => {
        acks.set(++opaque, { count: 1, from: performance.now() })
        return ackFrame(job.topic, receipt, offset, opaque)
      })
    )
  }
  socket.on('data', (chunk) => {
    const out: Buffer[] = []
    for (const frame of decoder.push(chunk)) {
      const command = decodeFrame(frame)
      const acked = acks.get(command.opaque)
      if (acked !== undefined) {
        acks.delete(command.opaque)
        run.latencies.record((performance.now() - acked.from) * 1000)
        if (command.code === 0) run.done += acked.count
        else run.failed++
      } else if (command.code === 0) out.push(...ackAll(command), popFrame(job.topic, ++opaque))
      else {
        // 210: nothing there.
        if (command.code !== 210) run.failed++
        openPops--
      }
    }
    if (openPops === 0 && acks.size === 0) run.stopped = true
    if (out.length > 0) socket.write(Buffer.concat(out))
  })
  socket.write(
    Buffer.concat(Array.from({ length: job.inFlight }, () => popFrame(job.topic, ++opaque)))
  )
  return socket
}
