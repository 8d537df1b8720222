/** What a driver process is told and what it answers. */
export interface Job {
  kind: 'send' | 'pull'
  port: number
  topic: string
  queues: number
  connections: number
  inFlight: number
  bodyBytes: number
  warmupSeconds: number
  /** Measured time of a send; the longest time of a pull. */
  seconds: number
  /** The server only echoes, its replies carry no code. */
  echo?: boolean
}

export interface JobResult {
  /** Per second. */
  rate: number
  done: number
  failed: number
  megabytes: number
  /** Microseconds. */
  p50: number
  p99: number
  p999: number
}
