/** The property messageDelayLevel. Java: ScheduleMessageService.parseDelayLevel. */

/** Levels at most; each is a queue of SCHEDULE_TOPIC_XXXX with a timer of its own while it has messages. */
export const MAX_DELAY_LEVELS = 64

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000
}

/** Milliseconds of each level, level 1 first; undefined when the text is no such list. */
export const parseDelayLevels = (text: string): number[] | undefined => {
  const words = text.split(' ')
  if (words.length > MAX_DELAY_LEVELS) return undefined
  const delays: number[] = []
  for (const word of words) {
    const match = /^(\d{1,6})([smhd])$/.exec(word)
    if (!match) return undefined
    delays.push(Number(match[1]) * UNIT_MS[match[2]!]!)
  }
  return delays
}
