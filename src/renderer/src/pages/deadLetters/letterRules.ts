/** What the page knows of dead letters. Pure. */
import type { DeadLetterRef } from '../../../../shared/deadLetterDrafts'
import type { DeadLetter, ResendOutcome } from '../../../../shared/deadLetterViews'
import type { ExportColumn } from '../../format/exportRows'
import { bytesOfBase64, utf8OfBytes } from '../../format/bodies'

export const rangePresets = ['hour', 'day', 'week', 'all', 'own'] as const
export type RangePreset = (typeof rangePresets)[number]

const presetMs: Record<Exclude<RangePreset, 'all' | 'own'>, number> = {
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000
}

export interface TimeRange {
  from?: number
  to?: number
}

/** `now` is the cluster's; the end stays open, because a clock may run ahead of what was just stored. */
export const rangeOf = (
  preset: RangePreset,
  own: readonly [number, number] | null,
  now: number
): TimeRange => {
  if (preset === 'all') return {}
  if (preset === 'own') return own ? { from: own[0], to: own[1] } : {}
  return { from: Math.max(0, Math.floor(now - presetMs[preset])) }
}

export const letterKey = ({ topic, brokerName, queueId, queueOffset }: DeadLetterRef): string =>
  `${topic}@${brokerName}@${queueId}@${queueOffset}`

export const letterRef = (letter: DeadLetterRef): DeadLetterRef => {
  const { topic, brokerName, queueId, queueOffset } = letter
  return { topic, brokerName, queueId, queueOffset }
}

/** A letter's fields are known before its body; both come together in an export. */
export type FullLetter = Omit<DeadLetter, 'detail'> & { detail: NonNullable<DeadLetter['detail']> }

const bodyOf = ({ detail }: FullLetter): { text: string; encoding: string } => {
  const text = utf8OfBytes(bytesOfBase64(detail.bodyBase64))
  return text === undefined
    ? { text: detail.bodyBase64, encoding: 'base64' }
    : { text, encoding: 'utf-8' }
}

/** A superset of what rocketmq-dashboard exports; names as RocketMQ spells them. */
export const exportColumns: readonly ExportColumn<FullLetter>[] = (
  [
    ['group', ({ groupName }) => groupName],
    ['originTopic', ({ originTopic }) => originTopic],
    ['originMsgId', ({ originMsgId }) => originMsgId],
    ['topic', ({ topic }) => topic],
    ['msgId', ({ msgId }) => msgId],
    ['offsetMsgId', ({ offsetMsgId }) => offsetMsgId],
    ['brokerName', ({ brokerName }) => brokerName],
    ['queueId', ({ queueId }) => queueId],
    ['queueOffset', ({ queueOffset }) => queueOffset],
    ['tags', ({ tags }) => tags],
    ['keys', ({ keys }) => keys],
    ['reconsumeTimes', ({ reconsumeTimes }) => reconsumeTimes],
    ['bornHost', ({ bornHost }) => bornHost],
    ['bornTimestamp', ({ bornTimestamp }) => new Date(bornTimestamp).toISOString()],
    ['storeHost', ({ detail }) => detail.storeHost],
    ['storeTimestamp', ({ storeTimestamp }) => new Date(storeTimestamp).toISOString()],
    ['properties', ({ detail }) => JSON.stringify(Object.fromEntries(detail.properties))],
    ['bodyCRC', ({ detail }) => detail.bodyCRC],
    ['bodyEncoding', (letter) => bodyOf(letter).encoding],
    ['body', (letter) => bodyOf(letter).text]
  ] satisfies [string, (letter: FullLetter) => string | number][]
).map(([key, value]) => ({ key, title: key, value }))

export interface BatchTally {
  sent: number
  failed: ResendOutcome[]
}

export const tallyOf = (outcomes: readonly ResendOutcome[]): BatchTally => {
  const failed = outcomes.filter(({ problem }) => problem !== undefined)
  return { sent: outcomes.length - failed.length, failed }
}
