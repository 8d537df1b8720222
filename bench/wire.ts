/** What the driver needs of the wire: prepared frames whose opaque is patched in place, and replies read by peeking. */
import { RequestCode } from '../src/main/protocol/codes/requestCode'
import { encodeCommand } from '../src/main/protocol/frame'
import { PullMessageRequestHeader, PullSysFlag } from '../src/main/protocol/headers/consume'
import { SendMessageRequestHeaderV2 } from '../src/main/protocol/headers/send'
import { createRequest } from '../src/main/protocol/remotingCommand'

/** Opaques have ten digits, so that a frame never changes its length. */
export const FIRST_OPAQUE = 1_000_000_000

const OPAQUE_KEY = Buffer.from('"opaque":')

export const sendFrame = (topic: string, queueId: number, bodyBytes: number): Buffer =>
  encodeCommand(
    createRequest(
      {
        code: RequestCode.SEND_MESSAGE_V2,
        extFields: SendMessageRequestHeaderV2.encode({
          producerGroup: 'bench_producer',
          topic,
          defaultTopic: 'TBW102',
          defaultTopicQueueNums: 4,
          queueId,
          sysFlag: 0,
          bornTimestamp: Date.now(),
          flag: 0,
          properties:
            'UNIQ_KEY\u00017F0000010BAD18B4AAC27F5A1C6D0000\u0002WAIT\u0001true\u0002TAGS\u0001bench\u0002',
          reconsumeTimes: 0,
          unitMode: false,
          batch: false,
          bname: 'broker-a'
        }),
        body: Buffer.alloc(bodyBytes, 'x')
      },
      FIRST_OPAQUE
    )
  )

export const pullFrame = (topic: string, queueId: number, offset: number): Buffer =>
  encodeCommand(
    createRequest(
      {
        code: RequestCode.PULL_MESSAGE,
        extFields: PullMessageRequestHeader.encode({
          consumerGroup: 'bench_consumer',
          topic,
          queueId,
          queueOffset: offset,
          maxMsgNums: 32,
          sysFlag: PullSysFlag.SUBSCRIPTION,
          commitOffset: 0,
          suspendTimeoutMillis: 0,
          subscription: '*',
          subVersion: 0
        })
      },
      FIRST_OPAQUE + queueId
    )
  )

/** Where the ten digits of the opaque stand in a frame. */
export const opaquePosition = (frame: Buffer): number =>
  frame.indexOf(OPAQUE_KEY) + OPAQUE_KEY.length

export const patchOpaque = (frame: Buffer, at: number, opaque: number): void => {
  for (let digit = 9; digit >= 0; digit--) {
    frame[at + digit] = 48 + (opaque % 10)
    opaque = Math.floor(opaque / 10)
  }
}

export const peekOpaque = (frame: Buffer): number => {
  let at = opaquePosition(frame)
  let value = 0
  for (let byte = frame[at]!; byte >= 48 && byte <= 57; byte = frame[++at]!)
    value = value * 10 + byte - 48
  return value
}

const SUCCESS = Buffer.from('"code":0,')
/** The first bytes of a header hold its code in every server's JSON. */
export const isSuccess = (frame: Buffer): boolean => frame.subarray(0, 24).includes(SUCCESS)
