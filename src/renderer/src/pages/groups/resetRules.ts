/** What the reset form comes to. Pure. */
import type { ParamsOf } from '../../../../shared/contract'
import type { OffsetMoveView, OffsetTargetKind } from '../../../../shared/offsetViews'

export type ResetDraft = ParamsOf<'offset.reset'>
type QueueName = Pick<OffsetMoveView, 'topic' | 'brokerName' | 'queueId'>

export interface ResetForm {
  topics: string[]
  kind: OffsetTargetKind
  time: number | null
  srcGroup: string | null
  /** By queue; null leaves it as it is. */
  offsets: Record<string, number | null>
}

export const kinds: readonly OffsetTargetKind[] = ['time', 'min', 'max', 'offsets', 'clone']

export const newResetForm = (topics: readonly string[], now: number): ResetForm => ({
  topics: [...topics],
  kind: 'time',
  time: now - 3_600_000,
  srcGroup: null,
  offsets: {}
})

export const queueKey = ({ topic, brokerName, queueId }: QueueName): string =>
  `${topic}@${brokerName}@${queueId}`

const targetOf = (
  { kind, time, srcGroup, offsets }: ResetForm,
  queues: readonly QueueName[]
): ResetDraft['to'] | undefined => {
  switch (kind) {
    case 'time':
      return time === null ? undefined : { kind, timestamp: time }
    case 'min':
    case 'max':
      return { kind }
    case 'clone':
      return srcGroup === null ? undefined : { kind, srcGroup }
    case 'offsets': {
      const places = queues.flatMap(({ topic, brokerName, queueId }) => {
        const offset = offsets[queueKey({ topic, brokerName, queueId })] ?? null
        return offset === null ? [] : [{ topic, brokerName, queueId, offset }]
      })
      return places.length > 0 ? { kind, offsets: places } : undefined
    }
  }
}

/** Undefined while the form is not complete. */
export const resetDraftOf = (
  groupName: string,
  form: ResetForm,
  queues: readonly QueueName[]
): ResetDraft | undefined => {
  const to = targetOf(form, queues)
  return to && form.topics.length > 0 ? { groupName, topics: [...form.topics], to } : undefined
}

export const changesOf = (moves: readonly OffsetMoveView[]): OffsetMoveView[] =>
  moves.filter(({ from, to }) => to !== undefined && to !== from)
