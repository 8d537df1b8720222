/** What RocketMQ's own benchmark prints. */

/** One line of theirs; names differ between 4.x and 5.x, places do not. */
export interface Report {
  tps: number
  maxRt: number
  meanRt: number
  failed: number
}

const figure = (line: string, pattern: RegExp): number => Number(pattern.exec(line)?.[1] ?? NaN)

/** Undefined for lines that are no report. */
export const parseReport = (line: string): Report | undefined => {
  if (!/TPS: \d/.test(line) || line.includes('[Complete]')) return undefined
  return {
    tps: figure(line, /TPS: (\d+)/),
    maxRt: figure(line, /(?:Max RT|MAX\(B2C\) RT)(?:\(ms\))?: (\d+)/),
    meanRt: figure(line, /(?:Average RT|AVG\(B2C\) RT)(?:\(ms\))?: +([\d.]+)/),
    failed: figure(line, /(?:Send Failed|FAIL|Consume Fail): (\d+)/)
  }
}
