import { CURRENT_VERSION } from './codes/mqVersion'
import { ResponseCode } from './codes/responseCode'

/** Serialization of the header, told by byte 4 of the frame. Java: SerializeType. */
export type SerializeType = 'JSON' | 'ROCKETMQ'

/** Custom header fields; every value is text on the wire. */
export type ExtFields = Record<string, string>

/** One request or response. Java: RemotingCommand. */
export interface RemotingCommand {
  /** Request code, or response code in a response. */
  code: number
  language: string
  version: number
  /** Pairs a response with its request, per direction of a connection; int32. */
  opaque: number
  flag: number
  remark?: string
  extFields: ExtFields
  body?: Buffer
  serializeType: SerializeType
}

const RESPONSE_FLAG = 1
const ONEWAY_FLAG = 2

export const isResponse = (command: RemotingCommand): boolean =>
  (command.flag & RESPONSE_FLAG) !== 0

/** A one-way request gets no answer at all. */
export const isOneway = (command: RemotingCommand): boolean => (command.flag & ONEWAY_FLAG) !== 0

/** A request without its `opaque`, which the connection that sends it gives. */
export interface RemotingRequest {
  code: number
  extFields?: ExtFields
  body?: Buffer
  /** LanguageCode of whom it speaks for; absent: JAVA. */
  language?: string
}

export const createRequest = (
  request: RemotingRequest,
  opaque: number,
  oneway = false,
  serializeType: SerializeType = 'JSON'
): RemotingCommand => ({
  code: request.code,
  language: request.language ?? 'JAVA',
  version: CURRENT_VERSION,
  opaque,
  flag: oneway ? ONEWAY_FLAG : 0,
  extFields: request.extFields ?? {},
  ...(request.body && { body: request.body }),
  serializeType
})

/** What a processor answers; the connection adds `opaque` and flag. */
export interface Reply {
  code: number
  remark?: string
  extFields?: ExtFields
  body?: Buffer | readonly Buffer[]
}

/** An outcome the peer must hear: code and remark go on the wire. The remark is for the person who reads a client's log. */
export class RemotingError extends Error {
  constructor(
    readonly code: number,
    readonly remark: string,
    /** Header fields some clients need even with an error, e.g. the offsets of a pull status. */
    readonly extFields: ExtFields = {}
  ) {
    super(remark)
    this.name = 'RemotingError'
  }
}

export const success: Reply = { code: ResponseCode.SUCCESS }
