/** Pop: the broker hands out messages one by one and remembers who has them; nobody owns a queue. */
import { Disposables } from '../../../base/disposable'
import type { MessageStore } from '../../../store/messageStore'
import type { BrokerFeature } from '../feature'
import { ackMessage, type AckMessageDeps } from './ackMessage'
import { peekMessage, type PeekMessageDeps } from './peekMessage'
import { PopCheck, type PopCheckDeps } from './popCheck'
import { PopConsumerService, type PopConsumerServiceDeps } from './popConsumerService'
import { PopJournal, type PopJournalDeps } from './popJournal'
import { PopLongPollingService } from './popLongPollingService'
import { originOf } from './popQueue'
import { popMessage, type PopMessageDeps } from './popMessage'
import { PopReviveService, type PopReviveServiceDeps } from './popReviveService'

export type PopDeps = Omit<
  PopJournalDeps &
    PopConsumerServiceDeps &
    PopReviveServiceDeps &
    PopCheckDeps &
    PopMessageDeps &
    AckMessageDeps &
    PeekMessageDeps,
  'journal' | 'consumers' | 'check' | 'polling' | 'notifications' | 'onVisible'
> & { store: Pick<MessageStore, 'arrivals' | 'lookMessageByOffset'> }

export const pop = (deps: PopDeps): BrokerFeature => {
  const { clock, store } = deps
  const journal = new PopJournal(deps)
  const consumers = new PopConsumerService({ ...deps, journal })
  const polling = new PopLongPollingService({ clock: clock.real, store, arrivals: store.arrivals })
  const notifications = new PopLongPollingService({
    clock: clock.real,
    store,
    arrivals: store.arrivals
  })
  const onVisible = (topic: string, group: string): void => {
    polling.notify(topic, group)
    notifications.notify(topic, group)
  }
  const revive = new PopReviveService({ ...deps, consumers, onVisible })
  consumers.onWaiting = (what) => revive.wait(what)
  consumers.onFree = (queue) => onVisible(originOf(queue), queue.group)
  const parts = { ...deps, check: new PopCheck(deps), consumers, polling, notifications }
  return {
    routes: [...popMessage(parts), ...ackMessage(parts), ...peekMessage(parts)],
    start: async () => {
      await consumers.open()
      const running = new Disposables()
      running.add(journal)
      running.add(revive)
      running.add(polling.start())
      running.add(notifications.start())
      return running
    }
  }
}
