/** What Linux tells of processes and of itself in /proc. */
import { readdirSync, readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { cpus } from 'node:os'
import type { WindowCpu } from './jobs'

/** The unit of /proc/PID/stat and /proc/stat: 100 a second on every Linux that one meets. */
const MICROS_PER_TICK = 10_000

export interface CpuSample {
  at: number
  /** Ticks by process id. */
  processes: Map<number, number>
  /** Ticks of kernel threads, which write back what the servers wrote. */
  kernel: number
  /** Ticks of all that ran, interrupts apart; what the host took away is in it. */
  machine: number
}

const IS_KERNEL_THREAD = 0x0020_0000

/** The fields behind the name, which may hold blanks and brackets. */
const statFields = (pid: number | string): string[] => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    // It has ended.
    return []
  }
}

/** utime + stime of all its threads. */
const ticksOf = (fields: readonly string[]): number =>
  Number(fields[11] ?? 0) + Number(fields[12] ?? 0)

/** CPU time of the processes, the kernel's threads and the machine up to now. Takes some milliseconds. */
export const cpuSample = (pids: readonly number[]): CpuSample => {
  const processes = new Map(pids.map((pid) => [pid, ticksOf(statFields(pid))]))
  let kernel = 0
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const fields = statFields(name)
    if ((Number(fields[6] ?? 0) & IS_KERNEL_THREAD) !== 0) kernel += ticksOf(fields)
  }
  const line = readFileSync('/proc/stat', 'latin1').split('\n', 1)[0] ?? ''
  const [, user, nice, system, , , , , steal] = line.split(/\s+/).map(Number)
  return {
    at: performance.now(),
    processes,
    kernel,
    machine: (user ?? 0) + (nice ?? 0) + (system ?? 0) + (steal ?? 0)
  }
}

export const cpuBetween = (before: CpuSample, after: CpuSample): Omit<WindowCpu, 'replies'> => {
  const seconds = (after.at - before.at) / 1000
  let others = after.machine - before.machine - (after.kernel - before.kernel)
  const micros: Record<number, number> = {}
  for (const [pid, ticks] of after.processes) {
    const spent = ticks - (before.processes.get(pid) ?? 0)
    others -= spent
    micros[pid] = spent * MICROS_PER_TICK
  }
  const share = (others * MICROS_PER_TICK) / (seconds * 1e6 * cpus().length)
  return { seconds, micros, others: Math.max(0, share) }
}

export interface Memory {
  /** Megabytes, mapped files included. */
  resident: number
  /** Megabytes without mapped files. */
  anonymous: number
}

/** @throws Error when the process has ended. */
export const memoryOf = (pid: number): Memory => {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1')
  const megabytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024
  return { resident: megabytes('VmRSS'), anonymous: megabytes('RssAnon') }
}
