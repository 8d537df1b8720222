/** What the driver needs of the wire: prepared frames whose opaque is patched in place, and replies read by peeking. */
import { RequestCode } from '../src/main/protocol/codes/requestCode'
import { encodeCommand } from '../src/main/protocol/frame'
import { PullMessageRequestHeader, PullSysFlag } from '../src/main/protocol/headers/consume'
import { SendMessageRequestHeaderV2 } from '../src/main/protocol/headers/send'
import { createRequest, type SerializeType } from '../src/main/protocol/remotingCommand'

/** Opaques have ten digits, so that a frame never changes its length. */
export const FIRST_OPAQUE = 1_000_000_000

const OPAQUE_KEY = Buffer.from('"opaque":')

const UNIQ_KEY = '7F0000010BAD18B4AAC27F5A1C6D0000'

export const sendFrame = (
  topic: string,
  queueId: number,
  bodyBytes: number,
  serializeType: SerializeType = 'JSON',
  { sysFlag = 0, properties = '' } = {}
): Buffer =>
  encodeCommand({
    ...createRequest(
      {
        code: RequestCode.SEND_MESSAGE_V2,
        extFields: SendMessageRequestHeaderV2.encode({
          producerGroup: 'bench_producer',
          topic,
          defaultTopic: 'TBW102',
          defaultTopicQueueNums: 4,
          queueId,
          sysFlag,
          bornTimestamp: Date.now(),
          flag: 0,
          properties: `UNIQ_KEY\u0001${UNIQ_KEY}\u0002WAIT\u0001true\u0002TAGS\u0001bench\u0002${properties}`,
          reconsumeTimes: 0,
          unitMode: false,
          batch: false,
          bname: 'broker-a'
        }),
        body: Buffer.alloc(bodyBytes, 'x')
      },
      FIRST_OPAQUE
    ),
    serializeType
  })

export const pullFrame = (topic: string, queueId: number, offset: number, sql?: string): Buffer =>
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
          subscription: sql ?? '*',
          expressionType: sql === undefined ? undefined : 'SQL92',
          subVersion: 0
        })
      },
      FIRST_OPAQUE + queueId
    )
  )

const isBinary = (frame: Buffer, wordAt: number): boolean => frame[wordAt] === 1

/** In a binary header the opaque follows code, language and version. */
const BINARY_OPAQUE_AT = 9

/** Where the opaque stands in a whole frame: ten digits, or four bytes. */
export const opaquePosition = (frame: Buffer): number =>
  isBinary(frame, 4) ? 4 + BINARY_OPAQUE_AT : frame.indexOf(OPAQUE_KEY) + OPAQUE_KEY.length

export const patchOpaque = (frame: Buffer, at: number, opaque: number): void => {
  if (isBinary(frame, 4)) {
    frame.writeInt32BE(opaque, at)
    return
  }
  for (let digit = 9; digit >= 0; digit--) {
    frame[at + digit] = 48 + (opaque % 10)
    opaque = Math.floor(opaque / 10)
  }
}

/** Where the unique id stands in a whole frame. */
export const uniqKeyPosition = (frame: Buffer): number => frame.indexOf(UNIQ_KEY)

const HEX = Buffer.from('0123456789ABCDEF')
/** No two messages share a unique id, as with any client: a server that indexes it has its usual work. */
export const patchUniqKey = (frame: Buffer, at: number, serial: number): void => {
  for (let digit = 31; digit >= 24; digit--) {
    frame[at + digit] = HEX[serial & 15]!
    serial >>>= 4
  }
}

/** Of a frame without its length. */
export const peekOpaque = (frame: Buffer): number => {
  if (isBinary(frame, 0)) return frame.readInt32BE(BINARY_OPAQUE_AT)
  let at = frame.indexOf(OPAQUE_KEY) + OPAQUE_KEY.length
  let value = 0
  for (let byte = frame[at]!; byte >= 48 && byte <= 57; byte = frame[++at]!)
    value = value * 10 + byte - 48
  return value
}

const SUCCESS = Buffer.from('"code":0,')
/** The first bytes of a header hold its code in every server's JSON. */
export const isSuccess = (frame: Buffer): boolean =>
  isBinary(frame, 0) ? frame.readInt16BE(4) === 0 : frame.subarray(0, 24).includes(SUCCESS)
