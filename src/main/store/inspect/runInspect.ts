/** The command `store:inspect`: arguments in, text and exit code out. */
import { join, resolve } from 'node:path'
import type { Clock } from '../../base/clock'
import type { Disk } from '../../base/disk'
import type { DeletedTopic } from './deletedTopic'
import { findStores, type FoundStore } from './findStores'
import { inspectStore } from './inspectStore'
import { printRecord, printStore } from './print'

export interface InspectCommand {
  disk: Disk
  clock: Pick<Clock, 'now'>
  write: (text: string) => void
  writeError: (text: string) => void
  /** Asked about data folders. */
  isInUse: (folder: string) => Promise<boolean>
  /** Asked about stores: which topics their broker deleted. Nothing may be changed for the answer. */
  deletedTopicsOf: (storeFolder: string) => readonly DeletedTopic[]
}

/** 0 sound, 1 damage found, 2 bad usage or no store there. */
export type InspectExit = 0 | 1 | 2

const USAGE = 'usage: npm run store:inspect -- DIR [--json] [--records]'
const FLAGS = ['--json', '--records']

export const runInspect = async (
  args: readonly string[],
  command: InspectCommand
): Promise<InspectExit> => {
  const fail = (text: string): InspectExit => {
    command.writeError(`${text}\n`)
    return 2
  }
  const unknown = args.find((arg) => arg.startsWith('-') && !FLAGS.includes(arg))
  if (unknown !== undefined) return fail(`${unknown} is no option; ${USAGE}`)
  const folders = args.filter((arg) => !arg.startsWith('-'))
  if (folders.length !== 1)
    return fail(
      `${folders.length === 0 ? 'no folder given' : 'more than one folder given'}; ${USAGE}`
    )
  const folder = resolve(folders[0]!)
  if (!command.disk.exists(folder))
    return fail(`${folder} does not exist; name a data folder, a broker's folder or its store`)
  const stores = findStores(command.disk, folder)
  if (stores.length === 0)
    return fail(
      `no store in ${folder}; name a data folder (${join('DIR', 'nodes', 'broker-0')} is in it), a broker's folder or its store`
    )
  return inspectAll(stores, new Set(args), command)
}

const inspectAll = async (
  stores: readonly FoundStore[],
  flags: ReadonlySet<string>,
  command: InspectCommand
): Promise<InspectExit> => {
  const { disk, clock, write } = command
  const asJson = flags.has('--json')
  let exit: InspectExit = 0
  if (asJson) write('{"stores":[')
  for (const [i, { folder, dataFolder }] of stores.entries()) {
    const inUse = dataFolder !== undefined && (await command.isInUse(dataFolder))
    let rows = 0
    const onRecord = (row: Parameters<typeof printRecord>[0]): void => {
      // Written as they come: a log may be larger than the memory.
      if (asJson) write(`${rows++ === 0 ? '' : ','}${JSON.stringify(row)}`)
      else write(`${printRecord(row)}\n`)
    }
    if (asJson) write(`${i === 0 ? '' : ','}{`)
    else if (i > 0) write('\n')
    if (asJson && flags.has('--records')) write('"records":[')
    const inspection = await inspectStore({
      ...{ disk, clock, folder, inUse, deletedTopics: command.deletedTopicsOf(folder) },
      ...(flags.has('--records') ? { onRecord } : {})
    })
    if (asJson && flags.has('--records')) write('],')
    write(asJson ? JSON.stringify(inspection).slice(1) : `${printStore(inspection).join('\n')}\n`)
    if (inspection.problems.length > 0) exit = 1
  }
  if (asJson) write(`],"exitCode":${exit}}\n`)
  return exit
}
