import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  DAY_MS,
  HOUR_MS,
  KEPT_HOURS,
  MAX_SERIES,
  MINUTE_MS,
  type SeriesRef
} from '../../../shared/statisticsModel'
import { nodeDisk } from '../../base/disk'
import { silentLog } from '../../base/log'
import { History, type KeptLevel, type Values } from './history'
import { HistoryFiles } from './historyFiles'
import { keyOf, seriesKey } from './seriesKey'

const produce: SeriesRef = { metric: 'produce', scope: 'cluster', name: '' }
const lag: SeriesRef = { metric: 'lag', scope: 'group', name: 'GID a|b' }
/** The beginning of an hour and of a day. */
const START = 20_000 * DAY_MS

const kept: { level: KeptLevel; slot: number; values: Values }[] = []
const memory = (): History => {
  kept.length = 0
  return new History({ keep: (level, slot, values) => kept.push({ level, slot, values }) })
}

const put = (
  history: History,
  at: number,
  ref: SeriesRef,
  value: number,
  everySecond = true
): void => history.add(at, [[keyOf(ref), value]], everySecond)

const read = (history: History, ref: SeriesRef, from: number, to: number, now = to) => {
  const view = history.read([ref], from, to, now)
  return { step: view.stepMs, values: view.series[0]!.values }
}

describe('seconds make minutes, minutes make hours', () => {
  test('a rate is told by its mean, a lag by its highest', () => {
    const history = memory()
    for (let second = 0; second < 120; second++) {
      const at = START + second * 1000
      put(history, at, produce, second < 60 ? 10 : 30)
      put(history, at, lag, second)
    }
    put(history, START + 120_000, produce, 0)
    const now = START + HOUR_MS / 2
    expect(read(history, produce, START, START + 2 * MINUTE_MS - 1, now)).toEqual({
      step: MINUTE_MS,
      values: [10, 30]
    })
    expect(read(history, lag, START, START + 2 * MINUTE_MS - 1, now).values).toEqual([59, 119])
    const later = START + 2 * DAY_MS
    expect(read(history, produce, START, START + HOUR_MS - 1, later)).toEqual({
      step: HOUR_MS,
      values: [20]
    })
    expect(kept.map(({ level }) => level)).toEqual(['minutes', 'minutes'])
    put(history, START + HOUR_MS, produce, 0)
    put(history, START + HOUR_MS + MINUTE_MS, produce, 0)
    expect(kept.map(({ level }) => level)).toEqual([...Array<string>(4).fill('minutes'), 'hours'])
  })

  test('the minute under way counts with what it has', () => {
    const history = memory()
    put(history, START, produce, 4)
    put(history, START + 1000, produce, 8)
    expect(read(history, produce, START - HOUR_MS, START + 2000).values.at(-1)).toBe(6)
  })
})

describe('what was not measured is a gap', () => {
  test('a missing minute is not zero', () => {
    const history = memory()
    put(history, START, produce, 5)
    put(history, START + 2 * MINUTE_MS, produce, 7)
    const now = START + 3 * MINUTE_MS
    expect(read(history, produce, START - HOUR_MS, now).values.slice(-4)).toEqual([
      5,
      null,
      7,
      null
    ])
  })

  test('one second between two looks is no gap, five are one', () => {
    const history = memory()
    for (const second of [0, 2, 8]) put(history, START + second * 1000, produce, second)
    expect(read(history, produce, START, START + 8000)).toEqual({
      step: 1000,
      values: [0, 0, 2, 2, 2, null, null, null, 8]
    })
  })

  test.each([
    ['ahead', DAY_MS + 100_000],
    ['back', -DAY_MS - 100_000]
  ])('a clock set %s by a day leaves no wrong neighbours', (_name, jump) => {
    const history = memory()
    put(history, START, produce, 1)
    put(history, START + 1000, produce, 2)
    put(history, START + jump, produce, 9)
    const now = START + jump
    const { values } = read(history, produce, now - 5000, now + 5000, now + 5000)
    expect(values.filter((value) => value !== null)).toEqual([9, 9, 9])
    expect(read(history, produce, START, START + 1000, START + 1000).values).toEqual([1, 2])
  })
})

