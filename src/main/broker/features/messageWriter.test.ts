import { expect, test } from 'vitest'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { RemotingError } from '../../protocol/remotingCommand'
import type { MessageInner } from '../../protocol/message/messageCodec'
import { message } from '../../store/storeRig'
import { MessageWriter } from './messageWriter'

const storedBy = (): { stored: MessageInner[]; writer: MessageWriter } => {
  const stored: MessageInner[] = []
  const put = (messages: readonly MessageInner[]) => {
    stored.push(...messages)
    const result = { status: 'PUT_OK' as const, queueOffset: 0, physicalOffsets: [0], storeTimestamp: 0 } // prettier-ignore
    return Promise.resolve(result)
  }
  const writer = new MessageWriter({ putMessage: (one) => put([one]), putMessages: put })
  return { stored, writer }
}

test('hooks apply in their order, to each message of a batch', async () => {
  const { stored, writer } = storedBy()
  writer.use([
    (one) => ({ ...one, topic: `${one.topic}1` }),
    (one) => ({ ...one, topic: `${one.topic}2` })
  ])
  await writer.put(message('a', 'x'))
  await writer.putAll([message('b', 'x'), message('c', 'x')])
  expect(stored.map(({ topic }) => topic)).toEqual(['a12', 'b12', 'c12'])
})

test('what a hook refuses is not stored', () => {
  const { stored, writer } = storedBy()
  writer.use([
    () => {
      throw new RemotingError(ResponseCode.MESSAGE_ILLEGAL, 'no')
    }
  ])
  expect(() => writer.put(message('a', 'x'))).toThrow('no')
  expect(stored).toEqual([])
})
