/** What the journal of pop is made of: check-points and acks in RocketMQ's own words, orders and resets in ours. */
import { asArray, numberOf, textOf, type Json } from '../../../protocol/bodies/read'
import type { OrderInfo } from './orderInfo'
import type { CheckPoint, PopQueue, QueueName } from './popQueue'

/** Java: PopAckConstants.CK_TAG, BATCH_ACK_TAG. */
export const PopTag = { CHECK_POINT: 'ck', ACK: 'bAck', ORDER: 'order', RESET: 'reset' } as const

export interface PopRecord {
  readonly tag: string
  readonly body: object
}

const nameJson = ({ topic, group, queueId }: QueueName) => ({ c: group, t: topic, q: queueId })

/** With what is still open of it, and where the next pop begins. Java: PopCheckPoint; `nx` is ours. */
export const checkPointRecord = (
  checkPoint: CheckPoint,
  open: readonly number[] = checkPoint.queue.openOf(checkPoint)
): PopRecord => {
  const { queue, startOffset, popTime, invisibleTime } = checkPoint
  const diffs = open.map((offset) => offset - startOffset)
  return {
    tag: PopTag.CHECK_POINT,
    body: {
      ...nameJson(queue),
      ...{ so: startOffset, pt: popTime, it: invisibleTime, n: diffs.length, d: diffs },
      ...{ bm: 0, nx: queue.next }
    }
  }
}

/** Messages of a check-point that are acknowledged, or lie in the retry topic. Java: BatchAckMsg. */
export const ackRecord = (
  { queue, startOffset, popTime }: CheckPoint,
  offsets: readonly number[]
): PopRecord => ({
  tag: PopTag.ACK,
  body: { ...nameJson(queue), so: startOffset, pt: popTime, ao: -1, aol: offsets }
})

/** The pop in order as it is now; without one the queue is free. Java: what consumerOrderInfo.json has of a queue. */
export const orderRecord = (queue: PopQueue): PopRecord => {
  const { order, next } = queue
  return {
    tag: PopTag.ORDER,
    body: {
      ...nameJson(queue),
      nx: next,
      ...(order && {
        ...{ a: order.attemptId, pt: order.popTime, it: order.invisibleTime, o: order.offsets },
        ...{ ak: [...order.acked], ot: [...order.visibleAt], oc: [...order.counts] }
      })
    }
  }
}

export const resetRecord = (queue: QueueName, offset: number): PopRecord => ({
  tag: PopTag.RESET,
  body: { ...nameJson(queue), so: offset }
})

const numbersOf = (value: unknown): number[] => asArray(value).map((item) => numberOf(item, -1))

const pairsOf = (value: unknown): [number, number][] =>
  asArray(value).map((pair) => {
    const [key = -1, item = -1] = numbersOf(pair)
    return [key, item]
  })

/** The queue a record is about; undefined where it names none. */
export const queueNameOf = (body: Json): QueueName | undefined => {
  const name = { topic: textOf(body.t), group: textOf(body.c), queueId: numberOf(body.q, -1) }
  return name.topic === '' || name.group === '' || name.queueId < 0 ? undefined : name
}

export interface CheckPointBody {
  startOffset: number
  offsets: number[]
  popTime: number
  invisibleTime: number
  next: number
}

export const readCheckPoint = (body: Json): CheckPointBody => {
  const startOffset = numberOf(body.so, 0)
  return {
    startOffset,
    offsets: numbersOf(body.d).map((diff) => startOffset + diff),
    popTime: numberOf(body.pt, 0),
    invisibleTime: numberOf(body.it, 0),
    next: numberOf(body.nx, startOffset)
  }
}

export const readAck = (body: Json): { popTime: number; offsets: number[] } => ({
  popTime: numberOf(body.pt, 0),
  offsets: numbersOf(body.aol)
})

export const readReset = (body: Json): number => numberOf(body.so, 0)

export const readOrder = (body: Json): { next: number; order: OrderInfo | undefined } => {
  const offsets = numbersOf(body.o)
  const order: OrderInfo = {
    attemptId: typeof body.a === 'string' ? body.a : undefined,
    popTime: numberOf(body.pt, 0),
    invisibleTime: numberOf(body.it, 0),
    offsets,
    acked: new Set(numbersOf(body.ak)),
    visibleAt: new Map(pairsOf(body.ot)),
    counts: new Map(pairsOf(body.oc))
  }
  return { next: numberOf(body.nx, 0), order: offsets.length > 0 ? order : undefined }
}