test('what is looked at once a minute is shown by the second as it was last', () => {
  const history = memory()
  put(history, START + 5000, lag, 40, false)
  put(history, START + 65_000, lag, 60, false)
  const { step, values } = read(history, lag, START, START + 90_000)
  expect(step).toBe(1000)
  expect(values[10]).toBe(40)
  expect(values[80]).toBe(60)
})

test('series beyond the limit are counted and not kept', () => {
  const history = memory()
  const keys = Array.from({ length: MAX_SERIES + 3 }, (_, i) =>
    seriesKey('produce', 'topic', `T${i}`)
  )
  history.add(
    START,
    keys.map((key) => [key, 1] as const),
    false
  )
  expect(history.size).toBe(MAX_SERIES)
  expect(history.leftOut).toBe(3)
})

test('a series nothing was heard of in thirty days makes room', () => {
  const history = memory()
  put(history, START, lag, 1)
  for (let hour = 0; hour <= KEPT_HOURS + 2; hour++)
    put(history, START + hour * HOUR_MS, produce, 1)
  expect(history.size).toBe(1)
})

describe('files', () => {
  let folder = ''
  const opened: HistoryFiles[] = []
  beforeEach(() => {
    folder = join(tmpdir(), `gantry statistics 统计 ${randomUUID()}`)
  })
  afterEach(() => {
    for (const files of opened.splice(0)) files.close()
    nodeDisk.removeTree(folder)
  })

  const open = async (now: number) => {
    const files = new HistoryFiles({ disk: nodeDisk, log: silentLog, folder })
    opened.push(files)
    const history = new History(files)
    await files.load(now, (level, slot, values) => history.restore(level, slot, values))
    history.settle(now)
    return { history, close: () => (history.close(), files.close()) }
  }

  test('a restart keeps minutes and hours, and the hour under way', async () => {
    const first = await open(START)
    for (let minute = 0; minute < 90; minute++)
      put(first.history, START + minute * MINUTE_MS, produce, minute < 60 ? 6 : 12)
    first.close()
    const now = START + 95 * MINUTE_MS
    const second = await open(now)
    expect(read(second.history, produce, START, START + 89 * MINUTE_MS, now).values).toEqual(
      Array.from({ length: 90 }, (_, minute) => (minute < 60 ? 6 : 12))
    )
    const hours = read(second.history, produce, START, now, START + 10 * DAY_MS)
    expect(hours).toEqual({ step: HOUR_MS, values: [6, 12] })
  })

  test('a line that was cut off costs itself, and what is written after it is read', async () => {
    const first = await open(START)
    for (const minute of [0, 1]) put(first.history, START + minute * MINUTE_MS, produce, 1 + minute)
    first.close()
    const [name] = nodeDisk.list(folder)
    const path = join(folder, name!)
    nodeDisk.replaceFile(path, nodeDisk.readFile(path).subarray(0, -9))
    const now = START + 2 * MINUTE_MS
    const second = await open(now)
    put(second.history, now, produce, 3)
    second.close()
    const third = await open(now + MINUTE_MS)
    expect(read(third.history, produce, START, now, now + HOUR_MS / 2).values).toEqual([1, null, 3])
  })

  test('what is too old goes with its file', async () => {
    const first = await open(START)
    for (let day = 0; day <= 40; day++) put(first.history, START + day * DAY_MS, produce, day)
    first.close()
    const names = nodeDisk.list(folder)
    expect(names.filter((name) => name.startsWith('minutes')).length).toBeLessThanOrEqual(26)
    expect(names.filter((name) => name.startsWith('hours')).length).toBe(31)
  })

  test('names of the wire are values, never paths', async () => {
    const first = await open(START)
    const evil: SeriesRef = { metric: 'lag', scope: 'group', name: '../../x "\n\u2028' }
    put(first.history, START, evil, 5)
    first.close()
    const second = await open(START + 1000)
    expect(read(second.history, evil, START, START, START + HOUR_MS / 2).values).toEqual([5])
    expect(nodeDisk.list(folder)).toHaveLength(1)
  })
})
