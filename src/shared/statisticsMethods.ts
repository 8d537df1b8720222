/** Figures and alarms in the contract. */
import { AlarmDraft, AlarmMuteDraft, AlarmRef, FiringsQuery } from './alarmDrafts'
import type { AlarmRuleView, AlarmsView, AlarmTest, FiringsPage } from './alarmViews'
import { SeriesQuery } from './statisticsDrafts'
import type { SeriesView, StatisticsNames, StatisticsView } from './statisticsViews'
import { method, none } from './method'

export const statisticsMethods = {
  /** How the cluster in use is now, and who is first in it. */
  'statistics.view': method<StatisticsView>()(none),
  /** What has a history. */
  'statistics.names': method<StatisticsNames>()(none),
  'statistics.series': method<SeriesView>()(SeriesQuery),

  'alarm.list': method<AlarmsView>()(none),
  /** Times rules fired, newest first. */
  'alarm.firings': method<FiringsPage>()(FiringsQuery),
  'alarm.save': method<AlarmRuleView>()(AlarmDraft),
  'alarm.delete': method<void>()(AlarmRef),
  'alarm.mute': method<void>()(AlarmMuteDraft),
  /** Of a firing. */
  'alarm.acknowledge': method<void>()(AlarmRef),
  /** By what is measured now; nothing is saved. */
  'alarm.test': method<AlarmTest>()(AlarmDraft)
}
