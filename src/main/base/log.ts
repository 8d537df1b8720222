import type { Clock } from './clock'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export interface LogRecord {
  at: number
  level: LogLevel
  /** Who speaks: `broker-a`, `namesrv`, `store` … */
  area: string
  message: string
  error?: unknown
}

export interface Log {
  debug(message: string): void
  info(message: string): void
  warn(message: string, error?: unknown): void
  error(message: string, error?: unknown): void
  /** The same log speaking for a part: `broker-a` → `broker-a/store`. */
  child(area: string): Log
}

const order: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 }

export const describeError = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : `\n  caused by ${describeError(error.cause)}`
  return (error.stack ?? error.message) + cause
}

export const formatRecord = (record: LogRecord): string =>
  `${new Date(record.at).toISOString()} ${record.level.toUpperCase().padEnd(5)} ${record.area}: ${record.message}` +
  (record.error === undefined ? '' : `\n  ${describeError(record.error)}`)

export const createLog = (
  area: string,
  clock: Pick<Clock, 'now'>,
  sink: (record: LogRecord) => void,
  level: LogLevel = 'info'
): Log => {
  const write = (at: LogLevel, message: string, error?: unknown): void => {
    if (order[at] < order[level]) return
    const record = { at: clock.now(), level: at, area, message }
    sink(error === undefined ? record : { ...record, error })
  }
  return {
    debug: (message) => write('debug', message),
    info: (message) => write('info', message),
    warn: (message, error) => write('warn', message, error),
    error: (message, error) => write('error', message, error),
    child: (name) => createLog(`${area}/${name}`, clock, sink, level)
  }
}

/** Standard error, because standard output belongs to `--json`. */
export const consoleSink = (record: LogRecord): void => {
  console.error(formatRecord(record))
}

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog
}
