/** Statistics and alarms over real sockets: a group that does not consume, and one that does. */
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { AlarmDraft } from '../../../src/shared/alarmDrafts'
import { systemClock } from '../../../src/main/base/clock'
import { nodeDisk } from '../../../src/main/base/disk'
import { silentLog } from '../../../src/main/base/log'
import type { NodeNotice } from '../../../src/main/cluster/control'
import { Alarms } from '../../../src/main/console/alarms/alarms'
import { Firings } from '../../../src/main/console/alarms/firings'
import { Statistics } from '../../../src/main/console/statistics/statistics'
import { openInstallationMeta } from '../../../src/main/meta/installationMeta'
import { tempFolder } from '../nameserver/nameservers'
import { Inbox, testCluster } from './cluster'

test('a lag fires and ends with a real producer and a real consumer, and its history tells of both', async () => {
  const cluster = await testCluster()
  await cluster.broker()
  await cluster.admin.updateTopic({
    ...{ topicName: 'Orders', readQueueNums: 2, writeQueueNums: 2, perm: 6 }
  })
  const folder = tempFolder()
  const meta = await openInstallationMeta({
    ...{ disk: nodeDisk, clock: systemClock, log: silentLog },
    folder: join(folder, 'meta'),
    onReport: () => undefined
  })
  onTestFinished(() => meta.close())
  const statistics = new Statistics({
    ...{ clock: systemClock, disk: nodeDisk, log: silentLog },
    folder: join(folder, 'statistics'),
    source: () => ({ id: 'cluster-1', admin: cluster.admin, isLocal: true }),
    memoryBytes: () => 1
  })
  onTestFinished(() => statistics.close())
  const told: NodeNotice[] = []
  const waiting: { code: string; resolve: () => void }[] = []
  const firings = new Firings({ docs: meta.alarmFirings, log: silentLog })
  const alarms = new Alarms({
    ...{ clock: systemClock, docs: meta.alarmRules, firings, statistics },
    tell: (notice) => {
      told.push(notice)
      for (const { code, resolve } of waiting) if (code === notice.code) resolve()
    }
  })
  onTestFinished(() => alarms.close())
  const hear = (code: string) => new Promise<void>((resolve) => waiting.push({ code, resolve }))

  // It commits where it is, and leaves.
  const first = new Inbox()
  const producer = await cluster.producer()
  await producer.send({ topic: 'Orders', body: Buffer.from('first') })
  const consumer = await cluster.consumer({
    ...{
      group: 'GID_slow',
      listener: first.listener,
      consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET'
    },
    subscription: [['Orders', '*']]
  })
  await first.reaches(1)
  await consumer.stop()

  alarms.start()
  statistics.start()
  const draft = { kind: 'lag', scope: 'group', target: 'GID_slow', threshold: 5, forSeconds: 1 }
  await alarms.save(AlarmDraft.parse({ name: 'Behind', ...draft }))
  const offline = { kind: 'membersBelow', scope: 'group', target: 'GID_slow', threshold: 1 }
  const isOffline = hear('ALARM_MEMBERS_BELOW')
  await alarms.save(AlarmDraft.parse({ name: 'Nobody there', ...offline, forSeconds: 1 }))
  const fires = hear('ALARM_LAG')
  for (let i = 0; i < 20; i++) await producer.send({ topic: 'Orders', body: Buffer.from(`${i}`) })
  await fires
  await isOffline
  expect(
    firings
      .open()
      .map(({ name }) => name)
      .sort()
  ).toEqual(['Behind', 'Nobody there'])
  expect(firings.open().find(({ name }) => name === 'Behind')?.peak).toBeGreaterThan(5)

  const ends = hear('ALARM_ENDED')
  const inbox = new Inbox()
  await cluster.consumer({
    ...{ group: 'GID_slow', listener: inbox.listener },
    subscription: [['Orders', '*']]
  })
  await inbox.reaches(20)
  await ends
  expect(told.filter(({ code }) => code === 'ALARM_LAG')).toHaveLength(1)
  const now = systemClock.wall()
  const { series } = statistics.current!.history.read(
    [{ metric: 'lag', scope: 'group', name: 'GID_slow' }],
    now - 300_000,
    now,
    now
  )
  const measured = series[0]!.values.filter((value) => value !== null)
  expect(Math.max(...measured)).toBeGreaterThan(5)
  const view = statistics.current!.sampler.looks[0]!
  expect(view.days.producedToday).toBe(21)
}, 90_000)
