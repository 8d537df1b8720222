/** One replay at a time; it goes on without a window, and ends with the console. */
import type { Caller, Handlers } from '../../shared/contract'
import { SearchDraft, type ReplayDraft } from '../../shared/messageDrafts'
import type { ReplayView } from '../../shared/searchViews'
import type { Problem } from '../../shared/views'
import type { Admin } from '../admin/admin'
import type { RealTime } from '../base/clock'
import { ProblemError } from '../cluster/problem'
import type { Searches } from './messageSearch'
import { Replay, type ReplaySource } from './search/replay'
import { Search, type SearchAdmin } from './search/search'

interface Deps {
  admin: SearchAdmin & Pick<Admin, 'sendOneOfMany' | 'examineTopicRouteInfo'>
  clock: RealTime
  searches: Searches
  problemOf: (error: unknown) => Problem
  /** After messages went out. */
  onProgress: () => void
}

export class Replays {
  private current: Replay | undefined

  constructor(private readonly deps: Deps) {}

  /** @throws ProblemError REPLAY_RUNNING. */
  async start(draft: ReplayDraft, caller: Caller): Promise<ReplayView> {
    if (this.current && !this.current.isOver)
      throw new ProblemError('REPLAY_RUNNING', {}, 'a replay is under way; stop it first')
    const source = await this.sourceOf(draft, caller)
    const replay = new Replay(this.deps, source, draft)
    this.current = replay
    void replay.run().then(() => this.deps.onProgress())
    return replay.view()
  }

  view(): ReplayView | null {
    return this.current?.view() ?? null
  }

  pause(isPaused: boolean): void {
    this.current?.pause(isPaused)
  }

  stop(): void {
    this.current?.stop()
  }

  private async sourceOf({ source }: ReplayDraft, caller: Caller): Promise<ReplaySource> {
    if ('searchId' in source) {
      const search = this.deps.searches.get(source.searchId, caller)
      const total = search.matched
      return { topic: search.topic, total: () => total, messages: () => search.found() }
    }
    const draft = SearchDraft.parse({ ...source, direction: 'oldestFirst' })
    const search = new Search(this.deps, 'replay', draft)
    // The range is settled here: what the replay itself stores is not part of it.
    await search.start()
    return {
      topic: source.topic,
      total: () => search.view().remaining + search.matched,
      messages: () => search.toItsEnd()
    }
  }
}

export const messageReplayHandlers = ({ replays }: { replays: Replays }) =>
  ({
    'message.replay': (draft, caller) => replays.start(draft, caller),
    'message.replayView': () => replays.view(),
    'message.replayPause': ({ paused }) => replays.pause(paused),
    'message.replayStop': () => replays.stop()
  }) satisfies Partial<Handlers>
