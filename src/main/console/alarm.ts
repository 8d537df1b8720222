/** What the Alarms page asks for. */
import type { Handlers } from '../../shared/contract'
import type { Alarms } from './alarms/alarms'
import type { Firings } from './alarms/firings'

interface Deps {
  alarms: Pick<Alarms, 'list' | 'save' | 'delete' | 'mute' | 'acknowledge' | 'test'>
  firings: Pick<Firings, 'page'>
}

export const alarmHandlers = ({ alarms, firings }: Deps) =>
  ({
    'alarm.list': () => alarms.list(),
    'alarm.firings': ({ before, limit }) => firings.page(before, limit),
    'alarm.save': (draft) => alarms.save(draft),
    'alarm.delete': ({ number }) => alarms.delete(number),
    'alarm.mute': (draft) => alarms.mute(draft),
    'alarm.acknowledge': ({ number }) => alarms.acknowledge(number),
    'alarm.test': (draft) => alarms.test(draft)
  }) satisfies Partial<Handlers>
