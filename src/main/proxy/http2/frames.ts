/** Frames of HTTP/2: their numbers, and those that are sent. RFC 9113, 4 and 6. */

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1')

export const FrameType = {
  DATA: 0,
  HEADERS: 1,
  PRIORITY: 2,
  RST_STREAM: 3,
  SETTINGS: 4,
  PUSH_PROMISE: 5,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
  CONTINUATION: 9
} as const

export const Flag = {
  ACK: 0x1,
  END_STREAM: 0x1,
  END_HEADERS: 0x4,
  PADDED: 0x8,
  PRIORITY: 0x20
} as const

export const Setting = {
  HEADER_TABLE_SIZE: 1,
  ENABLE_PUSH: 2,
  MAX_CONCURRENT_STREAMS: 3,
  INITIAL_WINDOW_SIZE: 4,
  MAX_FRAME_SIZE: 5,
  MAX_HEADER_LIST_SIZE: 6
} as const

export const ErrorCode = {
  NO_ERROR: 0,
  PROTOCOL_ERROR: 1,
  INTERNAL_ERROR: 2,
  FLOW_CONTROL_ERROR: 3,
  SETTINGS_TIMEOUT: 4,
  STREAM_CLOSED: 5,
  FRAME_SIZE_ERROR: 6,
  REFUSED_STREAM: 7,
  CANCEL: 8,
  COMPRESSION_ERROR: 9,
  ENHANCE_YOUR_CALM: 11
} as const

export const FRAME_HEADER_BYTES = 9
/** Of a frame's payload, unless settings say more; ours never do. */
export const MAX_FRAME_BYTES = 16_384
export const DEFAULT_WINDOW_BYTES = 65_535
export const MAX_WINDOW_BYTES = 2 ** 31 - 1

export const writeFrameHeader = (
  target: Buffer,
  at: number,
  length: number,
  type: number,
  flags: number,
  streamId: number
): number => {
  target[at] = length >>> 16
  target[at + 1] = (length >>> 8) & 0xff
  target[at + 2] = length & 0xff
  target[at + 3] = type
  target[at + 4] = flags
  target.writeUInt32BE(streamId, at + 5)
  return at + FRAME_HEADER_BYTES
}

export const frame = (type: number, flags: number, streamId: number, payload: Buffer): Buffer => {
  const bytes = Buffer.allocUnsafe(FRAME_HEADER_BYTES + payload.length)
  payload.copy(bytes, writeFrameHeader(bytes, 0, payload.length, type, flags, streamId))
  return bytes
}

const word = (value: number): Buffer => {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt32BE(value)
  return bytes
}

export const settingsFrame = (
  settings: readonly (readonly [key: number, value: number])[]
): Buffer => {
  const payload = Buffer.alloc(settings.length * 6)
  settings.forEach(([key, value], index) => {
    payload.writeUInt16BE(key, index * 6)
    payload.writeUInt32BE(value, index * 6 + 2)
  })
  return frame(FrameType.SETTINGS, 0, 0, payload)
}

export const SETTINGS_ACK = frame(FrameType.SETTINGS, Flag.ACK, 0, Buffer.alloc(0))

export const windowUpdate = (streamId: number, bytes: number): Buffer =>
  frame(FrameType.WINDOW_UPDATE, 0, streamId, word(bytes))

export const rstStream = (streamId: number, code: number): Buffer =>
  frame(FrameType.RST_STREAM, 0, streamId, word(code))

export const goAwayFrame = (lastStreamId: number, code: number, text: string): Buffer =>
  frame(
    FrameType.GOAWAY,
    0,
    0,
    Buffer.concat([word(lastStreamId), word(code), Buffer.from(text, 'latin1')])
  )

/** What breaks the protocol for the whole connection. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'

  constructor(
    readonly code: number,
    message: string
  ) {
    super(message)
  }
}
