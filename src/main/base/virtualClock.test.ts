import { expect, test } from 'vitest'
import { ManualClock, systemClock } from './clock'
import { REAL_TIME, shownAt, VirtualClock, type ClockSetting } from './virtualClock'

const START = 1_700_000_000_000
const HOUR = 3_600_000

const setUp = () => {
  const real = new ManualClock(START)
  const clock = new VirtualClock(real)
  const ran: [what: string, at: number][] = []
  const note = (what: string) => (): void => {
    ran.push([what, clock.now() - START])
  }
  const at = (shows: number, rest: Partial<ClockSetting> = {}): ClockSetting => ({
    ...{ since: real.wall(), shows, rate: 1, paused: false },
    ...rest
  })
  return { real, clock, ran, note, at }
}

test('untouched it is the machine clock', () => {
  const { real, clock, ran, note } = setUp()
  clock.after(50, note('once'))
  clock.every(40, note('again'))
  real.advance(100)
  expect([clock.now(), clock.monotonic()]).toEqual([real.wall(), real.monotonic()])
  expect(ran).toEqual([
    ['again', 40],
    ['once', 50],
    ['again', 80]
  ])
})

test('a timer is not run before its time, nor after it was given up', () => {
  const { real, clock, ran, note } = setUp()
  clock.after(100, note('given up')).dispose()
  clock.after(100, note('kept'))
  real.advance(99)
  expect(ran).toEqual([])
  real.advance(1)
  expect(ran).toEqual([['kept', 100]])
})

test('paused it stands still, and monotonic time does not', async () => {
  const { real, clock, ran, note, at } = setUp()
  clock.after(1000, note('waits'))
  real.advance(400)
  await clock.apply(at(clock.now(), { paused: true }))
  real.advance(HOUR)
  expect([clock.now() - START, clock.monotonic() - START, ran]).toEqual([400, HOUR + 400, []])
  await clock.apply(at(clock.now()))
  real.advance(600)
  expect(ran).toEqual([['waits', 1000]])
})

test('what is due already runs also while it is paused', async () => {
  const { real, clock, ran, note, at } = setUp()
  await clock.apply(at(START, { paused: true }))
  clock.after(0, note('now'))
  real.advance(1)
  expect(ran).toEqual([['now', 0]])
})

test.each([0.1, 60, 10_000])('at %d times the speed timers keep their shown time', async (rate) => {
  const { real, clock, ran, note, at } = setUp()
  await clock.apply(at(START, { rate }))
  clock.after(2 * HOUR, note('two hours'))
  real.advance((2 * HOUR) / rate - 1)
  expect(ran).toEqual([])
  real.advance(1)
  expect(ran).toEqual([['two hours', 2 * HOUR]])
})

test('a period that is missed at speed is not made up for', async () => {
  const { real, clock, ran, note, at } = setUp()
  await clock.apply(at(START, { rate: 10_000 }))
  clock.every(1, note('tick'))
  real.advance(3)
  expect(ran.length).toBeLessThanOrEqual(3)
})

test('two clocks with one setting show the same, whenever they got it', async () => {
  const { real, clock, at } = setUp()
  const setting = at(START + 5 * HOUR, { rate: 3600 })
  await clock.apply(setting)
  real.advance(1234)
  const late = new VirtualClock(real)
  await late.apply(setting)
  expect([late.now(), shownAt(setting, real.wall())]).toEqual([clock.now(), clock.now()])
})

test('set ahead, it runs what is due at its own time and in order, then shows the end', async () => {
  const { clock, ran, note, at } = setUp()
  clock.after(3000, note('c'))
  clock.after(1000, note('a'))
  clock.after(1000, note('b'))
  clock.after(9000, note('later'))
  await clock.apply(at(START + 5000))
  expect(ran).toEqual([
    ['a', 1000],
    ['b', 1000],
    ['c', 3000]
  ])
  expect(clock.now() - START).toBe(5000)
  expect(clock.nextDue - START).toBe(9000)
})

