import { expect, test } from 'vitest'
import { ManualClock } from '../../base/clock'
import { Code } from '../v2/code'
import { BytesInFlight, MAX_BYTES_IN_FLIGHT, MAX_BYTES_WAITING } from './bytesInFlight'

const HALF = MAX_BYTES_IN_FLIGHT / 2

const create = () => {
  const clock = new ManualClock()
  const inFlight = new BytesInFlight(clock)
  const entered: string[] = []
  const enter = (name: string, bytes = HALF, address = 'a', timeoutMs = 1000): Promise<void> => {
    const turn = inFlight.enter(address, bytes, timeoutMs)
    if (!turn) entered.push(name)
    return (turn ?? Promise.resolve()).then(() => {
      if (turn) entered.push(name)
    })
  }
  return { clock, inFlight, entered, enter }
}

test('what has no room waits for it, in its turn', async () => {
  const { inFlight, entered, enter } = create()
  const turns = [enter('1'), enter('2'), enter('3'), enter('small', 1), enter('5')]
  expect(entered).toEqual(['1', '2'])
  inFlight.leave('a', HALF)
  await turns[2]
  expect(entered).toEqual(['1', '2', '3'])
  inFlight.leave('a', HALF)
  await turns[3]
  expect(entered).toEqual(['1', '2', '3', 'small'])
  inFlight.leave('a', HALF)
  await Promise.all(turns)
  expect(entered.at(-1)).toBe('5')
})

test('each broker has its own room', () => {
  const { entered, enter } = create()
  for (const address of ['a', 'b']) void enter(address, MAX_BYTES_IN_FLIGHT, address)
  expect(entered).toEqual(['a', 'b'])
})

test('one larger than all goes alone', async () => {
  const { inFlight, entered, enter } = create()
  void enter('1', 1)
  const large = enter('large', 2 * MAX_BYTES_IN_FLIGHT)
  expect(entered).toEqual(['1'])
  inFlight.leave('a', 1)
  await large
  expect(entered).toEqual(['1', 'large'])
})

test('who waits too long goes without, and makes room for who stands behind', async () => {
  const { clock, inFlight, entered, enter } = create()
  void enter('1')
  const large = enter('large', MAX_BYTES_IN_FLIGHT)
  const small = enter('small', 1, 'a', 5000)
  clock.advance(1000)
  await expect(large).rejects.toMatchObject({ code: Code.PROXY_TIMEOUT })
  await small
  expect(entered).toEqual(['1', 'small'])
  inFlight.leave('a', HALF)
  inFlight.leave('a', 1)
  expect(inFlight.size).toBe(0)
})

test('beyond the limit nobody waits', () => {
  const { enter, inFlight } = create()
  void enter('1', MAX_BYTES_IN_FLIGHT)
  void enter('2', MAX_BYTES_WAITING)
  expect(() => inFlight.enter('a', 1, 1000)).toThrow(expect.objectContaining({ code: Code.TOO_MANY_REQUESTS })) // prettier-ignore
})
