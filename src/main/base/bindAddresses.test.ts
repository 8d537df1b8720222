import { expect, test } from 'vitest'
import { bindAddresses, isLoopback, listensAt, localAddressOf } from './bindAddresses'

test.each([
  ['127.0.0.1', ['127.0.0.1'], '127.0.0.1'],
  ['127.0.0.2', ['127.0.0.2'], '127.0.0.2'],
  ['::1', ['::1'], '[::1]'],
  ['0.0.0.0', ['0.0.0.0'], '127.0.0.1'],
  ['::', ['::'], '127.0.0.1'],
  ['192.168.1.5', ['127.0.0.1', '192.168.1.5'], '127.0.0.1'],
  ['fd00::2', ['127.0.0.1', 'fd00::2'], '127.0.0.1']
])('%s listens at %j and is found here at %s', (host, bound, local) => {
  expect(bindAddresses(host)).toEqual(bound)
  expect(localAddressOf(host)).toBe(local)
})

test.each([
  ['127.0.0.1', '127.0.0.1', true],
  ['127.0.0.1', '192.168.1.5', false],
  ['192.168.1.5', '192.168.1.5', true],
  ['192.168.1.5', '127.0.0.1', true],
  ['192.168.1.5', '10.0.0.1', false],
  ['0.0.0.0', '10.0.0.1', true],
  ['0.0.0.0', 'fd00::2', false],
  ['::', 'fd00::2', true],
  ['::', '10.0.0.1', true]
])('what listens on %s is met at %s: %s', (host, address, isMet) => {
  expect(listensAt(host, address)).toBe(isMet)
})

test.each([
  ['127.8.9.1', true],
  ['::ffff:127.0.0.1', true],
  ['::1', true],
  ['128.0.0.1', false],
  ['::', false]
])('%s is loopback: %s', (address, is) => {
  expect(isLoopback(address)).toBe(is)
})
