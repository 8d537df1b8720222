/** `--only store`: what storing costs against the disk, the number of queues, a lagging group and a large log. */
import { storeCold } from './storeCold'
import { storeLag } from './storeLag'
import { fillOnce, storeMillion } from './storeMillion'
import { needRoom } from './storeBroker'
import type { StorePlan } from './storePlan'
import { storeQueues } from './storeQueues'
import { storeSync } from './storeSync'

interface Part {
  name: string
  run(plan: StorePlan): Promise<void>
  /** At default length, and with --quick. */
  seconds: readonly [number, number]
  gigabytes: number
  /** Works on the large store, which is filled once for all of them. */
  needsFill?: true
}

const parts: readonly Part[] = [
  { name: 'sync', run: storeSync, seconds: [35, 12], gigabytes: 3 },
  { name: 'queues', run: storeQueues, seconds: [75, 35], gigabytes: 4 },
  { name: 'million', run: storeMillion, seconds: [70, 20], gigabytes: 2, needsFill: true },
  { name: 'cold', run: storeCold, seconds: [50, 12], gigabytes: 0, needsFill: true },
  { name: 'lag', run: storeLag, seconds: [70, 20], gigabytes: 3, needsFill: true }
]
/** What may stand behind `store:`. */
export const storeParts = parts.map(({ name }) => name)

const FILL_SECONDS = [50, 15] as const
const FILL_GIGABYTES = 2

/** Measures what `--only` names: `store` everything, `store:sync` one part; nothing named: everything. */
export const benchStore = async (
  only: readonly string[] | undefined,
  isQuick: boolean
): Promise<void> => {
  const names = only?.flatMap((name) => /^store(?::(.*))?$/.exec(name)?.[1] ?? (name === 'store' ? 'all' : [])) // prettier-ignore
  const chosen = parts.filter((p) => !names || names.includes('all') || names.includes(p.name))
  if (chosen.length === 0) return
  const fills = chosen.some((part) => part.needsFill === true)
  const length = isQuick ? 1 : 0
  const seconds = chosen.reduce(
    (sum, part) => sum + part.seconds[length],
    fills ? FILL_SECONDS[length] : 0
  )
  const gigabytes = chosen.reduce(
    (most, part) => Math.max(most, part.gigabytes),
    fills ? FILL_GIGABYTES + 5 : 0
  )
  needRoom(gigabytes)
  console.log(
    `\nStore: ${chosen.map((part) => part.name).join(', ')}; about ${Math.ceil(seconds / 60)} min, ` +
      `at most ${gigabytes} GB in a temporary folder.`
  )
  const plan: StorePlan = {
    isQuick,
    rounds: isQuick ? 1 : 3,
    seconds: isQuick ? 1 : 3,
    messages: isQuick ? 200_000 : 1_000_000,
    fill: () => fillOnce(plan)
  }
  for (const part of chosen) {
    const from = performance.now()
    await part.run(plan)
    console.log(`\n(store:${part.name} took ${Math.round((performance.now() - from) / 1000)} s)`)
  }
}
