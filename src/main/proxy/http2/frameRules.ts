/** What a frame has to look like whatever state its stream is in. RFC 9113, 6. */
import { ConnectionError, ErrorCode, FrameType, MAX_FRAME_BYTES, MAX_WINDOW_BYTES, Setting } from './frames' // prettier-ignore

interface Rule {
  /** True: it belongs to a stream; false: to the connection; undefined: to either. */
  isOnStream?: boolean
  /** Of its payload, when only one length is right. */
  bytes?: number
}

/** Of the priority, alone or in front of headers. */
export const PRIORITY_BYTES = 5

/** By the frame's type. */
const rules: readonly (Rule | undefined)[] = Object.entries({
  [FrameType.DATA]: { isOnStream: true },
  [FrameType.HEADERS]: { isOnStream: true },
  [FrameType.PRIORITY]: { isOnStream: true, bytes: PRIORITY_BYTES },
  [FrameType.RST_STREAM]: { isOnStream: true, bytes: 4 },
  [FrameType.SETTINGS]: { isOnStream: false },
  [FrameType.PING]: { isOnStream: false, bytes: 8 },
  [FrameType.GOAWAY]: { isOnStream: false },
  [FrameType.WINDOW_UPDATE]: { bytes: 4 },
  [FrameType.CONTINUATION]: { isOnStream: true }
}).reduce<(Rule | undefined)[]>(
  (table, [type, rule]) => {
    table[Number(type)] = rule
    return table
  },
  new Array<Rule | undefined>(FrameType.CONTINUATION + 1).fill(undefined)
)

/** @throws ConnectionError. */
export const checkFrame = (type: number, streamId: number, bytes: number): void => {
  if (type === FrameType.PUSH_PROMISE)
    throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'clients push nothing')
  const rule = rules[type]
  if (!rule) return
  if (rule.isOnStream !== undefined && rule.isOnStream !== (streamId !== 0))
    throw new ConnectionError(
      ErrorCode.PROTOCOL_ERROR,
      `a frame of type ${type} for stream ${streamId}`
    )
  if (rule.bytes !== undefined && rule.bytes !== bytes)
    throw new ConnectionError(
      ErrorCode.FRAME_SIZE_ERROR,
      `a frame of type ${type} with ${bytes} bytes`
    )
}

const PRIORITY_STREAM_MASK = 0x7fffffff

/** `at`: where the priority begins. @throws ConnectionError for a stream that depends on itself. */
export const checkPriority = (streamId: number, payload: Buffer, at: number): void => {
  if (payload.length < at + 4) return
  if ((payload.readUInt32BE(at) & PRIORITY_STREAM_MASK) === streamId)
    throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, `stream ${streamId} depends on itself`)
}

/** What a frame's length may be set to. */
const MAX_FRAME_LIMIT_BYTES = 2 ** 24 - 1

const checkSetting = (key: number, value: number): void => {
  if (key === Setting.INITIAL_WINDOW_SIZE && value > MAX_WINDOW_BYTES)
    throw new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, 'a window that is too large')
  if (key === Setting.ENABLE_PUSH && value > 1)
    throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'push is on or off')
  if (key === Setting.MAX_FRAME_SIZE && (value < MAX_FRAME_BYTES || value > MAX_FRAME_LIMIT_BYTES))
    throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, `frames of ${value} bytes`)
}

/** One by one, as they came. @throws ConnectionError. */
export const readSettings = (
  payload: Buffer,
  isAck: boolean,
  onSetting: (key: number, value: number) => void
): void => {
  if (payload.length % 6 !== 0 || (isAck && payload.length > 0))
    throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, 'settings of a wrong length')
  for (let at = 0; at < payload.length; at += 6) {
    const key = payload.readUInt16BE(at)
    const value = payload.readUInt32BE(at + 2)
    checkSetting(key, value)
    onSetting(key, value)
  }
}
