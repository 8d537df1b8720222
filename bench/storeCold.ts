/** An old backlog read back beside a bare sequential read of the same files. */
import { median } from './histogram'
import { drive } from './processes'
import { dropPageCache, logFolder, runJob, startBroker, storeFolder } from './storeBroker'
import type { DiskResult } from './storeJobs'
import { LARGE_PREFIX, QUEUES, ROOMY, verdict, type StorePlan } from './storePlan'
import { perSecond, printTable, times } from './table'

const GOAL = 0.6

export const storeCold = async (plan: StorePlan): Promise<void> => {
  const { data, messages } = await plan.fill()
  const topic = `${LARGE_PREFIX}0000`
  const bare: number[] = []
  const store: number[] = []
  const wire: number[] = []
  let isCold = true
  const empty = (): void => {
    isCold = dropPageCache() && isCold
  }
  const perSec = ({ megabytes, seconds }: DiskResult): number => megabytes / seconds
  for (let round = 0; round < plan.rounds; round++) {
    empty()
    bare.push(perSec(await runJob<DiskResult>({ kind: 'bareRead', folder: logFolder(data) })))
    empty()
    const folder = storeFolder(data)
    store.push(
      perSec(await runJob<DiskResult>({ kind: 'storeRead', folder, topic, queues: QUEUES, messages })) // prettier-ignore
    )
    const broker = await startBroker(data, ...ROOMY)
    empty()
    const pulled = await drive({
      ...{ kind: 'pull', port: broker.brokerPort, topic, queues: QUEUES, connections: 1 },
      ...{ inFlight: 1, bodyBytes: 0, warmupSeconds: 0, seconds: 60 }
    })
    wire.push((pulled.megabytes * pulled.rate) / pulled.done)
    await broker.stop()
  }
  const row = (name: string, rates: readonly number[], isJudged: boolean): string[] => {
    const share = median(rates.map((rate, i) => rate / bare[i]!))
    return [
      name,
      perSecond(median(rates)),
      times(share),
      isJudged ? `≥ ${GOAL}` : '',
      isJudged ? verdict(share >= GOAL) : ''
    ]
  }
  printTable(
    `Reading ${messages.toLocaleString('en-US')} old messages from ${QUEUES} queues, 32 a pull, page cache ${isCold ? 'emptied before each' : 'warm (emptying it is not permitted)'}`,
    ['reader', 'MB/s', 'share', 'goal', ''],
    [
      ['bare sequential read of the same files', perSecond(median(bare)), '', '', ''],
      ['the store, by getMessage', ...row('', store, true).slice(1)],
      ['over the wire, by PULL_MESSAGE', ...row('', wire, false).slice(1)]
    ]
  )
}
