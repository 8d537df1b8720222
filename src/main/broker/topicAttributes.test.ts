import { expect, test } from 'vitest'
import { alterAttributes, parseAttributes } from './topicAttributes'

const alter = (text: string, current?: Record<string, string>) =>
  alterAttributes(current, parseAttributes(text))

test.each([
  ['nothing', '', undefined, {}],
  ['at creation', '+message.type=FIFO,+queue.type=SimpleCQ', undefined, { 'message.type': 'FIFO', 'queue.type': 'SimpleCQ' }],
  ['added', '+reserve.time=-1', { 'message.type': 'FIFO' }, { 'message.type': 'FIFO', 'reserve.time': '-1' }],
  ['changed', '+message.type=DELAY', { 'message.type': 'FIFO' }, { 'message.type': 'DELAY' }],
  ['to any type', '+message.type=MIXED', { 'message.type': 'FIFO' }, { 'message.type': 'MIXED' }],
  ['removed', '-message.type', { 'message.type': 'FIFO' }, {}]
])('%s', (_name, text, current, expected) => {
  expect(alter(text, current)).toEqual(expected)
}) // prettier-ignore

test.each([
  ['neither added nor removed', 'message.type=FIFO', undefined, /neither/],
  ['twice', '+message.type=FIFO,+message.type=DELAY', undefined, /twice/],
  ['unknown', '+__proto__=x', undefined, /not known/],
  ['removed at creation', '-message.type', undefined, /no attribute to remove/],
  ['fixed', '+queue.type=SimpleCQ', {}, /cannot change/],
  ['no value of it', '+message.type=LOUD', undefined, /must be one of/],
  ['what is not built', '+queue.type=BatchCQ', undefined, /must be one of SimpleCQ/]
])('refused: %s', (_name, text, current, message) => {
  expect(() => alter(text, current)).toThrow(message)
})
