import type { Handlers } from '../../shared/contract'
import type { DeletedExpired } from '../../shared/views'
import type { Admin } from '../admin/admin'
import { sleep, type RealTime } from '../base/clock'
import { ProblemError } from '../cluster/problem'
import type { Supervisor } from '../cluster/supervisor'

interface Deps {
  supervisor: Pick<Supervisor, 'brokerStatusOf'>
  admin: Pick<
    Admin,
    'deleteExpiredCommitLogByAddr' | 'cleanExpiredConsumerQueueByAddr' | 'fetchBrokerRuntimeStats'
  >
  clock: RealTime
}

/** Between two looks; longer than a broker pauses between two segments, so that a look sees each. */
export const LOOK_EVERY_MS = 250
/** The window hears the result no later than this; what is still to go goes all the same. */
export const WAIT_AT_MOST_MS = 15_000

export const brokerStorageHandlers = ({ supervisor, admin, clock }: Deps) => {
  const minOffsetOf = async (address: string): Promise<number> =>
    Number((await admin.fetchBrokerRuntimeStats(address)).get('commitLogMinOffset') ?? 0)

  return {
    /** As `mqadmin deleteExpiredCommitLog` and `cleanExpiredCQ`; a broker only says that it began, so its log is watched. */
    'broker.deleteExpired': async ({ id }): Promise<DeletedExpired> => {
      const { state, address } = supervisor.brokerStatusOf(id)
      if (state !== 'running')
        throw new ProblemError('NODE_NOT_RUNNING', { id }, `${id} is not running`)
      const began = clock.monotonic()
      const first = await minOffsetOf(address)
      await admin.deleteExpiredCommitLogByAddr(address)
      for (let before = first; ;) {
        await sleep(clock, LOOK_EVERY_MS)
        // Answers when a deletion under way is done.
        await admin.cleanExpiredConsumerQueueByAddr(address)
        const now = await minOffsetOf(address)
        const isGoingOn = now !== before
        if (!isGoingOn || clock.monotonic() - began >= WAIT_AT_MOST_MS)
          return { deletedBytes: now - first, isGoingOn }
        before = now
      }
    }
  } satisfies Partial<Handlers>
}
