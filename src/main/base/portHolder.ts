/** Who listens on a TCP port of this machine; best effort, because another user's processes may be hidden. */
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** An answer that takes longer is not worth the wait. */
const LOOK_UP_TIMEOUT_MS = 3000

const LISTEN = '0A'

const run = (command: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    execFile(command, args, { timeout: LOOK_UP_TIMEOUT_MS, windowsHide: true }, (error, stdout) =>
      resolve(error ? '' : stdout)
    )
  })

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // gone meanwhile, or not ours to read
  }
}

/** Inodes of the sockets that listen on a port, from the text of `/proc/net/tcp`. */
export const listeningInodes = (table: string, port: number): string[] =>
  table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/)
      const localPort = parseInt(local.slice(local.lastIndexOf(':') + 1), 16)
      return state === LISTEN && localPort === port && inode !== undefined ? [inode] : []
    })

const holdsSocket = (pid: string, links: ReadonlySet<string>): boolean => {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return links.has(readlinkSync(`/proc/${pid}/fd/${fd}`))
      } catch {
        return false // closed meanwhile
      }
    })
  } catch {
    return false // another user's
  }
}

const onLinux = (port: number): string | undefined => {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map(readText)
  const inodes = tables.flatMap((table) => listeningInodes(table, port))
  if (inodes.length === 0) return undefined
  const links = new Set(inodes.map((inode) => `socket:[${inode}]`))
  const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && holdsSocket(name, links))
  if (pid === undefined) return undefined
  return `${readText(`/proc/${pid}/comm`).trim() || 'a process'} (pid ${pid})`
}

/** The first process in the output of `lsof -Fpc`. */
export const holderInLsof = (output: string): string | undefined => {
  const pid = /^p(\d+)$/m.exec(output)?.[1]
  const name = /^c(.+)$/m.exec(output)?.[1]
  return pid === undefined ? undefined : `${name ?? 'a process'} (pid ${pid})`
}

/** The pid that listens on a port in the output of `netstat -ano`. */
export const pidInNetstat = (output: string, port: number): string | undefined =>
  output
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([protocol, local, , state]) => {
      return protocol === 'TCP' && state === 'LISTENING' && local?.endsWith(`:${port}`) === true
    })?.[4]

/** `java (pid 4711)`; undefined where it cannot be told. */
export const findPortHolder = async (
  port: number,
  platform: NodeJS.Platform = process.platform
): Promise<string | undefined> => {
  if (platform === 'linux') return onLinux(port)
  if (platform === 'win32') {
    const pid = pidInNetstat(await run('netstat', ['-ano', '-p', 'TCP']), port)
    return pid === undefined ? undefined : `process ${pid}`
  }
  return holderInLsof(await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']))
}
