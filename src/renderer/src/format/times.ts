/** Points and lengths of time as people read them; pure, in the local time zone. */

const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0')

/** `14:03:07` of a moment. */
export const formatClock = (at: number): string => {
  const date = new Date(at)
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`
}

/** `2026-08-01 14:03:07.123`; a dash for 0, which RocketMQ sends for "never". */
export const formatTimestamp = (at: number): string => {
  if (at <= 0) return '—'
  const date = new Date(at)
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
  return `${day} ${formatClock(at)}.${pad(date.getMilliseconds(), 3)}`
}

export type DurationUnit = 'day' | 'hour' | 'minute' | 'second' | 'millisecond'

const unitMs: readonly [DurationUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000]
]

/** The two largest units of a length of time: 93 784 000 ms is one day and two hours. */
export const durationParts = (ms: number): [number, DurationUnit][] => {
  if (ms > 0 && ms < 1000) return [[Math.round(ms), 'millisecond']]
  const parts: [number, DurationUnit][] = []
  let rest = Math.max(0, ms)
  for (const [unit, size] of unitMs) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) parts.push([count, unit])
    if (parts.length > 0 && (parts.length === 2 || count === 0)) break
  }
  return parts.length > 0 ? parts : [[0, 'second']]
}
