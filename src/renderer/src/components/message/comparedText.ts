/** A message as lines to be compared with another's. */
import type { MessageDetail } from '../../../../shared/views'
import { bytesOfBase64, hexLine, hexLineCount } from '../../format/bodies'
import { detectCharset, textIn } from '../../format/charsets'
import { jsonOfText, prettyJson } from '../../format/json'

/** Characters of a body that are compared. */
export const MAX_COMPARED_CHARS = 500_000

const bodyLines = (bodyBase64: string): string => {
  const bytes = bytesOfBase64(bodyBase64)
  const charset = detectCharset(bytes)
  if (charset === undefined) {
    const lines = Math.min(hexLineCount(bytes), Math.floor(MAX_COMPARED_CHARS / 80))
    return Array.from({ length: lines }, (_, i) => {
      const { offset, hex, ascii } = hexLine(bytes, i)
      return `${offset}  ${hex}  ${ascii}`
    }).join('\n')
  }
  const text = textIn(bytes, charset)
  if (text.length > MAX_COMPARED_CHARS) return text.slice(0, MAX_COMPARED_CHARS)
  return jsonOfText(text) ? prettyJson(text) : text
}

export const isComparedCut = ({ bodySize }: MessageDetail): boolean => bodySize > MAX_COMPARED_CHARS

/** Its place and times differ always and are left out. */
export const comparedText = (message: MessageDetail): string =>
  [
    `topic: ${message.topic}`,
    `tags: ${message.tags}`,
    `keys: ${message.keys}`,
    `flag: ${message.flag}`,
    `sysFlag: ${message.sysFlag}`,
    `reconsumeTimes: ${message.reconsumeTimes}`,
    ...[...message.properties]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}: ${value}`),
    '',
    bodyLines(message.bodyBase64)
  ].join('\n')
