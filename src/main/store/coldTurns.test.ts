import { expect, test } from 'vitest'
import { ManualClock } from '../base/clock'
import { ColdTurns, STORING_MS } from './coldTurns'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Readers that asked, and how many of them went on. */
const rig = () => {
  const log = { writtenEnd: 0, pendingBytes: 0 }
  const clock = new ManualClock()
  const turns = new ColdTurns(log, clock, 100)
  const gone = { readers: 0 }
  const ask = (): void => {
    const goOn = (): void => {
      gone.readers++
      turns.serve(100)
    }
    const wait = turns.admit()
    if (wait === undefined) goOn()
    else void wait.then(goOn)
  }
  return { log, clock, gone, ask, turns }
}

test('while nothing is stored readers of old messages wait for nobody', () => {
  const { gone, ask, clock } = rig()
  clock.advance(STORING_MS)
  for (let i = 0; i < 10; i++) ask()
  expect(gone.readers).toBe(10)
})

test('while messages are stored they share the bytes of a turn, in the order they asked', async () => {
  const { log, gone, ask } = rig()
  log.writtenEnd = 500
  for (let i = 0; i < 4; i++) ask()
  expect(gone.readers).toBe(1)
  for (const expected of [2, 3, 4]) {
    log.writtenEnd += 500
    await turn()
    expect(gone.readers).toBe(expected)
  }
})

test('they go on together when the last message was stored long enough ago', async () => {
  const { log, clock, gone, ask } = rig()
  log.pendingBytes = 1
  for (let i = 0; i < 6; i++) ask()
  log.pendingBytes = 0
  clock.advance(STORING_MS)
  await turn()
  expect(gone.readers).toBe(6)
})
