/** Alarm rules and the times they fired, as they are kept. */
import { alarmKinds, alarmLevels } from '../../shared/alarmModel'
import { scopeKinds } from '../../shared/statisticsModel'
import { bool, int, num, oneOf, shape, str, type Shaped } from './shape'

const subject = {
  name: str,
  kind: oneOf(...alarmKinds),
  scope: oneOf(...scopeKinds),
  target: str,
  threshold: num,
  level: oneOf(...alarmLevels)
}

export const alarmRule = shape({
  number: int,
  ...subject,
  forSeconds: int,
  enabled: bool,
  /** 0: not; -1: until somebody ends it; else ms since the epoch. */
  mutedUntil: int,
  /** The cluster it is about: `cluster-1`, `connection-2`. */
  source: str
})
export type AlarmRuleDoc = Shaped<typeof alarmRule>

export const alarmFiring = shape({
  number: int,
  rule: int,
  ...subject,
  begin: int,
  /** 0 while it fires. */
  end: int,
  ending: oneOf('', 'back', 'rule'),
  peak: num,
  /** 0: nobody did. */
  acknowledged: int,
  muted: bool
})
export type AlarmFiringDoc = Shaped<typeof alarmFiring>
