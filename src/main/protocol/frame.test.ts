import { describe, expect, test } from 'vitest'
import { loadFrames, type RecordedFrame } from '../../../tests/fixtures/load'
import { RequestCode, type RequestCodeName } from './codes/requestCode'
import { decodeFrame, encodeCommand, FrameDecoder, FrameWriter, MAX_FRAME_BYTES } from './frame'
import { isResponse, type RemotingCommand } from './remotingCommand'

const frames = loadFrames()

const wholeAndByteByByte: [string, (wire: Buffer) => Buffer[]][] = [
  ['whole', (wire) => [wire]],
  ['byte by byte', (wire) => Array.from(wire, (_, i) => wire.subarray(i, i + 1))],
  [
    'in chunks of 7',
    (wire) =>
      Array.from({ length: Math.ceil(wire.length / 7) }, (_, i) => wire.subarray(i * 7, i * 7 + 7))
  ]
]

const frameOf = (text: string): Buffer => {
  const payload = Buffer.concat([Buffer.alloc(4), Buffer.from(text)])
  const length = Buffer.alloc(4)
  length.writeInt32BE(payload.length)
  return Buffer.concat([length, payload])
}

const only = (chunks: Buffer[]): RemotingCommand => {
  const decoder = new FrameDecoder()
  const decoded = chunks.flatMap((chunk) => decoder.push(chunk))
  expect(decoded).toHaveLength(1)
  expect(decoder.pendingBytes).toBe(0)
  return decodeFrame(decoded[0]!)
}

describe.each(wholeAndByteByByte)('arriving %s', (_name, cut) => {
  test.each([[['a']], [['']], [['one', 'two', 'three']]])(
    'frames %j come out as they went in',
    (texts) => {
      const decoder = new FrameDecoder()
      const chunks = cut(Buffer.concat(texts.map(frameOf)))
      const out = chunks.flatMap((chunk) => decoder.push(chunk))
      expect(out.map((frame) => frame.subarray(4).toString())).toEqual(texts)
      expect(decoder.pendingBytes).toBe(0)
    }
  )

  test.each(frames.map((f) => [f.name, f] as [string, RecordedFrame]))(
    '%s is understood',
    (_n, frame) => {
      const command = only(cut(frame.bytes))
      expect(command.serializeType).toBe(frame.serialization === 'json' ? 'JSON' : 'ROCKETMQ')
      expect(isResponse(command)).toBe(frame.direction === 'response')
      if (frame.direction === 'request')
        expect(command.code).toBe(RequestCode[frame.code as RequestCodeName])
    }
  )

  test('a length prefix cut from its frame is waited for', () => {
    const decoder = new FrameDecoder()
    const wire = frameOf('later')
    const [first, ...rest] = [wire.subarray(0, 2), wire.subarray(2)]
    expect(cut(first).flatMap((chunk) => decoder.push(chunk))).toEqual([])
    expect(decoder.pendingBytes).toBe(2)
    expect(rest.flatMap(cut).flatMap((chunk) => decoder.push(chunk))).toHaveLength(1)
  })

  test.each([
    ['over the limit', MAX_FRAME_BYTES - 3],
    ['two gigabytes', 0x7fffffff],
    ['negative', -1],
    ['shorter than its own header word', 3],
    ['what an HTTP client says first', Buffer.from('POST').readInt32BE()]
  ])('a length that is %s is refused from its four bytes alone', (_what, length) => {
    const decoder = new FrameDecoder()
    const prefix = Buffer.alloc(4)
    prefix.writeInt32BE(length)
    expect(() => cut(prefix).flatMap((chunk) => decoder.push(chunk))).toThrow(RangeError)
    expect(decoder.pendingBytes).toBeLessThanOrEqual(4)
  })
})

test('the largest frame allowed passes', () => {
  const decoder = new FrameDecoder()
  const prefix = Buffer.alloc(4)
  prefix.writeInt32BE(MAX_FRAME_BYTES - 4)
  expect(decoder.push(prefix)).toEqual([])
  expect(decoder.push(Buffer.alloc(MAX_FRAME_BYTES - 4))).toHaveLength(1)
})

describe('the bytes of official clients and servers', () => {
  test.each(frames.map((f) => [f.name, f] as [string, RecordedFrame]))(
    '%s survives decoding and encoding with every field',
    (_name, frame) => {
      const command = only([frame.bytes])
      expect(only([encodeCommand(command)])).toEqual(command)
    }
  )

  const compact = frames.filter((f) => f.serialization === 'rocketmq')
  test('compact headers were captured', () => expect(compact.length).toBeGreaterThan(5))

  test.each(compact.map((f) => [f.name, f] as [string, RecordedFrame]))(
    '%s is encoded with the same length as theirs',
    (_name, frame) => {
      // The order of fields is a hash map's in Java, so only the size can be equal.
      expect(encodeCommand(only([frame.bytes])).length).toBe(frame.bytes.length)
    }
  )
})

