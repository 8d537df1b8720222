/** As much of gRPC's framing and of protobuf as the load needs, by hand: it shares no code with what it measures. */
import { randomBytes } from 'node:crypto'

const HEADER_BYTES = 5

const varint = (value: number): Buffer => {
  const bytes: number[] = []
  while (value > 127) {
    bytes.push((value & 127) | 128)
    value = Math.floor(value / 128)
  }
  return Buffer.from([...bytes, value])
}

const number = (field: number, value: number): Buffer =>
  Buffer.concat([varint(field << 3), varint(value)])

const bytes = (field: number, ...parts: readonly (string | Buffer)[]): Buffer => {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part)))
  return Buffer.concat([varint((field << 3) | 2), varint(content.length), content])
}

const frame = (...parts: readonly Buffer[]): Buffer => {
  const message = Buffer.concat(parts)
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt32BE(message.length, 1)
  return Buffer.concat([header, message])
}

/** Field and content of each length-delimited field; the value of each number. */
export function* fieldsOf(message: Buffer): Generator<[number, Buffer | number]> {
  let at = 0
  const readVarint = (): number => {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = message[at++]!
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
  }
  while (at < message.length) {
    const tag = readVarint()
    const kind = tag & 7
    if (kind === 0) yield [tag >>> 3, readVarint()]
    else if (kind === 2) {
      const length = readVarint()
      yield [tag >>> 3, message.subarray(at, at + length)]
      at += length
    } else throw new Error(`wire type ${kind} is not expected here`)
  }
}

const field = (message: Buffer, wanted: number): Buffer | undefined => {
  for (const [name, value] of fieldsOf(message))
    if (name === wanted && typeof value !== 'number') return value
  return undefined
}

/** Of a `Status` in field 1, as every answer has it; 0 without it. */
export const codeOf = (answer: Buffer): number => {
  const status = field(answer, 1)
  if (status) for (const [name, value] of fieldsOf(status)) if (name === 1) return value as number
  return 0
}

/** Length-prefixed messages out of chunks. */
export class Frames {
  private rest: Buffer = Buffer.alloc(0)

  push(chunk: Buffer): Buffer[] {
    let data = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk])
    const whole: Buffer[] = []
    while (data.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + data.readUInt32BE(1)
      if (data.length < end) break
      whole.push(data.subarray(HEADER_BYTES, end))
      data = data.subarray(end)
    }
    this.rest = data
    return whole
  }
}

const resource = (name: string): Buffer => bytes(2, name)
const now = (): Buffer => number(1, Math.floor(Date.now() / 1000))

/** Thirty-four digits, of which the last eight count. */
const ID_PREFIX = `01${randomBytes(12).toString('hex').toUpperCase()}`
const ID_TEXT = `${ID_PREFIX}00000000`

/** SendMessageRequest of one message, with the place of its id. */
export const sendTemplate = (
  topic: string,
  bodyBytes: number
): { request: Buffer; idAt: number } => {
  const systemProperties = [
    ...[bytes(1, 'bench'), bytes(3, ID_TEXT), number(5, 1), number(6, 1)],
    ...[bytes(7, now()), bytes(8, 'bench')]
  ]
  const request = frame(
    bytes(
      1,
      bytes(1, resource(topic)),
      bytes(3, ...systemProperties),
      bytes(4, Buffer.alloc(bodyBytes, 'x'))
    )
  )
  return { request, idAt: request.indexOf(ID_TEXT) + ID_PREFIX.length }
}

/** Writes the last eight digits of an id. */
export const patchId = (request: Buffer, idAt: number, serial: number): void => {
  request.write((serial >>> 0).toString(16).toUpperCase().padStart(8, '0'), idAt, 'latin1')
}

const BATCH = 32
const INVISIBLE_SECONDS = 60

/** ReceiveMessageRequest as a simple consumer makes it, without waiting where nothing is. */
export const receiveRequest = (topic: string, group: string): Buffer => {
  const queue = [bytes(1, resource(topic)), number(3, 4), bytes(4, bytes(1, 'broker-a'))]
  return frame(
    ...[bytes(1, resource(group)), bytes(2, ...queue), bytes(3, number(1, 1), bytes(2, '*'))],
    ...[number(4, BATCH), bytes(5, number(1, INVISIBLE_SECONDS)), bytes(7)]
  )
}

/** Of one ReceiveMessageResponse: its id and handle; undefined where it carries no message. */
export const receiptOf = (answer: Buffer): { id: Buffer; handle: Buffer } | undefined => {
  const message = field(answer, 2)
  const system = message && field(message, 3)
  const id = system && field(system, 3)
  const handle = system && field(system, 12)
  return id && handle && { id, handle }
}

export const ackRequest = (topic: string, group: string, id: Buffer, handle: Buffer): Buffer =>
  frame(
    bytes(1, resource(group)),
    bytes(2, resource(topic)),
    bytes(3, bytes(1, id), bytes(2, handle))
  )
