/** A process of `--only store`: reads one job from argv, prints one JSON line, ends by itself. */
import { bareRead, bareSync } from './storeBare'
import { checkpoint, storeRead } from './storeDirect'
import type { StoreJob } from './storeJobs'
import { spreadSend, tail } from './storeLoad'

const run = (job: StoreJob): Promise<unknown> => {
  switch (job.kind) {
    case 'send':
      return spreadSend(job)
    case 'tail':
      return tail(job)
    case 'bareSync':
      return bareSync(job)
    case 'bareRead':
      return bareRead(job)
    case 'storeRead':
      return storeRead(job)
    case 'checkpoint':
      return checkpoint(job)
  }
}

const result = await run(JSON.parse(process.argv[2] ?? '{}') as StoreJob)
process.stdout.write(`${JSON.stringify(result)}\n`)