describe('a malformed frame is refused', () => {
  const json = (text: string): Buffer => {
    const header = Buffer.from(text)
    const word = Buffer.alloc(4)
    word.writeInt32BE(header.length)
    return Buffer.concat([word, header])
  }
  const word = (type: number, length: number, rest = Buffer.alloc(0)): Buffer => {
    const head = Buffer.alloc(4)
    head.writeUInt32BE(((type << 24) | length) >>> 0)
    return Buffer.concat([head, rest])
  }

  test.each([
    ['a header longer than the frame', word(0, 100)],
    ['an unknown serialization', word(7, 2, Buffer.from('{}'))],
    ['a header that is not JSON', json('{"code":')],
    ['a header that is an array', json('[]')],
    ['a header without a code', json('{"opaque":1}')],
    ['a code that is a string', json('{"code":"10"}')],
    ['an opaque beyond 32 bits', json('{"code":10,"opaque":4294967296}')],
    ['extFields that are a list', json('{"code":10,"extFields":[1]}')],
    ['a compact header cut short', word(1, 5, Buffer.alloc(5))],
    [
      'a compact header whose remark is longer than it',
      word(1, 21, Buffer.concat([Buffer.alloc(13), Buffer.from('7fffffff00000000', 'hex')]))
    ],
    [
      'a compact header with a negative ext length',
      word(1, 21, Buffer.concat([Buffer.alloc(17), Buffer.from('ffffffff', 'hex')]))
    ]
  ])('%s', (_what, frame) => {
    expect(() => decodeFrame(frame)).toThrow(RangeError)
  })

  test('no single flipped byte of a captured frame does anything but decode or throw RangeError', () => {
    for (const { bytes } of frames) {
      const frame = Buffer.from(bytes.subarray(4))
      for (let at = 0; at < Math.min(frame.length, 400); at++) {
        const original = frame[at]!
        for (const flip of [0x01, 0x80, 0xff]) {
          frame[at] = original ^ flip
          try {
            decodeFrame(frame)
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError)
          }
        }
        frame[at] = original
      }
    }
  })
})

describe('headers', () => {
  const command: RemotingCommand = {
    code: 17,
    language: 'JAVA',
    version: 479,
    opaque: 7,
    flag: 1,
    remark: 'no "route" for 主题\n\u0001',
    extFields: { topic: 'T', empty: '', __proto__x: 'x', quote: '"\\', 引: '值' },
    serializeType: 'JSON'
  }

  test('JSON carries every character', () => {
    expect(only([encodeCommand(command)])).toEqual(command)
  })

  test('the compact form drops empty values, as Java reads them back as null', () => {
    const { empty: _empty, ...kept } = command.extFields
    const again = only([encodeCommand({ ...command, serializeType: 'ROCKETMQ' })])
    expect({ ...again.extFields }).toEqual(kept)
    expect(again.remark).toBe(command.remark)
  })

  test('numbers and booleans in extFields are read as their text, nulls are absent', () => {
    const header = Buffer.from('{"code":310,"extFields":{"e":1,"k":false,"x":null,"s":"t"}}')
    const length = Buffer.alloc(4)
    length.writeInt32BE(header.length)
    const { extFields } = decodeFrame(Buffer.concat([length, header]))
    expect({ ...extFields }).toEqual({ e: '1', k: 'false', s: 't' })
  })

  test('a POP code cannot travel in the compact form', () => {
    expect(() => encodeCommand({ ...command, code: 200_050, serializeType: 'ROCKETMQ' })).toThrow(
      RangeError
    )
  })

  test.each([
    ['joined', 3],
    ['beside each other when large', 100_000]
  ])('bodies of many parts are written behind their headers, %s', (_how, bytes) => {
    const parts = [Buffer.alloc(bytes, 'a'), Buffer.alloc(bytes, 'b')]
    const writer = new FrameWriter()
    writer.add(command, 'JSON', parts)
    writer.add(command, 'ROCKETMQ', parts[1])
    writer.add(command, 'JSON')
    const expectedBytes = writer.bytes
    const wire = writer.take()
    expect(wire.reduce((sum, buffer) => sum + buffer.length, 0)).toBe(expectedBytes)
    expect(writer.bytes).toBe(0)
    const decoder = new FrameDecoder()
    const commands = wire.flatMap((chunk) => decoder.push(chunk)).map((frame) => decodeFrame(frame))
    expect(commands.map((c) => c.body?.toString())).toEqual([
      Buffer.concat(parts).toString(),
      parts[1]!.toString(),
      undefined
    ])
    expect(commands.map((c) => c.remark)).toEqual([command.remark, command.remark, command.remark])
  })
})
