import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { MAX_ALARM_FIRINGS, MAX_ALARM_RULES } from '../../../shared/alarmModel'
import { AlarmDraft, type AlarmDraftInput } from '../../../shared/alarmDrafts'
import { HOUR_MS } from '../../../shared/statisticsModel'
import { ManualClock } from '../../base/clock'
import { nodeDisk } from '../../base/disk'
import { Emitter } from '../../base/emitter'
import { silentLog } from '../../base/log'
import type { NodeNotice } from '../../cluster/control'
import { openInstallationMeta } from '../../meta/installationMeta'
import type { Statistics } from '../statistics/statistics'
import { Alarms } from './alarms'
import { RECOVER_MS } from './alarmTrack'
import { Firings } from './firings'

const rule = (change: Partial<AlarmDraftInput> = {}): AlarmDraft =>
  AlarmDraft.parse({
    name: 'Backlog 积压',
    kind: 'lag',
    scope: 'group',
    target: 'GID',
    threshold: 100,
    forSeconds: 2,
    ...change
  })

const tempFolder = (): string => {
  const folder = join(tmpdir(), `gantry alarms 告警 ${randomUUID()}`)
  onTestFinished(() => nodeDisk.removeTree(folder))
  return folder
}

/** Alarms over a measured value that the test says, kept in a folder. */
const setUp = async (folder = tempFolder(), clock = new ManualClock()) => {
  const meta = await openInstallationMeta({
    ...{ disk: nodeDisk, clock, log: silentLog, folder },
    onReport: () => undefined
  })
  const ticked = new Emitter<void>()
  const state: { value: number | undefined; id: string; watched: number } = {
    ...{ value: 0, id: 'cluster-1', watched: 0 }
  }
  const statistics = {
    get id() {
      return state.id
    },
    ticked,
    watchRules: (refs: readonly unknown[]) => (state.watched = refs.length),
    current: {
      sampler: {
        reading: () => state.value,
        measure: () => Promise.resolve(state.value),
        looks: [],
        problem: undefined
      }
    }
  } as unknown as Statistics
  const told: NodeNotice[] = []
  const firings = new Firings({ docs: meta.alarmFirings, log: silentLog })
  const alarms = new Alarms({
    ...{ clock, docs: meta.alarmRules, firings, statistics },
    tell: (notice) => told.push(notice)
  })
  alarms.start()
  const pass = (seconds: number, value: number | undefined): void => {
    state.value = value
    for (let i = 0; i < seconds; i++) {
      clock.advance(1000)
      ticked.emit()
    }
  }
  const close = async (): Promise<void> => {
    alarms.close()
    await meta.close()
  }
  return { folder, clock, alarms, firings, told, state, pass, close, ticked }
}

const recoverSeconds = RECOVER_MS / 1000 + 1

test('a rule that fires tells once, and once more when it is over', async () => {
  const { alarms, told, pass, firings, close } = await setUp()
  await alarms.save(rule())
  pass(1, 50)
  expect(alarms.list().rules[0]).toMatchObject({ state: 'ok', value: 50 })
  pass(2, 200)
  expect(alarms.list().rules[0]).toMatchObject({ state: 'pending' })
  pass(10, 300)
  expect(alarms.list()).toMatchObject({ firing: 1, firings: 1 })
  pass(recoverSeconds, 0)
  expect(told.map(({ code, level }) => [code, level])).toEqual([
    ['ALARM_LAG', 'warning'],
    ['ALARM_ENDED', 'info']
  ])
  expect(told[0]?.params).toMatchObject({ rule: 'Backlog 积压', target: 'GID', threshold: 100 })
  expect(firings.page(undefined, 10)).toMatchObject({
    firings: [{ ending: 'back', peak: 300, muted: false }],
    hasMore: false
  })
  await close()
})

test('a muted rule is judged and written down, and tells nobody until its time is over', async () => {
  const { alarms, told, pass, firings, clock, close } = await setUp()
  const { number } = await alarms.save(rule())
  await alarms.mute({ number, until: 'hour' })
  pass(5, 200)
  expect(told).toEqual([])
  expect(firings.page(undefined, 10).firings[0]?.muted).toBe(true)
  pass(recoverSeconds, 0)
  clock.advance(HOUR_MS)
  expect(alarms.list().rules[0]?.muted).toBeUndefined()
  pass(5, 200)
  expect(told).toHaveLength(1)
  await alarms.mute({ number, until: 'ever' })
  expect(alarms.list().rules[0]?.muted).toBe('ever')
  await close()
})

