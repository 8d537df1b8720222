import { createHash } from 'node:crypto'
import { closeSync, mkdirSync, openSync, realpathSync, rmSync, statSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { Emitter } from './emitter'

/**
 * One process owns a data folder, held by a listening socket: the operating system takes it away with the
 * process, however that dies. The same socket is the doorbell a second starter rings.
 */
export interface FolderLock {
  /** A second starter asks to bring the window forward. */
  readonly onFocus: Emitter<void>
  /** What a second starter is told. Any local user may ask, so query and fragment (tokens) are left out. */
  describe(info: { url?: string }): void
  release(): Promise<void>
}

export interface LockOptions {
  /** Asks the holder, if there is one, to bring its window forward. */
  readonly focus?: boolean
  /** Whose kind of lock to use; for tests. */
  readonly platform?: NodeJS.Platform
}

interface Holder {
  /** Unknown where the holder does not answer: it may be stopped, or another user's. */
  readonly pid?: number
  readonly url?: string
}

export class FolderInUseError extends Error {
  readonly pid: number | undefined
  readonly url: string | undefined

  constructor(
    readonly folder: string,
    { pid, url }: Holder
  ) {
    const known = [pid === undefined ? [] : `process ${pid}`, url ?? []].flat()
    const who = known.length > 0 ? ` (${known.join(', ')})` : ''
    super(
      `the data folder ${folder} is in use by another Gantry${who}: ` +
        'use or stop that one, or choose another folder with --data'
    )
    this.name = 'FolderInUseError'
    this.pid = pid
    this.url = url
  }
}

/** A holder that is stopped answers nothing; a second starter waits this long for it. */
const ANSWER_TIMEOUT_MS = 1000
const MAX_ATTEMPTS = 40
const PAUSE_MS = 25
/** A starter that died while it cleared a stale socket holds others up this long at most. */
const TAKEOVER_TIMEOUT_MS = 5000
/** Starters at the door at one time; further ones are turned away and try again. */
const MAX_VISITORS = 64
const MAX_LINE_BYTES = 4096
/** `sun_path` on Linux. */
const ABSTRACT_NAME_BYTES = 108

interface LockAddress {
  readonly path: string
  /** Leaves a file behind when its process is killed. */
  readonly isFile: boolean
}

const lockAddress = (realFolder: string, platform: NodeJS.Platform): LockAddress => {
  const name = `gantry-${createHash('sha256').update(realFolder).digest('hex')}`
  if (platform === 'win32') return { path: `\\\\.\\pipe\\${name}`, isFile: false }
  if (platform === 'linux') {
    // Filled to the brim: older Nodes (libuv before 1.47) pad the name with zeros, newer ones do not, and the two would not meet.
    return { path: `\0${name}`.padEnd(ABSTRACT_NAME_BYTES, '-'), isFile: false }
  }
  // Not $TMPDIR, which differs between a terminal and the desktop; cut to fit macOS's 104 bytes.
  return { path: `/tmp/${name.slice(0, 64)}.sock`, isFile: true }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

/** Makes the folder if need be; throws `FolderInUseError` where another process owns it. */
export const lockFolder = async (
  folder: string,
  { focus = false, platform = process.platform }: LockOptions = {}
): Promise<FolderLock> => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const address = lockAddress(realpathSync.native(folder), platform)
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const lock = await DoorbellLock.tryHold(address.path)
    if (lock) return lock
    const answer = await ring(address.path, focus)
    if (typeof answer === 'object') throw new FolderInUseError(folder, answer)
    if (answer === 'refused' && address.isFile) await clearStale(address.path)
    else await pause(PAUSE_MS)
  }
  throw new FolderInUseError(folder, {})
}

/** Is a process at work on the folder? Asks and takes nothing, so it changes nothing. */
export const isFolderInUse = async (folder: string): Promise<boolean> => {
  const answer = await ring(lockAddress(realpathSync.native(folder), process.platform).path, false)
  return typeof answer === 'object'
}

class DoorbellLock implements FolderLock {
  readonly onFocus = new Emitter<void>()
  private readonly server: Server
  private readonly visitors = new Set<Socket>()
  private holder: Holder = { pid: process.pid }

