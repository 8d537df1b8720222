/** Transactions as official producers run them: a half message, and with its answer the commit, which nobody answers. */
import type { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { RequestCode } from '../src/main/protocol/codes/requestCode'
import { encodeCommand, FrameDecoder } from '../src/main/protocol/frame'
import { EndTransactionRequestHeader } from '../src/main/protocol/headers/transaction'
import { MessageSysFlag } from '../src/main/protocol/message/sysFlag'
import { createRequest } from '../src/main/protocol/remotingCommand'
import type { Run } from './driver'
import type { Job } from './jobs'
import {
  FIRST_OPAQUE,
  isSuccess,
  opaquePosition,
  patchOpaque,
  patchUniqKey,
  peekOpaque,
  sendFrame,
  uniqKeyPosition
} from './wire'

const HALF = {
  sysFlag: MessageSysFlag.TRANSACTION_PREPARED_TYPE,
  properties: 'TRAN_MSG\u0001true\u0002PGROUP\u0001bench_producer\u0002'
}

/** Offsets have twelve digits, so that a frame never changes its length. */
const TABLE_OFFSET = 100_000_000_000
const LOG_OFFSET = 200_000_000_000

const endFrame = (): Buffer =>
  encodeCommand(
    createRequest(
      {
        code: RequestCode.END_TRANSACTION,
        extFields: EndTransactionRequestHeader.encode({
          producerGroup: 'bench_producer',
          tranStateTableOffset: TABLE_OFFSET,
          commitLogOffset: LOG_OFFSET,
          commitOrRollback: MessageSysFlag.TRANSACTION_COMMIT_TYPE,
          fromTransactionCheck: false,
          msgId: '7F0000010BAD18B4AAC27F5A1C6D0000',
          transactionId: '7F0000010BAD18B4AAC27F5A1C6D0000',
          bname: 'broker-a'
        })
      },
      1,
      true
    )
  )

const patchDigits = (frame: Buffer, at: number, value: number): void => {
  for (let digit = 11; digit >= 0; digit--) {
    frame[at + digit] = 48 + (value % 10)
    value = Math.floor(value / 10)
  }
}

const QUEUE_OFFSET = Buffer.from('"queueOffset":"')
const MSG_ID = Buffer.from('"msgId":"')

const queueOffsetOf = (frame: Buffer): number => {
  let value = 0
  for (let at = frame.indexOf(QUEUE_OFFSET) + QUEUE_OFFSET.length; frame[at] !== 34; at++)
    value = value * 10 + frame[at]! - 48
  return value
}

/** The last 16 of the 32 digits of an offset message id. */
const logOffsetOf = (frame: Buffer): number => {
  const at = frame.indexOf(MSG_ID) + MSG_ID.length + 16
  return parseInt(frame.toString('latin1', at, at + 16), 16)
}

/** Counts through all jobs of this process. */
let serial = process.pid << 12

/** A transaction is done when the answer of the next half message of its slot, which follows its commit, is there. */
export const transact = (socket: Socket, job: Job, run: Run, index: number): Socket => {
  const decoder = new FrameDecoder()
  const templates = Array.from({ length: job.queues }, (_, queue) =>
    sendFrame(job.topic, queue, job.bodyBytes, 'JSON', HALF)
  )
  const at = templates.map(opaquePosition)
  const keyAt = templates.map(uniqKeyPosition)
  const ending = endFrame()
  const tableAt = ending.indexOf(String(TABLE_OFFSET))
  const logAt = ending.indexOf(String(LOG_OFFSET))
  const startedAt = new Float64Array(job.inFlight)
  let next = index
  const half = (slot: number): Buffer => {
    const queue = next++ % job.queues
    const frame = Buffer.from(templates[queue]!)
    patchOpaque(frame, at[queue]!, FIRST_OPAQUE + slot)
    patchUniqKey(frame, keyAt[queue]!, serial++)
    startedAt[slot] = performance.now()
    return frame
  }
  const commit = (answer: Buffer): Buffer => {
    const frame = Buffer.from(ending)
    patchDigits(frame, tableAt, queueOffsetOf(answer))
    patchDigits(frame, logAt, logOffsetOf(answer))
    return frame
  }
  socket.on('data', (chunk) => {
    const out: Buffer[] = []
    for (const frame of decoder.push(chunk)) {
      const slot = peekOpaque(frame) - FIRST_OPAQUE
      const isStored = isSuccess(frame)
      run.replies++
      if (run.measuring) {
        run.done++
        run.latencies.record((performance.now() - startedAt[slot]!) * 1000)
        if (!isStored) run.failed++
      }
      if (isStored) out.push(commit(frame))
      if (!run.stopped) out.push(half(slot))
    }
    if (out.length > 0) socket.write(out.length === 1 ? out[0]! : Buffer.concat(out))
  })
  socket.write(Buffer.concat(Array.from({ length: job.inFlight }, (_, slot) => half(slot))))
  return socket
}