test('rules, firings and what somebody has seen are kept over a restart', async () => {
  const first = await setUp()
  await first.alarms.save(rule())
  first.pass(5, 200)
  first.alarms.acknowledge(1)
  await first.close()
  const second = await setUp(first.folder, first.clock)
  expect(second.alarms.list()).toMatchObject({
    firing: 1,
    rules: [{ state: 'unknown', firing: 1 }]
  })
  second.pass(5, 900)
  expect(second.told).toEqual([])
  second.pass(recoverSeconds, 0)
  expect(second.firings.page(undefined, 10).firings).toMatchObject([
    { number: 1, peak: 900, ending: 'back', acknowledged: expect.any(Number) as number }
  ])
  await second.close()
})

test('a rule that is changed, switched off or deleted ends its firing', async () => {
  const { alarms, pass, firings, close, state } = await setUp()
  const { number } = await alarms.save(rule())
  pass(5, 200)
  await alarms.save(rule({ number, enabled: false }))
  expect(alarms.list()).toMatchObject({ firing: 0, rules: [{ state: 'off' }] })
  expect(state.watched).toBe(0)
  await alarms.save(rule({ number }))
  pass(5, 200)
  await alarms.delete(number)
  expect(firings.page(undefined, 10).firings.map(({ ending }) => ending)).toEqual(['rule', 'rule'])
  await expect(alarms.delete(number)).rejects.toMatchObject({ code: 'ALARM_NOT_FOUND' })
  await close()
})

test('another cluster is looked at: its rules rest, and a wait begins anew afterwards', async () => {
  const { alarms, pass, told, state, close } = await setUp()
  await alarms.save(rule({ forSeconds: 5 }))
  pass(3, 200)
  state.id = 'connection-1'
  pass(60, 200)
  expect(alarms.list().rules[0]).toMatchObject({ state: 'unknown', reason: 'OTHER_CLUSTER' })
  state.id = 'cluster-1'
  pass(4, 200)
  expect(told).toEqual([])
  pass(3, 200)
  expect(told).toHaveLength(1)
  await close()
})

test('what would happen now is told without saving anything', async () => {
  const { alarms, state, close } = await setUp()
  state.value = 200
  expect(await alarms.test(rule())).toEqual({ outcome: 'fires', value: 200 })
  state.value = 20
  expect(await alarms.test(rule())).toEqual({ outcome: 'rests', value: 20 })
  state.value = undefined
  expect(await alarms.test(rule())).toEqual({ outcome: 'unknown' })
  expect(alarms.list().rules).toEqual([])
  await close()
})

test('rules and firings are bounded', async () => {
  const { alarms, firings, close } = await setUp()
  for (let i = 0; i < MAX_ALARM_RULES; i++) await alarms.save(rule())
  await expect(alarms.save(rule())).rejects.toMatchObject({ code: 'ALARM_LIMIT' })
  const one = { ...rule(), number: 1, source: '' }
  for (let i = 0; i < MAX_ALARM_FIRINGS + 5; i++) {
    const { number } = firings.begin(one, i, 1, false)
    if (i !== 0) firings.change(number, { end: i, ending: 'back' })
  }
  expect(firings.size).toBe(MAX_ALARM_FIRINGS)
  // The one that still fires stays, however old.
  expect(firings.get(1)?.end).toBeUndefined()
  expect(firings.page(undefined, 100).hasMore).toBe(true)
  await close()
})

test.each<[string, Partial<AlarmDraftInput>]>([
  ['a scope its kind has not', { kind: 'disk', scope: 'group' }],
  ['a group without a name', { target: '' }],
  ['a cluster with one', { scope: 'cluster' }],
  ['a name with a line break', { name: 'a\nb' }],
  ['a name with an odd separator', { name: 'a\u2028b' }],
  ['a threshold below zero', { threshold: -1 }],
  ['a path as a target', { target: '../x' }]
])('a draft with %s is refused', (_name, change) => {
  expect(() => rule(change)).toThrow()
})
