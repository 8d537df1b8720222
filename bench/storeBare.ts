/** The disk's own limits: loops with nothing around them. */
import {
  closeSync,
  fdatasyncSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  writeSync
} from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { BareReadJob, BareSyncJob, DiskResult } from './storeJobs'

const READ_BYTES = 1024 * 1024

export const bareSync = (job: BareSyncJob): Promise<DiskResult> => {
  const path = join(job.folder, 'bare')
  const fd = openSync(path, 'w')
  const group = Buffer.alloc(job.messages * job.recordBytes, 'x')
  let at = 0
  const from = performance.now()
  let now = from
  while (now - from < job.seconds * 1000) {
    writeSync(fd, group, 0, group.length, at)
    fdatasyncSync(fd)
    at += group.length
    now = performance.now()
  }
  closeSync(fd)
  rmSync(path)
  const messages = (at / group.length) * job.messages
  return Promise.resolve({ messages, megabytes: at / 1e6, seconds: (now - from) / 1000 })
}

export const bareRead = (job: BareReadJob): Promise<DiskResult> => {
  const block = Buffer.allocUnsafeSlow(READ_BYTES)
  let bytes = 0
  const from = performance.now()
  for (const name of readdirSync(job.folder).sort()) {
    const fd = openSync(join(job.folder, name), 'r')
    for (let got = 1; got > 0; bytes += got) got = readSync(fd, block, 0, block.length, null)
    closeSync(fd)
  }
  const seconds = (performance.now() - from) / 1000
  return Promise.resolve({ messages: 0, megabytes: bytes / 1e6, seconds })
}
