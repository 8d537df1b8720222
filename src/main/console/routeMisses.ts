import type { Admin } from '../admin/admin'
import type { RealTime } from '../base/clock'
import type { NodeNotice } from '../cluster/control'

/** A producer's first send asks for the route, finds none, and then creates the topic: that is no news. */
export const ROUTE_MISS_GRACE_MS = 2000

interface Deps {
  clock: RealTime
  admin: Pick<Admin, 'fetchAllTopicList'>
  tell: (notice: NodeNotice) => void
}

/** Tells of a topic nobody has only if nobody has it a moment later either. */
export const routeMisses =
  ({ clock, admin, tell }: Deps) =>
  (notice: NodeNotice): void => {
    clock.after(ROUTE_MISS_GRACE_MS, () => {
      void admin
        .fetchAllTopicList()
        .catch(() => []) // no nameserver answers: then the miss stands
        .then((topics: readonly string[]) => {
          if (!topics.includes(String(notice.params['topic']))) tell(notice)
        })
    })
  }
