/** Bytes of the protocol's messages, by protobufjs out of `messagingService.proto`. */
import protobuf from 'protobufjs'
import source from './messagingService.proto?raw'

// Without it int64 are objects; none of ours reaches 2^53.
const { util }: { util: { Long?: unknown } } = protobuf
util.Long = undefined
protobuf.configure()

const { root } = protobuf.parse(source)

/** One message of the protocol. */
export interface Codec<T> {
  encode(message: T): Buffer
  /** @throws Error for bytes that are no such message. */
  decode(bytes: Uint8Array): T
}

/** @throws Error when the proto declares no such message. */
export const codec = <T extends object>(name: string): Codec<T> => {
  const type = root.lookupType(`apache.rocketmq.v2.${name}`)
  return {
    encode: (message) => type.encode(message).finish() as Buffer,
    decode: (bytes) => type.decode(bytes) as unknown as T
  }
}
