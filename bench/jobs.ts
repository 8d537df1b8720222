/** What a driver process is told and what it answers. */
export interface Job {
  /** `transaction`: a half message, then its commit, one-way as official clients send it; `pop`: with its acks. */
  kind: 'send' | 'pull' | 'pop' | 'transaction' | 'grpcSend' | 'grpcReceive'
  port: number
  topic: string
  queues: number
  connections: number
  inFlight: number
  bodyBytes: number
  warmupSeconds: number
  /** Measured time of a send; the longest time of a pull or of pops. */
  seconds: number
  /** The server only echoes, its replies carry no code. */
  echo?: boolean
  /** Sends with these properties besides the usual ones. */
  properties?: string
  /** Pulls through this SQL92 expression. */
  sql?: string
  /** Receiving by gRPC ends with so many messages. */
  expected?: number
  /** Pops: one ack for all of a pop. */
  batchAck?: boolean
  /** Headers in RocketMQ's binary form, as its newest benchmark sends them; JSON without it. */
  binary?: boolean
  /** Processes whose CPU time over the measured window is wanted; the system's comes with it. */
  watch?: readonly number[]
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
  /** Only with `watch`. */
  cpu?: WindowCpu
}

/** CPU time over a window that holds the measured one and some milliseconds around it. */
export interface WindowCpu {
  seconds: number
  /** Replies within it, which are more than those that were measured. */
  replies: number
  /** Microseconds by process id, all threads. */
  micros: Record<number, number>
  /** Share of the machine, 0 to 1, that went to processes neither watched nor the driver. */
  others: number
}