test('a step takes along the timers that those it runs set', async () => {
  const { clock, ran, note, at } = setUp()
  const ladder = (rung: number) => (): void => {
    note(`rung ${rung}`)()
    if (rung < 4) clock.after(10_000 * rung, ladder(rung + 1))
  }
  clock.after(10_000, ladder(1))
  clock.after(45_000, note('between'))
  await clock.apply(at(START + 100_000))
  expect(ran).toEqual([
    ['rung 1', 10_000],
    ['rung 2', 20_000],
    ['rung 3', 40_000],
    ['between', 45_000],
    ['rung 4', 70_000]
  ])
})

test('the next timer of a step waits for the promise of the one before, and until all is settled', async () => {
  const { clock, ran, note, at } = setUp()
  clock.after(1000, async () => {
    note('begins')()
    await Promise.resolve()
    note('ends')()
  })
  clock.after(2000, note('next'))
  await clock.apply(at(START + 3000), async () => {
    await Promise.resolve()
    note('settled')()
  })
  expect(ran.map(([what]) => what)).toEqual(['begins', 'ends', 'settled', 'next', 'settled'])
})

test('every period of a step is run', async () => {
  const { clock, ran, note, at } = setUp()
  clock.every(1000, note('tick'))
  await clock.apply(at(START + 3500))
  expect(ran.map(([, when]) => when)).toEqual([1000, 2000, 3000])
})

test('settings that come while it moves have their turn afterwards', async () => {
  const { clock, ran, note, at } = setUp()
  clock.after(1000, note('first'))
  clock.after(2000, note('second'))
  const moves = [clock.apply(at(START + 1000)), clock.apply(at(START + 2000, { paused: true }))]
  await Promise.all(moves)
  expect(ran.map(([what]) => what)).toEqual(['first', 'second'])
  expect(clock.now() - START).toBe(2000)
})

test('it never goes back: a setting behind it is waited for', async () => {
  const { real, clock, at } = setUp()
  await clock.apply(at(START + 10_000))
  await clock.apply(at(START + 4000))
  expect(clock.now() - START).toBe(10_000)
  real.advance(6000)
  expect(clock.now() - START).toBe(10_000)
  real.advance(1)
  expect(clock.now() - START).toBe(10_001)
})

test('a timer 40 days ahead is not cut short', async () => {
  const { real, clock, ran, note } = setUp()
  const days40 = 40 * 24 * HOUR
  clock.after(days40, note('far'))
  real.advance(days40 - 1)
  expect(ran).toEqual([])
  real.advance(1)
  expect(ran).toEqual([['far', days40]])
})

test('a wall clock that is set back holds no timer up', () => {
  const { real, ran, note } = setUp()
  let back = 0
  const wall = { ...real, wall: () => real.now() - back }
  const machine = {
    ...wall,
    monotonic: () => real.monotonic(),
    after: real.after.bind(real),
    every: real.every.bind(real)
  }
  const clock = new VirtualClock(machine)
  clock.after(90_000, note('in time'))
  back = HOUR
  real.advance(90_000)
  expect(ran).toHaveLength(1)
})

test('an endless chain of timers ends a step at its limit', async () => {
  const { real, clock, at } = setUp()
  let count = 0
  const again = (): void => {
    count++
    real.advance(1000)
    clock.after(0, again)
  }
  clock.after(0, again)
  await clock.apply(at(START + HOUR))
  expect(count).toBe(31)
  expect(clock.now()).toBeGreaterThanOrEqual(START + HOUR)
})

test('on the system clock a timer fires', async () => {
  const clock = new VirtualClock(systemClock)
  const before = clock.now()
  await new Promise<void>((resolve) => void clock.after(5, resolve))
  expect(clock.now()).toBeGreaterThanOrEqual(before + 5)
  expect(shownAt(REAL_TIME, 17)).toBe(17)
})
