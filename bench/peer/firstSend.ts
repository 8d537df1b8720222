/** How long a server needs until it accepts a message, asked the way a client would: again and again. */
import { connect } from 'node:net'
import { performance } from 'node:perf_hooks'
import { FrameDecoder } from '../../src/main/protocol/frame'
import { isSuccess, sendFrame } from '../wire'

const AGAIN_AFTER_MS = 5
const ANSWER_WITHIN_MS = 1000

/** One send to a topic that the broker creates with it; false when it is refused or nobody listens. */
const isAccepted = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const decoder = new FrameDecoder()
    const end = (accepted: boolean): void => {
      socket.destroy()
      done(accepted)
    }
    socket.once('connect', () => socket.write(sendFrame('PeerStart', 0, 128)))
    socket.on('data', (chunk) => {
      for (const frame of decoder.push(chunk)) end(isSuccess(frame))
    })
    socket.once('error', () => end(false))
    socket.once('close', () => end(false))
    socket.setTimeout(ANSWER_WITHIN_MS, () => end(false))
  })

/** Milliseconds since `from`; rejects when `closed` comes first. */
export const firstAcceptedSend = async (
  port: number,
  from: number,
  closed?: Promise<void>
): Promise<number> => {
  let over = false
  void closed?.then(() => (over = true))
  while (!(await isAccepted(port))) {
    if (over) throw new Error('the server ended before it accepted a message')
    await new Promise((done) => setTimeout(done, AGAIN_AFTER_MS))
  }
  return performance.now() - from
}
