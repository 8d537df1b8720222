/** What one round does, as a function of its seed: settings, phases, kills, and every message. */
import { seededRandom } from '../../src/main/base/random'
import type { StoreLimits } from '../../src/main/store/limits'
import { bodyWithId } from '../faults/history'

/** How a phase ends: killed under load, killed while it stops, or stopped as asked. */
export type PhaseEnd = 'kill' | 'kill-in-stop' | 'stop'

export interface PhasePlan {
  /** Starts that are killed so many ms after they were spawned, before the one that serves. */
  killedStarts: readonly number[]
  /** The end comes so many ms after the phase's so-many-th acknowledgement. */
  acks: number
  delayMs: number
  end: PhaseEnd
  /** From SIGTERM to SIGKILL, for `kill-in-stop`. */
  stopMs: number
}

export interface RoundPlan {
  seed: number
  /** The built product without its window, or a broker alone with tiny store limits. */
  host: 'headless' | 'broker'
  properties: Readonly<Record<string, string>>
  limits: Partial<StoreLimits>
  phases: readonly PhasePlan[]
}

/** Names that trip up file systems, JavaScript objects and string handling; made by an admin call or by the first send. */
export const MADE_TOPICS = ['Order', 'order', 'CON', 'a-b_c%d|e']
export const SENT_TOPICS = ['__proto__', 'constructor', 'a|b', 'T'.repeat(127)]
/** Deleted and sent to again, over and over; nobody consumes it. */
export const DOOMED_TOPIC = 'doomed'
export const TOPICS = [...MADE_TOPICS, ...SENT_TOPICS]
export const QUEUES = 3
export const GROUPS = ['group-sync', 'group-oneway'] as const

/** Whom the load sends to and who consumes. */
export interface LoadPlan {
  /** All but the doomed one. */
  topics: readonly string[]
  /** Those an admin call makes; the others are made by the first send. */
  madeTopics: readonly string[]
  doomedTopic: string
  /** One that commits with a call, one that commits one-way. */
  groups: readonly [string, string]
  /** Between two sends of a worker; 0: as fast as it goes. */
  pauseMs: number
}

/** How often the broker keeps consumer offsets, and how late that may be on a machine at its limits. */
export const OFFSET_FLUSH_MS = 150
export const OFFSET_SLACK_MS = 1_000

export const roundLoad: LoadPlan = {
  topics: TOPICS,
  madeTopics: MADE_TOPICS,
  doomedTopic: DOOMED_TOPIC,
  groups: GROUPS,
  pauseMs: 0
}

const MAX_PHASES = 3
/** Ms between checkpoints: often, so that kills hit them; seldom, so that much is left to walk. */
const CHECKPOINT_INTERVALS = [40, 40, 300, 5_000]
const KILLED_STARTS = [0, 0, 0, 1, 1, 2]

const phaseOf = (random: ReturnType<typeof seededRandom>, host: RoundPlan['host']): PhasePlan => {
  const startMs = host === 'headless' ? 450 : 250
  const killedStarts = Array.from({ length: KILLED_STARTS[random.int(6)]! }, () =>
    random.int(startMs)
  )
  const acks = 20 + random.int(random.int(6) === 0 ? 4_000 : 700)
  const kind = random.int(10)
  const end = kind < 7 ? 'kill' : kind < 9 ? 'kill-in-stop' : 'stop'
  return { killedStarts, acks, delayMs: random.int(15), end, stopMs: random.int(25) }
}

export const roundPlan = (seed: number): RoundPlan => {
  // Neighbouring seeds begin alike otherwise.
  const random = seededRandom(Math.imul(seed, 0x9e3779b1))
  const host = random.int(4) === 0 ? 'headless' : 'broker'
  const flushDiskType = random.int(3) === 0 ? 'SYNC_FLUSH' : 'ASYNC_FLUSH'
  const phases = Array.from({ length: 1 + random.int(MAX_PHASES) }, () => phaseOf(random, host))
  return {
    ...{ seed, host, phases },
    properties: {
      flushDiskType,
      flushIntervalCommitLog: '20',
      mappedFileSizeCommitLog: String(1024 * 1024),
      mappedFileSizeConsumeQueue: '20000',
      flushConsumerOffsetInterval: String(OFFSET_FLUSH_MS),
      maxTransferCountOnMessageInDisk: '32',
      maxTransferBytesOnMessageInDisk: '262144'
    },
    limits: {
      checkpointIntervalMs: CHECKPOINT_INTERVALS[random.int(4)]!,
      hotTailBytes: 256 * 1024,
      indexEntries: 500,
      indexLogBytes: 1024 * 1024,
      openFiles: 16
    }
  }
}

export interface MessagePlan {
  id: string
  topic: string
  queueId: number
  keys: string
  body: Buffer
}

const hashOfText = (text: string): number => {
  let hash = 7
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return hash
}

/** Message `sequence` of a producer; a batch is of the topic and queue of its first message. */
export const messagePlan = (
  seed: number,
  client: string,
  sequence: number,
  topics: readonly string[]
): MessagePlan => {
  const random = seededRandom(Math.imul(seed, 1_000_003) ^ hashOfText(`${client} ${sequence}`))
  const id = `${client}-${sequence}`
  const kind = random.int(200)
  const size = kind === 0 ? 100_000 + random.int(100_000) : random.int(kind < 20 ? 4_000 : 300)
  const topic = topics[random.int(topics.length)]!
  const queueId = random.int(QUEUES)
  const keys = random.int(2) === 0 ? `k-${id}` : `k-${id} shared-${random.int(50)}`
  const fill = Buffer.alloc(size, random.bytes(16))
  return { id, topic, queueId, keys, body: bodyWithId(id, fill) }
}
