/** Messages as files. Bodies are hostile: what a spreadsheet would take for a formula is disarmed. */
import type { MessageDetail } from '../../../../../shared/views'
import { MAX_CELL_CHARS } from '../../../../../shared/messageLimits'
import { bytesOfBase64, utf8OfBytes } from '../../../format/bodies'

export type ExportFormat = 'json' | 'csv' | 'xlsx'

/** A body that is no text is kept as Base64, and says so. */
const bodyOf = ({
  bodyBase64
}: MessageDetail): { body: string; bodyEncoding: 'text' | 'base64' } => {
  const text = utf8OfBytes(bytesOfBase64(bodyBase64))
  return text === undefined
    ? { body: bodyBase64, bodyEncoding: 'base64' }
    : { body: text, bodyEncoding: 'text' }
}

export const jsonOfMessages = (messages: readonly MessageDetail[]): string => {
  const all = messages.map(({ bodyBase64: _bytes, preview: _preview, ...message }, i) => ({
    ...message,
    properties: Object.fromEntries(message.properties),
    ...bodyOf(messages[i]!)
  }))
  return `${JSON.stringify(all, null, 2)}\n`
}

const names = [
  ...(['topic', 'brokerName', 'queueId', 'queueOffset', 'msgId', 'offsetMsgId'] as const),
  ...(['tags', 'keys', 'bornTimestamp', 'bornHost', 'storeTimestamp', 'storeHost'] as const),
  ...(['storeSize', 'reconsumeTimes', 'bodyCRC', 'sysFlag', 'flag'] as const)
]
export const exportColumns = [...names, 'properties', 'bodyEncoding', 'body'] as const

const times = new Set(['bornTimestamp', 'storeTimestamp'])

export const rowOfMessage = (message: MessageDetail): (string | number)[] => {
  const { body, bodyEncoding } = bodyOf(message)
  return [
    ...names.map((name) =>
      times.has(name) ? new Date(message[name]).toISOString() : message[name]
    ),
    JSON.stringify(Object.fromEntries(message.properties)),
    bodyEncoding,
    body
  ]
}

/** A word spreadsheets run: it begins with one of these, perhaps after blanks. */
const FORMULA = /^\s*[=+\-@\t\r]/

const disarmed = (cell: string | number): string | number =>
  typeof cell === 'string' && FORMULA.test(cell) ? `'${cell}` : cell

export const csvOfMessages = async (messages: readonly MessageDetail[]): Promise<string> => {
  const { default: papa } = await import('papaparse')
  const data = messages.map((message) => rowOfMessage(message).map(disarmed))
  // Excel reads UTF-8 only behind this mark.
  return `\uFEFF${papa.unparse({ fields: [...exportColumns], data }, { newline: '\r\n' })}\r\n`
}

/** What XML has no way to write, and half of a pair. */
const UNWRITABLE = /[^\P{Cc}\t\n\r]|[\ufffe\uffff]|\p{Cs}/gu

const cellOf = (cell: string | number): string | number =>
  typeof cell === 'string' ? cell.replace(UNWRITABLE, '\ufffd').slice(0, MAX_CELL_CHARS) : cell

export const xlsxOfMessages = async (messages: readonly MessageDetail[]): Promise<Blob> => {
  // The `browser` build works in a worker made of a Blob, which our content policy forbids.
  const { default: writeExcelFile } = await import('write-excel-file/universal')
  const head = [...exportColumns, 'bodyCut'].map((value) => ({
    value,
    fontWeight: 'bold' as const
  }))
  const rows = messages.map((message) => {
    const cells = rowOfMessage(message)
    const isCut = String(cells.at(-1)).length > MAX_CELL_CHARS
    // As text: a string cell is never a formula.
    return [...cells, isCut ? 'cut' : ''].map((value) => {
      const cell = cellOf(value)
      return typeof cell === 'number'
        ? { value: cell, type: Number }
        : { value: cell, type: String }
    })
  })
  return writeExcelFile([head, ...rows]).toBlob()
}
