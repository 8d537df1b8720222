/** Faults and what happened, as sentences. */
import { useI18n } from 'vue-i18n'
import type { FaultDraft, FaultEvent } from '../../../../../shared/faultViews'
import { useFormat } from '../../../composables/useFormat'
import { CLIENTS } from './faultForm'

export const useFaultText = () => {
  const { t } = useI18n()
  const format = useFormat()
  const endOf = (id: string): string => (id === CLIENTS ? t('faults.clients') : id)

  const ofLink = (fault: Extract<FaultDraft, { kind: 'link' }>): string => {
    const { effect, direction, delayMs, jitterMs } = fault
    const [from, to] = direction === 'back' ? [fault.to, fault.from] : [fault.from, fault.to]
    const ends = { from: endOf(from), to: endOf(to) }
    const way = t(direction === 'both' ? 'faults.says.between' : 'faults.says.oneWay', ends)
    return t(`faults.says.${effect}`, { way, ms: delayMs, jitter: jitterMs })
  }

  const ofFault = (fault: FaultDraft): string => {
    switch (fault.kind) {
      case 'link':
        return ofLink(fault)
      case 'slowDisk': {
        const { node, readMs, writeMs, flushMs } = fault
        return t('faults.says.slowDisk', { node, readMs, writeMs, flushMs })
      }
      case 'fullDisk':
        return t('faults.says.fullDisk', {
          node: fault.node,
          room: format.bytes(fault.roomBytes)
        })
      case 'failingDisk':
        return t(fault.reads ? 'faults.says.failingReads' : 'faults.says.failingDisk', {
          node: fault.node
        })
      case 'clockSkew': {
        const { node, offsetMs } = fault
        const length = format.duration(Math.abs(offsetMs))
        return t(offsetMs < 0 ? 'faults.says.behind' : 'faults.says.ahead', { node, length })
      }
      default:
        return t(`faults.says.${fault.kind}`, { node: fault.node })
    }
  }

  const ofEvent = (event: FaultEvent): string => {
    switch (event.kind) {
      case 'set':
        return ofFault(event.fault)
      case 'cleared':
        return t('faults.event.cleared', { fault: ofFault(event.fault) })
      case 'node': {
        const state =
          event.state === 'frozen' ? t('faults.frozen') : t(`cluster.states.${event.state}`)
        return t('faults.event.node', { node: event.node, state })
      }
      case 'routes': {
        const { nameserver, brokers } = event
        const list = brokers.join(', ')
        return list
          ? t('faults.event.routes', { nameserver, list })
          : t('faults.event.noRoutes', { nameserver })
      }
    }
  }
  return { endOf, ofFault, ofEvent }
}
