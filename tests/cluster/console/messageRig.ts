/** The console's methods for messages on a cluster with real sockets. */
import { systemClock } from '../../../src/main/base/clock'
import { messageActionHandlers } from '../../../src/main/console/messageActions'
import { messageReplayHandlers, Replays } from '../../../src/main/console/messageReplay'
import { messageSearchHandlers, Searches } from '../../../src/main/console/messageSearch'
import { problemOf } from '../../../src/main/cluster/problem'
import { SearchDraft, type SearchDraftInput } from '../../../src/shared/messageDrafts'
import type { SearchView } from '../../../src/shared/searchViews'
import type { MessageSummary } from '../../../src/shared/views'
import { testCluster } from '../client/cluster'

export const CALLER = { id: 'w' }

export const messageRig = async (queues = 2, brokers: readonly string[] = ['broker-a']) => {
  const cluster = await testCluster()
  for (const name of brokers) await cluster.broker(name)
  const { admin } = cluster
  await admin.updateTopic({ topicName: 'T', readQueueNums: queues, writeQueueNums: queues, perm: 6 }) // prettier-ignore
  const searches = new Searches({ admin, clock: systemClock })
  const replays = new Replays({
    ...{ admin, clock: systemClock, searches },
    problemOf,
    onProgress: () => undefined
  })
  const handlers = {
    ...messageSearchHandlers({ searches }),
    ...messageActionHandlers({ admin, clock: systemClock }),
    ...messageReplayHandlers({ replays })
  }

  const start = (draft: SearchDraftInput): Promise<SearchView> =>
    searches.start(SearchDraft.parse(draft), CALLER)
  const toItsEnd = async (view: SearchView): Promise<SearchView> => {
    while (!view.isDone) view = await searches.get(view.searchId, CALLER).next()
    return view
  }
  const foundBy = async ({ searchId, matched }: SearchView): Promise<MessageSummary[]> => {
    const found: (MessageSummary | null)[] = []
    while (found.length < matched)
      found.push(...(await searches.get(searchId, CALLER).page(found.length, 100)).messages)
    return found.flatMap((message) => message ?? [])
  }
  /** Everything one search finds, as the bodies it shows. */
  const search = async (draft: SearchDraftInput): Promise<string[]> =>
    (await foundBy(await toItsEnd(await start(draft)))).map(({ preview }) => preview)

  return { cluster, admin, searches, handlers, start, toItsEnd, foundBy, search }
}
