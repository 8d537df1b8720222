import { expect, test } from 'vitest'
import { ColdTurns, QUIET_TURNS, STORING_TURNS } from './coldTurns'

const turns = async (count: number, during: () => void = () => undefined): Promise<void> => {
  for (let i = 0; i < count; i++) {
    during()
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
}

/** Readers that ask for 100 bytes each, and how many of them went on; a slice has 200. */
const rig = () => {
  const log = { writtenEnd: 1000, pendingBytes: 0 }
  const coldTurns = new ColdTurns(log, 200)
  const gone = { readers: 0 }
  const goOn = (): void => {
    gone.readers++
    coldTurns.serve(100)
  }
  const ask = (): void => {
    const wait = coldTurns.admit()
    if (wait === undefined) goOn()
    else void wait.then(goOn)
  }
  const store = (): void => void (log.writtenEnd += 500)
  return { gone, ask, store }
}

test('while nothing is stored readers of old messages wait for nobody', () => {
  const { gone, ask } = rig()
  for (let i = 0; i < 10; i++) ask()
  expect(gone.readers).toBe(10)
})

test('while messages are stored they get a slice, then the producers several turns', async () => {
  const { gone, ask, store } = rig()
  store()
  for (let i = 0; i < 6; i++) ask()
  expect(gone.readers).toBe(2)
  await turns(STORING_TURNS - 2, store)
  expect(gone.readers).toBe(2)
  await turns(2, store)
  expect(gone.readers).toBe(4)
  await turns(STORING_TURNS, store)
  expect(gone.readers).toBe(6)
})

test('they all go on when nothing was stored for a while', async () => {
  const { gone, ask, store } = rig()
  store()
  for (let i = 0; i < 6; i++) ask()
  await turns(QUIET_TURNS / 2)
  expect(gone.readers).toBe(2)
  await turns(QUIET_TURNS)
  expect(gone.readers).toBe(6)
})