  private constructor() {
    this.server = createServer((visitor) => this.welcome(visitor))
    this.server.maxConnections = MAX_VISITORS
  }

  /** Undefined where the address is taken. */
  static tryHold(path: string): Promise<DoorbellLock | undefined> {
    const lock = new DoorbellLock()
    return new Promise((resolve, reject) => {
      lock.server.once('error', (error) =>
        codeOf(error) === 'EADDRINUSE' ? resolve(undefined) : reject(error)
      )
      lock.server.listen({ path }, () => {
        lock.server.unref()
        resolve(lock)
      })
    })
  }

  describe({ url }: { url?: string }): void {
    this.holder = {
      pid: process.pid,
      ...(url === undefined ? {} : { url: url.replace(/[?#].*/, '') })
    }
  }

  release(): Promise<void> {
    for (const visitor of this.visitors) visitor.destroy()
    return new Promise((resolve) => {
      this.server.close(() => resolve())
    })
  }

  private welcome(visitor: Socket): void {
    this.visitors.add(visitor)
    visitor.unref()
    visitor.setTimeout(ANSWER_TIMEOUT_MS, () => visitor.destroy())
    visitor.on('close', () => this.visitors.delete(visitor))
    // A visitor may leave in any manner; that is no concern of the holder.
    visitor.on('error', () => undefined)
    onLine(visitor, (line) => {
      visitor.end()
      if (line === 'focus') this.onFocus.emit()
    })
    visitor.write(`${JSON.stringify(this.holder)}\n`)
  }
}

/** Calls back once, with the first line; one that does not end is a reason to hang up. */
const onLine = (socket: Socket, callback: (line: string) => void): void => {
  let text = ''
  let isDone = false
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    if (isDone) return
    text += chunk
    const end = text.indexOf('\n')
    isDone = end >= 0
    if (isDone) callback(text.slice(0, end))
    else if (text.length > MAX_LINE_BYTES) socket.destroy()
  })
}

const parseHolder = (line: string): Holder => {
  try {
    const { pid, url } = JSON.parse(line) as Holder
    return { ...(typeof pid === 'number' && { pid }), ...(typeof url === 'string' && { url }) }
  } catch {
    // Somebody listens there, whoever it is.
    return {}
  }
}

/** Who holds the address; `refused` where nobody listens, `gone` where nothing is there or it left while asked. */
const ring = (path: string, focus: boolean): Promise<Holder | 'refused' | 'gone'> =>
  new Promise((resolve) => {
    const socket = connect({ path })
    let holder: Holder | undefined
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => {
      resolve(holder ?? {})
      socket.destroy()
    })
    socket.on('error', (error) => {
      const code = codeOf(error)
      if (code === 'ECONNREFUSED') resolve('refused')
      else if (code === 'ENOENT' || code === 'ECONNRESET' || code === 'EPIPE')
        resolve(holder ?? 'gone')
      // No permission, or too many at the door: somebody is in.
      else resolve({})
    })
    socket.on('close', () => resolve(holder ?? 'gone'))
    onLine(socket, (line) => {
      holder = parseHolder(line)
      // The holder hangs up once it has heard.
      if (focus) socket.write('focus\n')
      else socket.destroy()
    })
  })

/**
 * Removes the socket file of a dead process. One starter at a time, and only a file that refuses twice: a live
 * one refuses for the instant between its bind and its listen, and while any file lies there nobody can bind.
 */
const clearStale = async (path: string): Promise<void> => {
  const takeover = `${path}.takeover`
  try {
    closeSync(openSync(takeover, 'wx', 0o600))
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    const since = statSync(takeover, { throwIfNoEntry: false })?.mtimeMs ?? Infinity
    if (Date.now() - since > TAKEOVER_TIMEOUT_MS) rmSync(takeover, { force: true })
    return pause(PAUSE_MS)
  }
  try {
    for (let i = 0; i < 2; i += 1) {
      if ((await ring(path, false)) !== 'refused') return
      await pause(PAUSE_MS)
    }
    rmSync(path, { force: true })
  } finally {
    rmSync(takeover, { force: true })
  }
}
