import type { BrokerReport } from '../../broker/brokerReport'
import type { HaReport } from '../../broker/ha/haService'
import type { MetaReport } from '../../meta/report'
import type { StoreReport } from '../../store/messageStore'
import type { NodeNotice } from '../control'

export const noticeOfMeta = ({ file, keptAs, detail }: MetaReport): NodeNotice => ({
  level: 'warning',
  code: 'META_DAMAGED',
  params: { file, kept: keptAs ?? '-', detail }
})

const noticeOfStore = (broker: string, report: StoreReport): NodeNotice | undefined => {
  switch (report.kind) {
    case 'tail-cut':
    case 'damage': {
      const { bytes, physicalOffset: position } = report
      return {
        level: report.kind === 'damage' ? 'error' : 'warning',
        code: report.kind === 'damage' ? 'STORE_DAMAGE' : 'STORE_TAIL_CUT',
        params: { broker, bytes, position }
      }
    }
    case 'segment-deleted': {
      // What expired is no news.
      if (report.cause === 'expired') return undefined
      const { physicalOffset: position, bytes, cause } = report
      const detail = `${bytes} bytes at ${position}`
      return { level: 'warning', code: 'STORE_CLEANED', params: { broker, cause, detail } }
    }
    case 'sends-refused': {
      const code = report.isPassing ? 'SENDS_PAUSED' : 'SENDS_REFUSED'
      const { cause, reason } = report
      return { level: 'error', code, params: { broker, cause, detail: reason } }
    }
    case 'sends-resumed':
      return { level: 'info', code: 'SENDS_RESUMED', params: { broker } }
    case 'store-migrated': {
      const { version, backup } = report
      return { level: 'info', code: 'STORE_MIGRATED', params: { broker, version, backup } }
    }
    case 'backup-removed':
      return { level: 'info', code: 'BACKUP_REMOVED', params: { broker, backup: report.backup } }
    case 'queue-rebuilt':
    case 'truncated': // told as what replication did
      return undefined // nothing was lost: every start after a kill completes its queues
  }
}

const noticeOfHa = (broker: string, report: HaReport): NodeNotice => {
  const { masterAddr: master } = report
  if (report.kind === 'slave-foreign')
    return { level: 'error', code: 'SLAVE_FOREIGN', params: { broker, master } }
  const { bytes, physicalOffset: position } = report
  return { level: 'warning', code: 'SLAVE_TRUNCATED', params: { broker, master, bytes, position } }
}

/** What a broker found wrong on its disk, in the codes the window has texts for; undefined where it is no news. */
export const noticeOfBroker = (broker: string, report: BrokerReport): NodeNotice | undefined => {
  switch (report.kind) {
    case 'store':
      return noticeOfStore(broker, report.report)
    case 'meta':
      return noticeOfMeta(report.report)
    case 'ha':
      return noticeOfHa(broker, report.report)
    case 'role': {
      const { role, epoch } = report
      return {
        level: 'info',
        code: role === 'MASTER' ? 'ROLE_MASTER' : 'ROLE_SLAVE',
        params: { broker, epoch }
      }
    }
    case 'topic-adopted': {
      const { topic, queueNums } = report
      return { level: 'warning', code: 'TOPIC_ADOPTED', params: { broker, topic, queueNums } }
    }
    case 'subscriptions-differ': {
      const { group, difference } = report
      const { topic, clientId: client, otherClientId: otherClient } = difference
      const { expression = '-', otherExpression = '-' } = difference
      // Without the broker: every one of them sees it.
      return {
        level: 'warning',
        code: 'SUBSCRIPTIONS_DIFFER',
        params: { group, topic, client, expression, otherClient, otherExpression }
      }
    }
    case 'delayed-lost':
      return { level: 'error', code: 'DELAYED_LOST', params: { broker, count: report.count } }
  }
}
