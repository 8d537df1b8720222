/** Searches of the windows: one each, held between calls, gone with the window. */
import type { Caller, Handlers } from '../../shared/contract'
import type { SearchDraft } from '../../shared/messageDrafts'
import type { SearchView } from '../../shared/searchViews'
import type { RealTime } from '../base/clock'
import { ProblemError } from '../cluster/problem'
import { Search, type SearchAdmin } from './search/search'

/** Windows that search at the same time; the search asked for longest ago goes. */
export const MAX_SEARCHES = 16

interface Deps {
  admin: SearchAdmin
  clock: Pick<RealTime, 'monotonic'>
}

export class Searches {
  /** By caller, the one used last at the end. */
  private readonly byCaller = new Map<string, Search>()
  private lastId = 0

  constructor(private readonly deps: Deps) {}

  async start(draft: SearchDraft, caller: Caller): Promise<SearchView> {
    const search = new Search(this.deps, String(++this.lastId), draft)
    this.byCaller.delete(caller.id)
    await search.start()
    this.byCaller.set(caller.id, search)
    for (const id of this.byCaller.keys())
      if (this.byCaller.size > MAX_SEARCHES) this.byCaller.delete(id)
    return search.view()
  }

  /** @throws ProblemError SEARCH_GONE: the engine restarted, or another search took its place. */
  get(searchId: string, caller: Caller): Search {
    const search = this.byCaller.get(caller.id)
    if (search?.id !== searchId)
      throw new ProblemError('SEARCH_GONE', {}, `there is no search ${searchId} any more`)
    this.byCaller.delete(caller.id)
    this.byCaller.set(caller.id, search)
    return search
  }

  /** Another cluster is looked at: what was found is not of it. */
  forgetAll(): void {
    this.byCaller.clear()
  }

  forget(caller: Caller): void {
    this.byCaller.delete(caller.id)
  }
}

export const messageSearchHandlers = ({ searches }: { searches: Searches }) =>
  ({
    'message.search': (draft, caller) => searches.start(draft, caller),
    'message.searchNext': ({ searchId }, caller) => searches.get(searchId, caller).next(),
    'message.searchPage': ({ searchId, from, limit }, caller) =>
      searches.get(searchId, caller).page(from, limit),
    'message.searchDetails': ({ searchId, from, limit }, caller) =>
      searches.get(searchId, caller).details(from, limit),
    'message.searchEnd': (_params, caller) => searches.forget(caller)
  }) satisfies Partial<Handlers>
