/** Entry of `npm run store:inspect`, bundled by scripts/store-inspect.mjs. */
import { systemClock } from '../base/clock'
import { nodeDisk } from '../base/disk'
import { isFolderInUse } from '../base/folderLock'
import { readDeletedTopics } from './deletedTopics'
import { runInspect } from '../store/inspect/runInspect'

/** Bytes gathered before they are written. */
const WRITE_BYTES = 64 * 1024

let text = ''
const flush = (): void => {
  process.stdout.write(text)
  text = ''
}

// Whoever read the output, `head` say, has seen enough.
process.stdout.on('error', () => process.exit(1))

try {
  process.exitCode = await runInspect(process.argv.slice(2), {
    disk: nodeDisk,
    clock: systemClock,
    isInUse: isFolderInUse,
    deletedTopicsOf: (storeFolder) => readDeletedTopics(nodeDisk, storeFolder),
    write: (part) => {
      text += part
      if (text.length >= WRITE_BYTES) flush()
    },
    writeError: (part) => process.stderr.write(part)
  })
} catch (error) {
  process.exitCode = 1
  process.stderr.write(`the store cannot be read: ${(error as Error).message}\n`)
}
flush()
